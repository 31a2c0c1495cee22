//! The distinguished encoding rules (ITU-T X.690 §8, §10, §11), read strictly: one way to write a length,
//! nothing after the end, no more nesting than the caller asks for.
//!
//! What the objects mean is not known here. Nothing is allocated, so that lying lengths cost nothing.

mod identifier;
pub(crate) mod oid;
mod time;
mod values;
mod write;

pub use identifier::{MalformedOid, Oid};
pub use time::UnixTime;

pub(crate) use time::{generalized_time, read_time};
pub(crate) use values::{
    bit_string, boolean, is_number, named_bits, signature, small_number, truth,
};
pub(crate) use write::object;

/// Tags of universal class.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(crate) const ENUMERATED: u8 = 0x0A;
    pub(crate) const UTF8_STRING: u8 = 0x0C;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const TELETEX_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const UNIVERSAL_STRING: u8 = 0x1C;
    pub(crate) const BMP_STRING: u8 = 0x1E;

    /// `[n]` around a whole object, or with an implicit constructed one.
    pub(crate) const fn constructed(number: u8) -> u8 {
        0xA0 | number
    }

    /// `[n]` in place of a primitive tag.
    pub(crate) const fn primitive(number: u8) -> u8 {
        0x80 | number
    }
}

/// Why bytes are not what DER would have them be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DerError {
    /// The bytes end before the object does.
    #[error("the bytes end before the object does")]
    Truncated,
    /// Another object is expected here, or the tag has a long form.
    #[error("object {found:02X} stands where {expected:02X} is expected")]
    Tag {
        /// The tag that the standard wants.
        expected: u8,
        /// The tag that is there.
        found: u8,
    },
    /// A length is indefinite, longer than it need be, or beyond four bytes.
    #[error("a length is not in its one DER form")]
    Length,
    /// Something follows where an object should end.
    #[error("{length} bytes follow the end")]
    TrailingBytes {
        /// How many.
        length: usize,
    },
    /// A value is not in its one DER form.
    #[error("a value is not in its one DER form")]
    Value,
    /// A date is not in one of the two forms of RFC 5280 §4.1.2.5.
    #[error("a date is not in one of the forms of RFC 5280")]
    Date,
}

/// One object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) value: &'a [u8],
    /// Tag, length and value.
    pub(crate) whole: &'a [u8],
}

/// Reads objects that stand one after another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next object, whatever it is.
    pub(crate) fn any(&mut self) -> Result<Element<'a>, DerError> {
        let (&tag, after_tag) = self.rest.split_first().ok_or(DerError::Truncated)?;
        if tag & 0x1F == 0x1F {
            return Err(DerError::Tag { expected: tag & 0xE0, found: tag });
        }
        let (length, after_length) = length(after_tag)?;
        let (value, rest) = after_length.split_at_checked(length).ok_or(DerError::Truncated)?;
        let whole = self.rest.get(..self.rest.len() - rest.len()).ok_or(DerError::Truncated)?;
        self.rest = rest;
        Ok(Element { tag, value, whole })
    }

    /// The next object, which must have this tag.
    pub(crate) fn element(&mut self, expected: u8) -> Result<Element<'a>, DerError> {
        match self.rest.first() {
            Some(&found) if found != expected => Err(DerError::Tag { expected, found }),
            _ => self.any(),
        }
    }

    /// The value of the next object, which must have this tag.
    pub(crate) fn value(&mut self, expected: u8) -> Result<&'a [u8], DerError> {
        Ok(self.element(expected)?.value)
    }

    /// The value of the next object when it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, DerError> {
        if self.rest.first() == Some(&tag) { Ok(Some(self.any()?.value)) } else { Ok(None) }
    }

    /// A reader of what stands in the next object, which must have this tag.
    pub(crate) fn enter(&mut self, expected: u8) -> Result<Self, DerError> {
        self.value(expected).map(Self::new)
    }

    /// Nothing more may follow.
    pub(crate) const fn end(&self) -> Result<(), DerError> {
        match self.rest.len() {
            0 => Ok(()),
            length => Err(DerError::TrailingBytes { length }),
        }
    }
}

/// The value of the one object that the bytes are.
pub(crate) fn only(bytes: &[u8], tag: u8) -> Result<&[u8], DerError> {
    let mut reader = Reader::new(bytes);
    let value = reader.value(tag)?;
    reader.end()?;
    Ok(value)
}

/// Short form below 128, then the fewest bytes, at most four (X.690 §10.1).
fn length(bytes: &[u8]) -> Result<(usize, &[u8]), DerError> {
    let (&first, rest) = bytes.split_first().ok_or(DerError::Truncated)?;
    let count = match first {
        0..=0x7F => return Ok((first.into(), rest)),
        0x81..=0x84 => usize::from(first & 0x7F),
        _ => return Err(DerError::Length),
    };
    let (digits, rest) = rest.split_at_checked(count).ok_or(DerError::Truncated)?;
    let length = digits.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
    let fewest = digits.first() != Some(&0) && length > 0x7F;
    if fewest { Ok((length, rest)) } else { Err(DerError::Length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_one_form() {
        assert_eq!(only(&[4, 1, 9], 4), Ok(&[9][..]));
        assert_eq!(only(&[4, 0x81, 1, 9], 4), Err(DerError::Length));
        assert_eq!(only(&[4, 0x80, 9, 0, 0], 4), Err(DerError::Length));
        assert_eq!(only(&[4, 0x82, 0, 0x80], 4), Err(DerError::Length));
        assert_eq!(only(&[4, 0x85, 0, 0, 0, 0, 0], 4), Err(DerError::Length));
        let long: Vec<u8> = [4, 0x81, 0x80].into_iter().chain([7; 128]).collect();
        assert_eq!(only(&long, 4).map(<[u8]>::len), Ok(128));
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_named() {
        assert_eq!(only(&[4, 2, 9], 4), Err(DerError::Truncated));
        assert_eq!(only(&[4, 1, 9, 9], 4), Err(DerError::TrailingBytes { length: 1 }));
        assert_eq!(only(&[5, 0], 4), Err(DerError::Tag { expected: 4, found: 5 }));
        assert_eq!(only(&[], 4), Err(DerError::Truncated));
    }
}
