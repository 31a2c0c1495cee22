//! Object identifiers (ITU-T X.690 §8.19), kept as their bytes and written with dots.

use std::{borrow::Borrow, fmt, str::FromStr};

use super::DerError;

/// An object identifier.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(Box<[u8]>);

/// Text that is not an object identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an object identifier is written as numbers with dots between them, such as 2.5.29.32.0")]
pub struct MalformedOid;

impl Oid {
    /// From the value of an object: at least one number, each whole and without leading zeros.
    pub(crate) fn from_value(value: &[u8]) -> Result<Self, DerError> {
        let whole = value.last().is_some_and(|last| last & 0x80 == 0);
        let starts = std::iter::once(&0).chain(value).zip(value);
        let padded = starts.into_iter().any(|(before, byte)| before & 0x80 == 0 && *byte == 0x80);
        if whole && !padded { Ok(Self(value.into())) } else { Err(DerError::Value) }
    }

    /// The value of the object.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it is this one.
    pub(crate) fn is(&self, other: &[u8]) -> bool {
        *self.0 == *other
    }
}

impl Borrow<[u8]> for Oid {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Oid {
    type Err = MalformedOid;

    fn from_str(text: &str) -> Result<Self, MalformedOid> {
        let numbers: Result<Vec<u64>, _> = text.split('.').map(str::parse).collect();
        let (first, rest) = match *numbers.map_err(|_| MalformedOid)? {
            [top @ 0..=1, second @ 0..=39, ref rest @ ..] => (top * 40 + second, rest.to_vec()),
            [2, second, ref rest @ ..] => {
                (second.checked_add(80).ok_or(MalformedOid)?, rest.to_vec())
            }
            _ => return Err(MalformedOid),
        };
        let mut bytes = Vec::new();
        for number in std::iter::once(first).chain(rest) {
            let groups = (u64::BITS - (number | 1).leading_zeros()).div_ceil(7);
            for group in (0..groups).rev() {
                let more = if group == 0 { 0 } else { 0x80 };
                bytes.push((number >> (7 * group)).to_le_bytes()[0] & 0x7F | more);
            }
        }
        Ok(Self(bytes.into()))
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut number = 0_u128;
        let mut first = true;
        for byte in &self.0 {
            number = number.wrapping_shl(7) | u128::from(byte & 0x7F);
            if byte & 0x80 != 0 {
                continue;
            }
            if first {
                let top = (number / 40).min(2);
                write!(f, "{top}.{}", number - 40 * top)?;
            } else {
                write!(f, ".{number}")?;
            }
            (first, number) = (false, 0);
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::oid;

    #[test]
    fn identifiers_are_read_and_written() {
        for text in
            ["2.5.29.32.0", "1.3.6.1.4.1.311.20.2.2", "2.999.1", "0.9.2342.19200300.100.1.1"]
        {
            let parsed: Oid = text.parse().unwrap();
            assert_eq!(parsed.to_string(), text);
            assert_eq!(Oid::from_value(parsed.as_bytes()), Ok(parsed));
        }
        for bad in ["", "1", "1.40", "3.1", "2.5.x", "2..5"] {
            assert_eq!(bad.parse::<Oid>(), Err(MalformedOid));
        }
    }

    #[test]
    fn cut_and_padded_identifiers_are_refused() {
        for bad in [&[][..], &[0x55, 0x9D], &[0x80, 1], &[0x55, 0x80, 1]] {
            assert_eq!(Oid::from_value(bad), Err(DerError::Value));
        }
    }

    #[test]
    fn the_constants_are_what_they_are_called() {
        let shown = |bytes| Oid::from_value(bytes).unwrap().to_string();
        assert_eq!(shown(oid::SMARTCARD_LOGON), "1.3.6.1.4.1.311.20.2.2");
        assert_eq!(shown(oid::USER_ID), "0.9.2342.19200300.100.1.1");
        assert_eq!(shown(oid::OCSP_NO_CHECK), "1.3.6.1.5.5.7.48.1.5");
        assert_eq!(shown(oid::EMAIL_ADDRESS), "1.2.840.113549.1.9.1");
        assert_eq!(shown(oid::SHA1), "1.3.14.3.2.26");
    }
}
