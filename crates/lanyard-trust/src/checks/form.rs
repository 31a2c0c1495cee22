//! Are the certificates well-formed (RFC 5280 §4)? What parsing noticed is told here; anchors are taken
//! as they are.

use super::Case;
use crate::finding::{Check, Fact, Findings, Place};

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    for (place, certificate) in case.downwards() {
        for defect in certificate.defects() {
            let fact = Fact::Defect(defect.clone());
            findings.refuse(Check::Form, Place::Certificate(place), fact);
        }
    }
}
