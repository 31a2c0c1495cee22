//! Serial numbers (RFC 5280 §4.1.2.2).

use std::fmt;

use crate::der::{DerError, Reader, is_number, tag};

/// A serial number, as its bytes: negative and long ones exist, and nobody counts with them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial(Box<[u8]>);

pub(crate) fn read_serial(reader: &mut Reader<'_>) -> Result<Serial, DerError> {
    let value = reader.value(tag::INTEGER)?;
    is_number(value)?;
    Ok(Serial(value.into()))
}

impl Serial {
    /// From the value of a DER integer, to ask a list about it.
    pub fn from_value(value: &[u8]) -> Self {
        Self(value.into())
    }

    /// The value of the DER integer.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}
