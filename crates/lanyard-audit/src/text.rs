//! Texts that a record may carry, each a type that says what it is for and bounds it.
//!
//! There is no type for any other text: a passcode, a key or the body of a command has no place in a
//! record. What comes from outside is kept as it is up to its bound; control characters are escaped where
//! it is written.

use std::fmt;

use serde::Serialize;

/// What stands where a text was longer than its bound.
const CUT: &str = "…";

/// A text from outside, cut to a bound.
macro_rules! bounded {
    ($($(#[$doc:meta])* $name:ident, $bytes:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The longest, in bytes of UTF-8.
            pub const LONGEST: usize = $bytes;

            /// Keeps what fits; of a longer text the beginning, and `…` at the end.
            pub fn new(text: &str) -> Self {
                Self(cut(text, Self::LONGEST))
            }

            /// The text as it is recorded.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )*};
}

bounded! {
    /// The name of a reader, as PC/SC gives it (`MAX_READERNAME` is 128 bytes).
    ReaderName, 128;
    /// A login session's identifier, as logind gives it.
    LoginSession, 64;
    /// A role of one person, by the directory's `person_roleid`.
    RoleId, 64;
    /// An organisation, by its ODS code.
    Organisation, 16;
    /// Which version of the terms and conditions.
    TermsVersion, 64;
}

/// Why something ended as it did: one of the program's own words, never a text from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Reason(&'static str);

impl Reason {
    /// This word, which is short.
    pub const fn new(word: &'static str) -> Self {
        Self(word)
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// A holder's unique identifier: 12 digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct HolderUuid(String);

/// A card's own number, 1 to 32 bytes, written in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CardSerial(String);

/// Why a value cannot be recorded as what it was said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Not 12 digits.
    #[error("a holder's identifier is 12 digits")]
    HolderUuid,
    /// Empty, or too long.
    #[error("a card's serial is 1 to {} bytes", CardSerial::LONGEST)]
    CardSerial,
}

impl HolderUuid {
    const DIGITS: usize = 12;

    /// Takes 12 ASCII digits.
    ///
    /// # Errors
    /// [`Unfit::HolderUuid`].
    pub fn new(digits: &str) -> Result<Self, Unfit> {
        let fits = digits.len() == Self::DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(digits.to_owned())) } else { Err(Unfit::HolderUuid) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CardSerial {
    /// The longest, in bytes: a FASC-N has 25.
    pub const LONGEST: usize = 32;

    /// Takes the bytes that the card gives as its number.
    ///
    /// # Errors
    /// [`Unfit::CardSerial`].
    pub fn new(bytes: &[u8]) -> Result<Self, Unfit> {
        let fits = (1..=Self::LONGEST).contains(&bytes.len());
        if !fits {
            return Err(Unfit::CardSerial);
        }
        let digit =
            |value: u8| char::from_digit(value.into(), 16).map(|it| it.to_ascii_uppercase());
        let pairs = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0F)]);
        Ok(Self(pairs.flatten().collect()))
    }

    /// The hexadecimal digits, in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HolderUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for CardSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn cut(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let room = longest.saturating_sub(CUT.len());
    let end = (0..=room).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    [text.get(..end).unwrap_or_default(), CUT].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_holder_has_12_digits() {
        assert_eq!(HolderUuid::new("656005750104").unwrap().to_string(), "656005750104");
        for unfit in ["", "65600575010", "6560057501045", "65600575010x", "６560057501"] {
            assert_eq!(HolderUuid::new(unfit), Err(Unfit::HolderUuid), "{unfit}");
        }
    }

    #[test]
    fn a_serial_is_written_in_digits() {
        assert_eq!(CardSerial::new(&[0, 0xAB]).unwrap().to_string(), "00AB");
        assert_eq!(CardSerial::new(&[]), Err(Unfit::CardSerial));
        assert_eq!(CardSerial::new(&[1; 33]), Err(Unfit::CardSerial));
    }

    proptest! {
        #[test]
        fn a_text_keeps_its_beginning_and_its_bound(text in "\\PC{0,300}|.{0,300}") {
            let name = ReaderName::new(&text);
            prop_assert!(name.as_str().len() <= ReaderName::LONGEST);
            let kept = name.as_str().strip_suffix(CUT).unwrap_or(name.as_str());
            prop_assert!(text.starts_with(kept));
            prop_assert!(text.len() > ReaderName::LONGEST || name.as_str() == text);
        }
    }
}
