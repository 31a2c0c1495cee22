//! Distribution points: which partition of its issuer's list a certificate stands in, and the directory name
//! that both bear (RFC 5280 §4.2.1.13, §5.2.5).
//!
//! Lists so named come as files or by LDAP, never by an address: as those of the field do.

use crate::der::{COMMON_NAME, ORGANIZATION, ORGANIZATIONAL_UNIT, context, name, sequence};
use crate::persona::Persona;
use crate::pki::office::Office;

/// One list of an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) office: Office,
    /// From 1.
    pub(super) partition: u8,
}

impl Point {
    /// Every list of an authority.
    pub(super) fn all(office: Office) -> impl Iterator<Item = Self> {
        (1..=office.partitions()).map(move |partition| Self { office, partition })
    }

    /// Where a persona's certificates stand: all of one card in one partition. With two, holders whose number
    /// is even are in the first.
    pub(super) fn of(persona: &Persona) -> Self {
        let office = Office::that_signs(persona);
        let digit = persona.holder_uuid.bytes().last().unwrap_or_default();
        Self { office, partition: digit % office.partitions() + 1 }
    }

    /// Where an authority's own certificate stands.
    pub(super) const fn of_authority(office: Office) -> Self {
        let office = match office {
            Office::Root | Office::Rsa | Office::P256 => Office::Root,
            Office::Untrusted => Office::Untrusted,
        };
        Self { office, partition: 1 }
    }

    /// What its file is called.
    pub(super) fn file(self) -> String {
        let stem = self.office.stem();
        match self.office.partitions() {
            1 => format!("{stem}.crl"),
            _ => format!("{stem}-{}.crl", self.partition),
        }
    }

    /// The content of `CRLDistributionPoints`, with this one alone.
    pub(super) fn in_certificate(self) -> Vec<u8> {
        sequence(&[&sequence(&[&self.point_name()])])
    }

    /// The content of `IssuingDistributionPoint`.
    pub(super) fn in_list(self) -> Vec<u8> {
        sequence(&[&self.point_name()])
    }

    /// The field `distributionPoint`: a full name that is one directory name.
    fn point_name(self) -> Vec<u8> {
        let directory_name = name(&[
            (ORGANIZATION, "nhs"),
            (ORGANIZATIONAL_UNIT, "CA"),
            (COMMON_NAME, self.office.common_name()),
            (COMMON_NAME, &format!("CRL {}", self.partition)),
        ]);
        context(0, &context(0, &context(4, &directory_name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personas::Personas;

    #[test]
    fn the_personas_fill_every_partition() {
        let personas = Personas::compiled_in().unwrap();
        for office in [Office::Rsa, Office::P256, Office::Untrusted] {
            for point in Point::all(office) {
                assert!(personas.iter().any(|persona| Point::of(persona) == point), "{point:?}");
            }
        }
    }
}
