//! Was anything revoked (RFC 5280 §6.1.3 (a) (3))? Every certificate below the anchor is asked about; what
//! ignorance means is a setting.

use super::Case;
use crate::finding::{Check, Fact, Findings, Place, Weight};
use crate::revocation::RevocationStatus;
use crate::settings::RevocationMode;

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let ignorance = match case.settings.revocation {
        RevocationMode::Hard => Weight::Refuses,
        RevocationMode::Soft => Weight::Notes,
        RevocationMode::Off => return,
    };
    for number in 0..case.below {
        let place = Place::Certificate(number);
        match case.sources.status(case.path, number) {
            RevocationStatus::Good { .. } => {}
            RevocationStatus::Revoked { reason, since, .. } => {
                findings.refuse(Check::Revocation, place, Fact::Revoked { reason, since });
            }
            RevocationStatus::NotChecked { why } => {
                findings.add(Check::Revocation, place, ignorance, Fact::NotChecked(why));
            }
        }
    }
}
