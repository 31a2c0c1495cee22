//! Do authorities lead to the anchor (RFC 5280 §6.1.4 (k) to (n))? Each issuer is an authority, may sign
//! certificates, and has no more authorities below it than it may.
//!
//! The anchor's own constraints hold too (RFC 5937 §3). That names follow each other is how the path was
//! found.

use super::Case;
use crate::finding::{Check, Fact, Findings, Place};
use crate::x509::{BasicConstraints, KeyUsage};

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let allowed = |constraints: Option<BasicConstraints>| constraints?.path_length;
    let anchor = case.anchor().and_then(|anchor| anchor.extensions().basic_constraints);
    let mut left = allowed(anchor).unwrap_or(u32::MAX);
    for (number, certificate) in case.downwards().filter(|(number, _)| *number > 0) {
        let mut refuse = |fact| findings.refuse(Check::Chain, Place::Certificate(number), fact);
        let extensions = certificate.extensions();
        if !extensions.is_authority() {
            refuse(Fact::NotAnAuthority);
        }
        if !extensions.allows(KeyUsage::CERTIFICATE_SIGNING) {
            refuse(Fact::MayNotSign);
        }
        if !certificate.is_self_issued() {
            match left.checked_sub(1) {
                Some(fewer) => left = fewer,
                None => refuse(Fact::PathTooLong),
            }
        }
        left = left.min(allowed(extensions.basic_constraints).unwrap_or(u32::MAX));
    }
    let anchor_place = Place::Certificate(case.below);
    if case
        .anchor()
        .is_some_and(|anchor| !anchor.extensions().allows(KeyUsage::CERTIFICATE_SIGNING))
    {
        findings.refuse(Check::Chain, anchor_place, Fact::MayNotSign);
    }
}
