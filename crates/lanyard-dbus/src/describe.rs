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

impl CardDescription {
    /// The answer as it goes over the bus.
    pub fn into_answer(self) -> HashMap<&'static str, Variant<'static>> {
        HashMap::from([
            ("holder", Variant::from(self.holder)),
            ("serial", Variant::from(self.serial)),
            ("certificate", Variant::from(self.certificate)),
            ("not-after", Variant::from(self.not_after)),
        ])
    }

    /// Reads an answer; keys that are not known are passed over.
    ///
    /// # Errors
    /// [`IncompleteDescription`] names the key that is missing or of another type.
    pub fn from_answer(
        mut answer: HashMap<String, OwnedVariant>,
    ) -> Result<Self, IncompleteDescription> {
        let answer = &mut answer;
        Ok(Self {
            holder: take(answer, "holder")?,
            serial: take(answer, "serial")?,
            certificate: take(answer, "certificate")?,
            not_after: take(answer, "not-after")?,
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
