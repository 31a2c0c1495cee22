//! What `Card.Describe` answers, as a dictionary that may grow.

use std::{collections::HashMap, fmt};

use zbus::{OwnedVariant, Variant};

/// Who the card says its holder is. Given to the card's owner only, and judged by nobody yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardDescription {
    /// `holder`: the 12 digits of the holder's unique identifier; empty when the certificate names none.
    pub holder: String,
    /// `serial`: the card's number, upper-case hexadecimal.
    pub serial: String,
    /// `certificate`: the sign-in certificate, DER.
    pub certificate: Vec<u8>,
    /// `not-after`: when the certificate expires, in seconds since 1970-01-01T00:00:00Z.
    pub not_after: i64,
}

/// An answer that lacks something a description must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncompleteDescription {
    /// The key that is missing or of another type.
    pub key: &'static str,
}

impl fmt::Display for IncompleteDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the card's description has no usable {:?}", self.key)
    }
}

impl std::error::Error for IncompleteDescription {}

impl From<CardDescription> for HashMap<&'static str, Variant<'static>> {
    fn from(description: CardDescription) -> Self {
        HashMap::from([
            ("holder", Variant::from(description.holder)),
            ("serial", Variant::from(description.serial)),
            ("certificate", Variant::from(description.certificate)),
            ("not-after", Variant::from(description.not_after)),
        ])
    }
}

impl TryFrom<HashMap<String, OwnedVariant>> for CardDescription {
    type Error = IncompleteDescription;

    fn try_from(mut answer: HashMap<String, OwnedVariant>) -> Result<Self, IncompleteDescription> {
        Ok(Self {
            holder: take(&mut answer, "holder")?,
            serial: take(&mut answer, "serial")?,
            certificate: take(&mut answer, "certificate")?,
            not_after: take(&mut answer, "not-after")?,
        })
    }
}

fn take<T: TryFrom<OwnedVariant>>(
    answer: &mut HashMap<String, OwnedVariant>,
    key: &'static str,
) -> Result<T, IncompleteDescription> {
    let value = answer.remove(key).ok_or(IncompleteDescription { key })?;
    T::try_from(value).map_err(|_| IncompleteDescription { key })
}
