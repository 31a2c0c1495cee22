//! Is exactly one holder named? The one common name is 12 digits, or the one UID is, where the common name
//! is a person's name; both may be there when they agree.

use lanyard_card::HolderUuid;

use super::Case;
use crate::finding::{Check, Fact, Findings, Place};
use crate::x509::Certificate;

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    if let Some(Err(fact)) = case.path.first().map(holder) {
        findings.refuse(Check::Holder, Place::Certificate(0), fact);
    }
}

/// Whom the subject names.
///
/// # Errors
/// Why that is not clear.
pub(crate) fn holder(certificate: &Certificate) -> Result<HolderUuid, Fact> {
    let (common_names, user_ids) = (certificate.common_names(), certificate.user_ids());
    match (&*common_names, &*user_ids) {
        ([], []) => Err(Fact::NoHolder),
        ([one], []) | ([], [one]) => one.and_then(HolderUuid::parse).ok_or(Fact::MalformedHolder),
        ([name], [id]) => {
            match (name.and_then(HolderUuid::parse), id.and_then(HolderUuid::parse)) {
                (Some(one), Some(other)) if one == other => Ok(one),
                (Some(_), Some(_)) => Err(Fact::SeveralHolders),
                (None, Some(one)) | (Some(one), None) => Ok(one),
                (None, None) => Err(Fact::MalformedHolder),
            }
        }
        _ => Err(Fact::SeveralHolders),
    }
}
