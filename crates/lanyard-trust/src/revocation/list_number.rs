//! CRL numbers (RFC 5280 §5.2.3): up to 20 bytes, compared as numbers.

use std::cmp::Ordering;

use crate::der::{DerError, is_number};

/// A number of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListNumber(Box<[u8]>);

impl ListNumber {
    /// From the value of the integer, which is not negative.
    pub(crate) fn from_value(value: &[u8]) -> Result<Self, DerError> {
        is_number(value)?;
        match value {
            [0x80..=0xFF, ..] => Err(DerError::Value),
            [0, digits @ ..] | digits => Ok(Self(digits.into())),
        }
    }
}

impl Ord for ListNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for ListNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_numbers() {
        let number = |value| ListNumber::from_value(value).unwrap();
        assert!(number(&[9]) < number(&[1, 0]));
        assert!(number(&[0]) < number(&[1]));
        assert_eq!(number(&[0, 0x80]).cmp(&number(&[0x7F])), Ordering::Greater);
        assert_eq!(ListNumber::from_value(&[0x80]), Err(DerError::Value));
    }
}
