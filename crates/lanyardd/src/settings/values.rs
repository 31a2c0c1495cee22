//! Values that are more than their type: what is possible, and what to say when something is not.

use std::{num::NonZero, time::Duration};

use lanyard_card::{Characters, Dates, piv::Slot};
use lanyard_seats::SeatName;
use lanyard_trust::{ClockRule, NonceRule, Oid, RevocationMode};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::engine::PinPads;

pub(super) fn slot<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Slot, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "9A" => Ok(Slot::Authentication),
        "9C" => Ok(Slot::Signature),
        other => Err(D::Error::custom(format!("sign-in-key is \"9A\" or \"9C\", not {other:?}"))),
    }
}

/// As logind names seats.
pub(super) fn seat<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SeatName, D::Error> {
    let name = String::deserialize(deserializer)?;
    let wrong = |_| D::Error::custom(format!("a seat is named like \"seat0\", not {name:?}"));
    SeatName::new(&name).map_err(wrong)
}

/// What is contained in every name tells no reader from another.
pub(super) fn part_of_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let part = String::deserialize(deserializer)?;
    let empty = || D::Error::custom("name-contains is part of a reader's name, not empty");
    if part.is_empty() { Err(empty()) } else { Ok(part) }
}

/// From a tenth of a second to a minute: below, no card answers; above, nobody waits.
pub(super) fn milliseconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    match u64::deserialize(deserializer)? {
        length @ 100..=60_000 => Ok(Duration::from_millis(length)),
        other => Err(D::Error::custom(format!(
            "a time to wait is 100 to 60000 milliseconds, not {other}"
        ))),
    }
}

/// From five seconds to ten minutes: below, nobody can type; above, nobody is there.
pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    match u64::deserialize(deserializer)? {
        length @ 5..=600 => Ok(Duration::from_secs(length)),
        other => {
            Err(D::Error::custom(format!("a person has 5 to 600 seconds to answer, not {other}")))
        }
    }
}

/// One of a few words.
fn one_of<'de, D: Deserializer<'de>, T: Copy>(
    deserializer: D,
    what: &str,
    words: &[(&str, T)],
) -> Result<T, D::Error> {
    let given = String::deserialize(deserializer)?;
    let known = words.iter().find(|(word, _)| *word == given).map(|(_, value)| *value);
    known.ok_or_else(|| {
        let words: Vec<_> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
        D::Error::custom(format!("{what} is {}, not {given:?}", words.join(" or ")))
    })
}

pub(super) fn pin_pad<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PinPads, D::Error> {
    one_of(deserializer, "pin-pad", &[("auto", PinPads::Used), ("off", PinPads::Off)])
}

pub(super) fn characters<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Characters, D::Error> {
    let words =
        [("digits", Characters::Digits), ("letters-and-digits", Characters::LettersAndDigits)];
    one_of(deserializer, "what a passcode is made of", &words)
}

pub(super) fn dates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Dates, D::Error> {
    let words = [("allowed", Dates::Allowed), ("refused", Dates::Refused)];
    one_of(deserializer, "new-dates", &words)
}

/// Between a mebibyte and what a file system bears.
pub(super) fn mebibytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match u64::deserialize(deserializer)? {
        size @ 1..=4096 => Ok(size * 1024 * 1024),
        other => Err(D::Error::custom(format!("a file has 1 to 4096 MiB, not {other}"))),
    }
}

/// 0 says that nothing is ever deleted.
pub(super) fn kept<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NonZero<usize>>, D::Error> {
    usize::deserialize(deserializer).map(NonZero::new)
}

pub(super) fn mode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RevocationMode, D::Error> {
    let words = [
        ("hard", RevocationMode::Hard),
        ("soft", RevocationMode::Soft),
        ("off", RevocationMode::Off),
    ];
    one_of(deserializer, "mode", &words)
}

pub(super) fn nonce<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NonceRule, D::Error> {
    let words = [("when-present", NonceRule::WhenPresent), ("required", NonceRule::Required)];
    one_of(deserializer, "nonce", &words)
}

pub(super) fn clock<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ClockRule, D::Error> {
    let words = [("refuse", ClockRule::Refuse), ("tell", ClockRule::Tell)];
    one_of(deserializer, "wrong-clock", &words)
}

/// Up to ten years.
pub(super) fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    match i64::deserialize(deserializer)? {
        days @ 0..=3650 => Ok(days),
        other => Err(D::Error::custom(format!("a window has 0 to 3650 days, not {other}"))),
    }
}

/// Object identifiers in dotted decimals.
pub(super) fn oids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Oid>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let read = |text: &String| {
        text.parse().map_err(|_| {
            D::Error::custom(format!("a policy is named like \"1.2.826.0.1\", not {text:?}"))
        })
    };
    texts.iter().map(read).collect()
}
