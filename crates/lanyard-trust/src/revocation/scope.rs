//! Which certificates a list speaks of (RFC 5280 §5.2.5, §6.3.3 (b) and (d)).

use super::list::Crl;
use crate::der::{DerError, Reader, only, tag, truth};
use crate::x509::{
    Certificate, DistributionPoint, GeneralName, Name, PointName, Reasons, read_point_name,
};

/// `IssuingDistributionPoint`; without it, every certificate of the issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    name: Option<PointName>,
    only: Only,
    pub(super) is_indirect: bool,
    reasons: Option<Reasons>,
}

/// Whose certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Only {
    #[default]
    Everybody,
    Users,
    Authorities,
    /// Attribute certificates, or two of the three at once, which leaves nobody.
    Nobody,
}

impl Scope {
    pub(super) fn read(value: &[u8]) -> Result<Self, DerError> {
        let mut reader = Reader::new(only(value, tag::SEQUENCE)?);
        let name = reader.optional(tag::constructed(0))?.map(read_point_name).transpose()?;
        let mut flag = |number| truth(reader.optional(tag::primitive(number))?);
        let (users, authorities) = (flag(1)?, flag(2)?);
        let reasons = reader.optional(tag::primitive(3))?.map(Reasons::from_value).transpose()?;
        let mut flag = |number| truth(reader.optional(tag::primitive(number))?);
        let (is_indirect, attributes) = (flag(4)?, flag(5)?);
        reader.end()?;
        let only = match (users, authorities, attributes) {
            (false, false, false) => Only::Everybody,
            (true, false, false) => Only::Users,
            (false, true, false) => Only::Authorities,
            _ => Only::Nobody,
        };
        Ok(Self { name, only, is_indirect, reasons })
    }

    /// The reasons for which a list tells about a certificate of a point (§6.3.3 (d)).
    pub(super) fn reasons(&self, point: &DistributionPoint) -> Reasons {
        let all = |reasons: Option<Reasons>| reasons.unwrap_or(Reasons::ALL);
        all(self.reasons).and(all(point.reasons))
    }
}

/// Whether `list` speaks of `certificate` as its point says (§6.3.3 (b)).
pub(super) fn covers(list: &Crl, certificate: &Certificate, point: &DistributionPoint) -> bool {
    let issuer_suits = match &point.crl_issuer {
        Some(_) => list.scope.is_indirect && point.issuers().any(|name| *name == list.issuer),
        None => list.issuer == *certificate.issuer(),
    };
    let kind_suits = match list.scope.only {
        Only::Everybody => true,
        Only::Users => !certificate.is_authority(),
        Only::Authorities => certificate.is_authority(),
        Only::Nobody => false,
    };
    issuer_suits && kind_suits && name_suits(list, point)
}

/// §6.3.3 (b) (2) (i).
fn name_suits(list: &Crl, point: &DistributionPoint) -> bool {
    let Some(of_list) = &list.scope.name else { return true };
    match (&point.name, &point.crl_issuer) {
        (Some(name), _) => have_common_name(of_list, name, &list.issuer),
        (None, Some(issuers)) => {
            let issuers = PointName::Full(issuers.clone());
            have_common_name(of_list, &issuers, &list.issuer)
        }
        (None, None) => false,
    }
}

/// Relative names stand below the list's issuer on both sides.
fn have_common_name(one: &PointName, other: &PointName, issuer: &Name) -> bool {
    match (one, other) {
        (PointName::Full(ours), PointName::Full(theirs)) => {
            ours.iter().any(|name| theirs.contains(name))
        }
        (PointName::Relative(ours), PointName::Relative(theirs)) => ours == theirs,
        (PointName::Full(names), PointName::Relative(relative))
        | (PointName::Relative(relative), PointName::Full(names)) => {
            let is_it = |name: &GeneralName| match name {
                GeneralName::Directory(name) => name.is_extension(issuer, relative),
                _ => false,
            };
            names.iter().any(is_it)
        }
    }
}
