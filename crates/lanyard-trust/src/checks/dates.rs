//! Is it the time of every certificate (RFC 5280 §6.1.3 (a) (2))? Of the anchor too: RFC 5280 leaves that
//! open, and an authority that said when it ends is taken at its word.

use super::Case;
use crate::finding::{Check, Fact, Findings, Place};

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    for (number, certificate) in case.path.iter().enumerate() {
        let mut refuse = |fact| findings.refuse(Check::Dates, Place::Certificate(number), fact);
        let (from, since) = (certificate.not_before(), certificate.not_after());
        if case.now < from {
            refuse(Fact::NotYetValid { from });
        }
        if case.now > since {
            refuse(Fact::Expired { since });
        }
    }
}
