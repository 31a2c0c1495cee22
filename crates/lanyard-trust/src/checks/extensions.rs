//! Is everything that is critical understood (RFC 5280 §6.1.4 (o), §6.1.5 (f))?

use super::Case;
use crate::finding::{Check, Fact, Findings, Place};

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    for (number, certificate) in case.path.iter().enumerate() {
        for oid in certificate.unknown_critical() {
            let fact = Fact::UnknownCritical(oid.clone());
            findings.refuse(Check::Extensions, Place::Certificate(number), fact);
        }
    }
}
