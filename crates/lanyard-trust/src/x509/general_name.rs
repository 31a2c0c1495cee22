//! General names (RFC 5280 §4.2.1.6): the forms that name constraints and distribution points use are
//! told apart, others are kept by their tag.

use super::name::Name;
use crate::der::{DerError, Reader, tag};

/// One general name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GeneralName {
    /// `rfc822Name`.
    Mail(Box<str>),
    /// `dNSName`.
    Dns(Box<str>),
    /// `directoryName`.
    Directory(Name),
    /// `uniformResourceIdentifier`.
    Uri(Box<str>),
    /// `iPAddress`; in a constraint an address and its mask.
    Ip(Box<[u8]>),
    /// Another form, by the number of its tag.
    Other {
        /// 0 `otherName`, 3 `x400Address`, 5 `ediPartyName`, 8 `registeredID`.
        form: u8,
        value: Box<[u8]>,
    },
}

/// General names one after another, at least one.
pub(crate) fn read_general_names(value: &[u8]) -> Result<Vec<GeneralName>, DerError> {
    let mut reader = Reader::new(value);
    let mut names = Vec::new();
    while !reader.is_empty() {
        names.push(GeneralName::read(&mut reader)?);
    }
    if names.is_empty() { Err(DerError::Value) } else { Ok(names) }
}

impl GeneralName {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DerError> {
        let element = reader.any()?;
        let form = element.tag & 0x1F;
        let constructed = matches!(form, 0 | 3 | 4 | 5);
        let expected = if constructed { tag::constructed(form) } else { tag::primitive(form) };
        if element.tag != expected || form > 8 {
            return Err(DerError::Tag { expected, found: element.tag });
        }
        Ok(match form {
            1 => Self::Mail(ascii(element.value)?),
            2 => Self::Dns(ascii(element.value)?),
            4 => Self::Directory(Name::from_der(element.value)?),
            6 => Self::Uri(ascii(element.value)?),
            7 => Self::Ip(element.value.into()),
            form => Self::Other { form, value: element.value.into() },
        })
    }

    /// The number of the form's tag.
    pub(crate) const fn form(&self) -> u8 {
        match self {
            Self::Mail(_) => 1,
            Self::Dns(_) => 2,
            Self::Directory(_) => 4,
            Self::Uri(_) => 6,
            Self::Ip(_) => 7,
            Self::Other { form, .. } => *form,
        }
    }
}

fn ascii(value: &[u8]) -> Result<Box<str>, DerError> {
    match std::str::from_utf8(value) {
        Ok(text) if text.is_ascii() && !text.contains('\0') => Ok(text.into()),
        _ => Err(DerError::Value),
    }
}
