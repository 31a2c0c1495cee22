//! Distribution points of revocation lists (RFC 5280 §4.2.1.13) and the reasons they speak of.

use super::general_name::{GeneralName, read_general_names};
use super::name::{Name, Relative};
use crate::der::{DerError, Reader, named_bits, tag};

/// Where and how revocation information is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DistributionPoint {
    pub(crate) name: Option<PointName>,
    pub(crate) reasons: Option<Reasons>,
    /// Who issues the list, when it is not the certificate's issuer.
    pub(crate) crl_issuer: Option<Vec<GeneralName>>,
}

/// The name of a distribution point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PointName {
    Full(Vec<GeneralName>),
    /// To be put after the name of the list's issuer.
    Relative(Relative),
}

/// A set of reasons, one bit each as `ReasonFlags` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reasons(u16);

impl Reasons {
    pub(crate) const NONE: Self = Self(0);
    /// Bits 1 to 8; bit 0 is unused.
    pub(crate) const ALL: Self = Self(0x1FE);

    pub(crate) fn from_value(value: &[u8]) -> Result<Self, DerError> {
        named_bits(value).map(|bits| Self(bits & Self::ALL.0))
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl DistributionPoint {
    /// Points one after another, at least one.
    pub(crate) fn read_all(extension: &[u8]) -> Result<Vec<Self>, DerError> {
        let mut reader = Reader::new(extension);
        let mut list = reader.enter(tag::SEQUENCE)?;
        reader.end()?;
        let mut points = Vec::new();
        while !list.is_empty() {
            points.push(Self::read(&mut list)?);
        }
        if points.is_empty() { Err(DerError::Value) } else { Ok(points) }
    }

    fn read(list: &mut Reader<'_>) -> Result<Self, DerError> {
        let mut reader = list.enter(tag::SEQUENCE)?;
        let name = reader.optional(tag::constructed(0))?.map(read_point_name).transpose()?;
        let reasons = reader.optional(tag::primitive(1))?.map(Reasons::from_value).transpose()?;
        let crl_issuer =
            reader.optional(tag::constructed(2))?.map(read_general_names).transpose()?;
        reader.end()?;
        if name.is_none() && crl_issuer.is_none() {
            return Err(DerError::Value);
        }
        Ok(Self { name, reasons, crl_issuer })
    }

    /// Where the list can be fetched.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        self.full_names().iter().filter_map(|name| match name {
            GeneralName::Uri(address) => Some(&**address),
            _ => None,
        })
    }

    /// Where the list stands in a directory.
    pub(crate) fn directory_names(&self) -> impl Iterator<Item = &Name> {
        self.full_names().iter().filter_map(|name| match name {
            GeneralName::Directory(name) => Some(name),
            _ => None,
        })
    }

    fn full_names(&self) -> &[GeneralName] {
        match &self.name {
            Some(PointName::Full(names)) => names,
            Some(PointName::Relative(_)) | None => &[],
        }
    }

    /// The names of the list's issuer.
    pub(crate) fn issuers(&self) -> impl Iterator<Item = &Name> {
        self.crl_issuer.iter().flatten().filter_map(|name| match name {
            GeneralName::Directory(name) => Some(name),
            _ => None,
        })
    }
}

/// The content of a `DistributionPointName` in its explicit tag.
pub(crate) fn read_point_name(value: &[u8]) -> Result<PointName, DerError> {
    let mut reader = Reader::new(value);
    let choice = reader.any()?;
    reader.end()?;
    if choice.tag == tag::constructed(0) {
        read_general_names(choice.value).map(PointName::Full)
    } else if choice.tag == tag::constructed(1) {
        Relative::from_value(choice.value).map(PointName::Relative)
    } else {
        Err(DerError::Tag { expected: tag::constructed(0), found: choice.tag })
    }
}
