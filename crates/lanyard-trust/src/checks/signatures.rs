//! Are the signatures right and strong (RFC 5280 §6.1.3 (a) (1))? And is the judged key itself one that
//! counts: those above are judged with the signatures they made.

use super::Case;
use crate::finding::{Check, Fact, Findings, Place};

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let pairs = case.path.iter().zip(case.path.iter().skip(1));
    for (number, (certificate, issuer)) in pairs.enumerate() {
        if let Err(fault) = case.signatures.of_certificate(certificate, issuer) {
            let fact = Fact::Signature(fault);
            findings.refuse(Check::Signatures, Place::Certificate(number), fact);
        }
    }
    let own = case.path.first().map(|judged| judged.key().counts(case.signatures.algorithms()));
    if let Some(Err(fault)) = own {
        findings.refuse(Check::Signatures, Place::Certificate(0), Fact::Key(fault));
    }
}
