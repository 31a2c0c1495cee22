//! The number that names a card, whatever its certificates: GUID or FASC-N of the CHUID.

use std::{fmt, sync::Arc};

/// A card's own number: the GUID of its CHUID, or its FASC-N where the GUID is all zero
/// (SP 800-73-4 part 1 §3.1.2). Shown as upper-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardSerial(Arc<[u8]>);

/// A number that cannot tell one card from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the card's number is empty or all zero")]
pub struct MalformedSerial;

impl CardSerial {
    /// Takes the number as the card gives it.
    ///
    /// # Errors
    /// [`MalformedSerial`] when it is empty or all zero.
    pub fn new(bytes: &[u8]) -> Result<Self, MalformedSerial> {
        if bytes.iter().all(|byte| *byte == 0) {
            Err(MalformedSerial)
        } else {
            Ok(Self(bytes.into()))
        }
    }

    /// The number as the card gives it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for CardSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for CardSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardSerial({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_zeroes_is_none() {
        assert_eq!(CardSerial::new(&[0; 16]), Err(MalformedSerial));
        assert_eq!(CardSerial::new(&[]), Err(MalformedSerial));
        assert_eq!(CardSerial::new(&[0, 0xAB]).unwrap().to_string(), "00AB");
    }
}
