//! Passcodes that a stranger would try first.
//!
//! Each reason has its name, so that whoever chooses can be told. The check looks at what its owner has
//! just chosen; nobody can time it against a passcode on a card.

use super::{PADDING, Passcode};
use crate::HolderUuid;

/// Why a passcode is obvious.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obvious {
    /// One character or group over and over: `111111`, `121212`, `456456`.
    #[error("the passcode repeats itself")]
    Repeated,
    /// Each digit is the one before and one more: `345678`, `678901`.
    #[error("the digits of the passcode ascend")]
    Ascending,
    /// Each digit is the one before less one: `876543`, `321098`.
    #[error("the digits of the passcode descend")]
    Descending,
    /// It stands in the holder's identifier, which is on the card.
    #[error("the passcode is part of the holder's identifier")]
    HolderUuid,
    /// It can be read as a date, as that of somebody's birth.
    #[error("the passcode is a date")]
    Date,
}

/// Whether passcodes may look like dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dates {
    /// They may.
    #[default]
    Allowed,
    /// Not as `DDMMYY`, `MMDDYY`, `YYMMDD`, nor with four digits for a year from 1900 to 2099.
    Refused,
}

/// Why this passcode is obvious, if it is.
pub(super) fn obvious(
    passcode: &Passcode,
    holder: Option<&HolderUuid>,
    dates: Dates,
) -> Option<Obvious> {
    let reasons = [
        (Obvious::Repeated, repeats_itself(passcode)),
        (Obvious::Ascending, steps_by(passcode, 1)),
        (Obvious::Descending, steps_by(passcode, 9)),
        (Obvious::HolderUuid, holder.is_some_and(|uuid| stands_in(passcode, uuid.as_str()))),
        (Obvious::Date, dates == Dates::Refused && is_date(passcode)),
    ];
    reasons.into_iter().find_map(|(reason, applies)| applies.then_some(reason))
}

fn repeats_itself(passcode: &Passcode) -> bool {
    let characters = passcode.characters();
    let length = characters.clone().count();
    let repeats =
        |group| characters.clone().skip(group).zip(characters.clone()).all(|(a, b)| a == b);
    (1..=length / 2).any(repeats)
}

/// Round the corner from 9 to 0.
fn steps_by(passcode: &Passcode, step: u8) -> bool {
    let mut pairs = passcode.characters().zip(passcode.characters().skip(1));
    pairs.all(|(a, b)| {
        a.is_ascii_digit() && b.is_ascii_digit() && (a - b'0' + step) % 10 == b - b'0'
    })
}

fn stands_in(passcode: &Passcode, text: &str) -> bool {
    let length = passcode.characters().count();
    text.as_bytes().windows(length).any(|window| passcode.characters().eq(window.iter().copied()))
}

fn is_date(passcode: &Passcode) -> bool {
    let (pairs, _) = passcode.padded.bytes().as_chunks();
    match pairs {
        [first, second, third, [PADDING, PADDING]] => {
            let [first, second, third] = [*first, *second, *third].map(number);
            is_day_of(first, second) || is_day_of(second, first) || is_day_of(third, second)
        }
        [first, second, third, fourth] => {
            let [first, second, third, fourth] = [*first, *second, *third, *fourth].map(number);
            let begins_with_year = is_century(first) && is_day_of(fourth, third);
            let ends_with_year =
                is_century(third) && (is_day_of(first, second) || is_day_of(second, first));
            begins_with_year || ends_with_year
        }
        _ => false,
    }
}

/// Two digits; anything else is beyond all days, months and centuries.
fn number([tens, units]: [u8; 2]) -> u16 {
    if tens.is_ascii_digit() && units.is_ascii_digit() {
        u16::from(tens - b'0') * 10 + u16::from(units - b'0')
    } else {
        u16::MAX
    }
}

const fn is_day_of(day: u16, month: u16) -> bool {
    matches!((day, month), (1..=31, 1..=12))
}

const fn is_century(century: u16) -> bool {
    matches!(century, 19 | 20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rules, passcode::tests::entered};

    fn judged(text: &str, dates: Dates) -> Option<Obvious> {
        let passcode = Passcode::parse(entered(text.as_bytes()), &Rules::VERIFYING).unwrap();
        obvious(&passcode, HolderUuid::parse("999907318245").as_ref(), dates)
    }

    #[test]
    fn what_a_stranger_would_try_first_is_named() {
        for (text, reason) in [
            ("111111", Obvious::Repeated),
            ("77777777", Obvious::Repeated),
            ("121212", Obvious::Repeated),
            ("4564564", Obvious::Repeated),
            ("aaaa", Obvious::Repeated),
            ("123456", Obvious::Ascending),
            ("67890123", Obvious::Ascending),
            ("876543", Obvious::Descending),
            ("3210987", Obvious::Descending),
            ("073182", Obvious::HolderUuid),
            ("07318245", Obvious::HolderUuid),
        ] {
            assert_eq!(judged(text, Dates::Allowed), Some(reason), "{text}");
        }
    }

    #[test]
    fn dates_are_refused_where_settings_say_so() {
        for text in ["240683", "062483", "830624", "24061983", "06241983", "19830624", "20010131"] {
            assert_eq!(judged(text, Dates::Refused), Some(Obvious::Date), "{text}");
            assert_eq!(judged(text, Dates::Allowed), None, "{text}");
        }
    }

    #[test]
    fn other_passcodes_are_not_obvious() {
        for text in ["739150", "7391504", "73915048", "desk42", "abcdef", "998877", "24061783"] {
            assert_eq!(judged(text, Dates::Refused), None, "{text}");
        }
    }
}
