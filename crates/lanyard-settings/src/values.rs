//! Values that are more than their type: what is possible, and what to say when something is not.

use std::{collections::BTreeSet, num::NonZero, path::PathBuf, time::Duration};

use lanyard_card::{Characters, Dates, piv::Slot};
use lanyard_roles::{CloseDate, OdsCode, directory::Layout};
use lanyard_seats::SeatName;
use lanyard_session::{Elsewhere, OnRemoval, OnSwitch, Organisation};
use lanyard_trust::{ClockRule, NonceRule, Oid, RevocationMode};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::PinPads;

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

/// A folder that must be named.
pub(super) fn folder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    let path = PathBuf::deserialize(deserializer)?;
    if path.is_absolute() {
        Ok(path)
    } else {
        let path = path.display();
        Err(D::Error::custom(format!("a folder is named from the root on, not \"{path}\"")))
    }
}

/// The address of a server, or nothing.
pub(super) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let address = String::deserialize(deserializer)?;
    let is_one = ["", "http://", "https://"].iter().any(|scheme| {
        address.strip_prefix(scheme).is_some_and(|host| scheme.is_empty() == host.is_empty())
    });
    if is_one {
        Ok(address)
    } else {
        Err(D::Error::custom(format!(
            "an address begins with http:// or https://, not {address:?}"
        )))
    }
}

pub(super) fn on_removal<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<OnRemoval, D::Error> {
    let words = [("end", OnRemoval::End), ("lock", OnRemoval::Lock), ("keep", OnRemoval::Keep)];
    one_of(deserializer, "on-removal", &words)
}

pub(super) fn on_switch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OnSwitch, D::Error> {
    one_of(deserializer, "on-switch", &[("lock", OnSwitch::Lock), ("end", OnSwitch::End)])
}

pub(super) fn elsewhere<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Elsewhere, D::Error> {
    let words = [("apart", Elsewhere::Apart), ("hidden", Elsewhere::Hidden)];
    one_of(deserializer, "elsewhere", &words)
}

pub(super) fn layout<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Layout, D::Error> {
    one_of(deserializer, "layout", &[("flat", Layout::Flat), ("by-prefix", Layout::ByPrefix)])
}

pub(super) fn close_date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<CloseDate, D::Error> {
    let words = [
        ("first-closed-day", CloseDate::FirstClosedDay),
        ("last-open-day", CloseDate::LastOpenDay),
    ];
    one_of(deserializer, "close-date", &words)
}

/// As long as people work, and no longer than a day.
pub(super) fn hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    match u64::deserialize(deserializer)? {
        hours @ 1..=24 => Ok(Duration::from_secs(hours * 60 * 60)),
        other => Err(D::Error::custom(format!("a session lasts 1 to 24 hours, not {other}"))),
    }
}

/// Up to a day; 0 says never.
pub(super) fn minutes<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    match u64::deserialize(deserializer)? {
        0 => Ok(None),
        minutes @ 1..=1440 => Ok(Some(Duration::from_secs(minutes * 60))),
        other => Err(D::Error::custom(format!("a limit has 0 to 1440 minutes, not {other}"))),
    }
}

/// ODS codes, or a star for all there are.
pub(super) fn organisations_or_all<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<String>, D::Error> {
    let codes = Vec::<String>::deserialize(deserializer)?;
    codes.iter().filter(|code| *code != "*").try_for_each(|code| ods(code).map(drop))?;
    Ok(codes)
}

fn ods<E: serde::de::Error>(code: &str) -> Result<OdsCode, E> {
    OdsCode::parse(code)
        .ok_or_else(|| E::custom(format!("an ODS code is like \"A81001\", not {code:?}")))
}

/// ODS codes.
pub(super) fn organisations<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeSet<Organisation>, D::Error> {
    let codes = Vec::<String>::deserialize(deserializer)?;
    codes.iter().map(|code| Ok(Organisation::new(ods(code)?.as_str()))).collect()
}
