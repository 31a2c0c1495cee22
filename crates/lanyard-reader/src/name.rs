//! A reader's name and a card's answer to reset.
//!
//! A name is kept in the bytes PC/SC gave, for PC/SC takes it back only in these; shown, it is text.
//! Cards are not recognised here: an ATR (ISO/IEC 7816-3 §8) says nothing reliable about what a card is.

use std::ffi::{CStr, CString};
use std::fmt;
use std::sync::Arc;

/// The longest answer to reset, in bytes (ISO/IEC 7816-3 §8.2.1: TS and at most 32 more).
const LONGEST_ATR: usize = 33;

/// The name of a reader, as the smartcard service gives it. Never empty; cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReaderName(Arc<CStr>);

/// A text that cannot be a reader's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reader's name is neither empty nor does it hold a NUL byte")]
pub struct NotAReaderName;

impl ReaderName {
    /// A reader of this name.
    ///
    /// # Errors
    /// [`NotAReaderName`] when the name is empty or holds a NUL byte.
    pub fn new(name: &str) -> Result<Self, NotAReaderName> {
        let name = CString::new(name).map_err(|_| NotAReaderName)?;
        Self::from_c_str(&name)
    }

    pub(crate) fn from_c_str(name: &CStr) -> Result<Self, NotAReaderName> {
        if name.is_empty() {
            return Err(NotAReaderName);
        }
        Ok(Self(name.into()))
    }

    pub(crate) fn as_c_str(&self) -> &CStr {
        &self.0
    }
}

/// The name as text. A byte that is no UTF-8 is shown as U+FFFD: the service cuts long names anywhere.
impl fmt::Display for ReaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.to_string_lossy().fmt(f)
    }
}

impl fmt::Debug for ReaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<&str> for ReaderName {
    type Error = NotAReaderName;

    fn try_from(name: &str) -> Result<Self, NotAReaderName> {
        Self::new(name)
    }
}

/// A card's answer to reset: at most 33 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Atr {
    bytes: [u8; LONGEST_ATR],
    length: usize,
}

impl Atr {
    /// An answer of these bytes; `None` when there are none, or more than a card may answer.
    pub fn new(answer: &[u8]) -> Option<Self> {
        let mut bytes = [0; LONGEST_ATR];
        bytes.get_mut(..answer.len())?.copy_from_slice(answer);
        let length = answer.len();
        (length > 0).then_some(Self { bytes, length })
    }

    /// The answer as the card gave it.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// Hexadecimal without separators, in capitals.
impl fmt::Display for Atr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Atr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Atr({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_has_a_name() {
        assert_eq!(ReaderName::new(""), Err(NotAReaderName));
        assert_eq!(ReaderName::new("a\0b"), Err(NotAReaderName));
        assert_eq!(ReaderName::new("Virtual PCD 00 00").unwrap().to_string(), "Virtual PCD 00 00");
    }

    #[test]
    fn a_name_cut_inside_a_letter_is_shown_and_still_found() {
        let cut = ReaderName::from_c_str(c"Reader \xC3").unwrap();
        assert_eq!(cut.to_string(), "Reader \u{FFFD}");
        assert_eq!(cut.as_c_str(), c"Reader \xC3");
    }

    #[test]
    fn an_answer_to_reset_has_1_to_33_bytes() {
        assert_eq!(Atr::new(&[]), None);
        assert_eq!(Atr::new(&[0x3B; 34]), None);
        assert_eq!(Atr::new(&[0x3B; 33]).unwrap().as_bytes(), [0x3B; 33]);
        assert_eq!(Atr::new(&[0x3B, 0x80, 0x0A]).unwrap().to_string(), "3B800A");
    }
}
