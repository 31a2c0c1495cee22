//! Who and where: the holder's identifier, organisations, and the identifier of a role.

use std::fmt;

/// The longest identifier of a role or position that is read, in bytes.
const LONGEST_ID: usize = 64;

/// The holder's UUID, twelve digits: the key of the national directory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(u64);

impl Uuid {
    /// Twelve digits, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok().map(Self)).flatten()
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({self})")
    }
}

/// The ODS code of an organisation: three to twelve capital letters and digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OdsCode(Box<str>);

impl OdsCode {
    /// The organisation of locum pharmacists, for which a text must be shown ([`crate::notice`]).
    pub const NATIONAL_LOCUM_PHARMACY: &str = "FFFFF";

    /// A code of this form, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let valid = (3..=12).contains(&text.len()) && text.bytes().all(fits);
        valid.then(|| Self(text.into()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OdsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OdsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OdsCode({self})")
    }
}

/// A `person_roleid` or `person_orgid`: digits in all data that was seen, here 1 to 64 printable characters
/// of ASCII without spaces.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleId(Box<str>);

impl RoleId {
    /// An identifier of this form, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let valid = (1..=LONGEST_ID).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        valid.then(|| Self(text.into()))
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoleId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_twelve_digits() {
        assert_eq!(Uuid::parse("000000000104").unwrap().to_string(), "000000000104");
        for text in ["", "65600575010", "6560057501040", "65600575010x", "+65600575010"] {
            assert_eq!(Uuid::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_ods_code_is_three_to_twelve_capitals_and_digits() {
        for text in ["X09", "FFFFF", "ABCDEF123456"] {
            assert_eq!(OdsCode::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "X9", "x09", "X 9", "ABCDEF1234567", "../X09"] {
            assert_eq!(OdsCode::parse(text), None, "{text}");
        }
    }
}
