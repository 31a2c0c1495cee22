//! The head of the chain: the number and the hash of its last record.
//!
//! Written as `sequence:hash`, the hash in 64 small hexadecimal digits. Kept elsewhere (the ledger, the
//! journal) it shows later whether the log still has everything it had.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A SHA-256 value (FIPS 180-4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(
    /// The value's bytes.
    pub [u8; 32],
);

/// Where a chain of records ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Head {
    /// The last record's number; 0 before the first.
    #[serde(rename = "seq")]
    pub sequence: u64,
    /// The last record's hash; zeros before the first.
    pub hash: Hash,
}

/// A text is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head is a sequence number, a colon and 64 small hexadecimal digits")]
pub struct NotAHead;

impl Head {
    /// Before the first record.
    pub const ORIGIN: Self = Self { sequence: 0, hash: Hash([0; 32]) };
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, self.hash)
    }
}

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (sequence, hash) = text.split_once(':').ok_or(NotAHead)?;
        Ok(Self { sequence: sequence.parse().map_err(|_| NotAHead)?, hash: hash.parse()? })
    }
}

impl Hash {
    /// How many digits it is written with.
    pub(crate) const DIGITS: usize = 64;

    /// The digits, in ASCII.
    pub(crate) fn digits(&self) -> [u8; Self::DIGITS] {
        let mut digits = [0; Self::DIGITS];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0x0F)]);
        }
        digits
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = NotAHead;

    fn from_str(digits: &str) -> Result<Self, NotAHead> {
        if digits.len() != Self::DIGITS {
            return Err(NotAHead);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            *byte =
                pair.iter().try_fold(0, |high, c| Some(high << 4 | value(*c)?)).ok_or(NotAHead)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

const fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_head_is_read_as_it_was_written(sequence: u64, hash: [u8; 32]) {
            let head = Head { sequence, hash: Hash(hash) };
            prop_assert_eq!(head.to_string().parse(), Ok(head));
            prop_assert_eq!(head.hash.digits().to_vec(), head.hash.to_string().into_bytes());
        }
    }

    #[test]
    fn capitals_and_other_lengths_are_no_hash() {
        let digits = "ab".repeat(32);
        assert!(digits.parse::<Hash>().is_ok());
        for wrong in [digits.to_uppercase(), digits[1..].to_owned(), format!("{digits}0")] {
            assert_eq!(wrong.parse::<Hash>(), Err(NotAHead));
        }
        assert_eq!("7".parse::<Head>(), Err(NotAHead));
        assert_eq!(format!("x:{digits}").parse::<Head>(), Err(NotAHead));
    }
}
