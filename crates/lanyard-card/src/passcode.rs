//! A passcode as it was entered: checked by rules before any card sees it, and never seen by anybody else.
//!
//! Which passcodes may be chosen anew is `new`'s duty; that a card takes one is decided on the card.

mod new;
mod obvious;
mod rules;

use std::fmt;

use lanyard_iso7816::{SecretBytes, SecretError};
use subtle::ConstantTimeEq;

pub use new::{NewPasscode, NotRepeated, RepeatedPasscode, Unsettable};
pub use obvious::{Dates, Obvious};
pub use rules::{Characters, ImpossibleRules, LONGEST_PASSCODE, Rules};

/// The most bytes worth reading of what was entered: the longest passcode and a newline.
pub const LONGEST_ENTRY: usize = LONGEST_PASSCODE + 1;

/// What a short passcode is filled up with (SP 800-73-4 part 2 §2.4.3).
const PADDING: u8 = 0xFF;

/// A passcode that keeps the rules, padded as cards want it, in a locked page of its own. There is no way
/// to print, clone or serialize it.
pub struct Passcode {
    padded: SecretBytes,
}

/// Why what was entered is no passcode. The card has not seen it. Nothing here tells its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Nothing but perhaps a newline.
    #[error("no passcode was entered")]
    Empty,
    /// Fewer characters than the rules ask for.
    #[error("a passcode has at least {shortest} characters")]
    TooShort {
        /// The fewest.
        shortest: usize,
    },
    /// More characters than the rules allow.
    #[error("a passcode has at most {longest} characters")]
    TooLong {
        /// The most.
        longest: usize,
    },
    /// Something else than digits.
    #[error("a passcode has digits only")]
    NotDigits,
    /// Something else than letters and digits of ASCII.
    #[error("a passcode has letters and digits only")]
    NotLettersAndDigits,
}

impl Passcode {
    /// Takes what was entered. One newline (`0A`) at its end is the terminal's and not part of it; any
    /// other white space is, and is refused.
    ///
    /// # Errors
    /// [`Unfit`]; what was entered is zeroed.
    pub fn parse(entered: SecretBytes, rules: &Rules) -> Result<Self, Unfit> {
        let mut padded = entered;
        if let [before @ .., b'\n'] = padded.bytes() {
            padded.truncate(before.len());
        }
        rules.check(padded.bytes())?;
        pad(&mut padded).map_err(|_| Unfit::TooLong { longest: LONGEST_PASSCODE })?;
        Ok(Self { padded })
    }

    /// Eight bytes, in their locked page.
    pub(crate) const fn padded(&self) -> &SecretBytes {
        &self.padded
    }

    /// In a time that does not depend on where they differ.
    fn is_same_as(&self, other: &Self) -> bool {
        self.padded.bytes().ct_eq(other.padded.bytes()).into()
    }

    /// The passcode without padding.
    fn characters(&self) -> impl Iterator<Item = u8> + Clone {
        self.padded.bytes().iter().copied().take_while(|byte| *byte != PADDING)
    }
}

fn pad(passcode: &mut SecretBytes) -> Result<(), SecretError> {
    let missing = LONGEST_PASSCODE.saturating_sub(passcode.bytes().len());
    passcode.append([PADDING; LONGEST_PASSCODE].get(..missing).unwrap_or_default())
}

impl fmt::Debug for Passcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("passcode")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn entered(bytes: &[u8]) -> SecretBytes {
        let mut secret = SecretBytes::new().unwrap();
        secret.append(bytes).unwrap();
        secret
    }

    fn parsed(bytes: &[u8], rules: &Rules) -> Result<Vec<u8>, Unfit> {
        Passcode::parse(entered(bytes), rules).map(|passcode| passcode.padded.bytes().to_vec())
    }

    #[test]
    fn a_short_passcode_is_filled_up_to_eight_bytes() {
        assert_eq!(parsed(b"1234", &Rules::VERIFYING).unwrap(), *b"1234\xFF\xFF\xFF\xFF");
        assert_eq!(parsed(b"desk4242", &Rules::VERIFYING).unwrap(), *b"desk4242");
    }

    #[test]
    fn one_newline_is_not_part_of_it() {
        assert_eq!(parsed(b"123456\n", &Rules::VERIFYING).unwrap(), *b"123456\xFF\xFF");
        for bad in [&b"123456\n\n"[..], b"123456\r\n", b"123456 ", b" 123456", b"123\n456"] {
            assert_eq!(parsed(bad, &Rules::VERIFYING), Err(Unfit::NotLettersAndDigits));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_reason() {
        let verifying = &Rules::VERIFYING;
        for (entry, reason) in [
            (&b""[..], Unfit::Empty),
            (b"\n", Unfit::Empty),
            (b"123", Unfit::TooShort { shortest: 4 }),
            (b"123456789", Unfit::TooLong { longest: 8 }),
            (b"1234\0", Unfit::NotLettersAndDigits),
            (b"1234\xFF", Unfit::NotLettersAndDigits),
            ("pässe".as_bytes(), Unfit::NotLettersAndDigits),
        ] {
            assert_eq!(parsed(entry, verifying), Err(reason), "{entry:?}");
        }
        assert_eq!(parsed(b"desk42", &Rules::SETTING), Err(Unfit::NotDigits));
        assert_eq!(parsed(b"12345", &Rules::SETTING), Err(Unfit::TooShort { shortest: 6 }));
    }

    #[test]
    fn a_passcode_is_never_printed() {
        let passcode = Passcode::parse(entered(b"73915048"), &Rules::VERIFYING).unwrap();
        assert_eq!(format!("{passcode:?}"), "passcode");
    }

    proptest! {
        #[test]
        fn any_entry_is_eight_bytes_or_refused(entry in prop::collection::vec(any::<u8>(), 0..20)) {
            if let Ok(padded) = parsed(&entry, &Rules::VERIFYING) {
                prop_assert_eq!(padded.len(), LONGEST_PASSCODE);
                let entry = entry.strip_suffix(b"\n").unwrap_or(&entry);
                prop_assert_eq!(padded.split(|byte| *byte == PADDING).next(), Some(entry));
            }
        }

        #[test]
        fn two_passcodes_are_the_same_when_all_characters_are(
            one in "[0-9a-z]{4,8}",
            other in "[0-9a-z]{4,8}",
        ) {
            let passcode = |text: &str| {
                Passcode::parse(entered(text.as_bytes()), &Rules::VERIFYING).unwrap()
            };
            prop_assert!(passcode(&one).is_same_as(&passcode(&one)));
            prop_assert_eq!(passcode(&one).is_same_as(&passcode(&other)), one == other);
        }
    }
}
