//! Can the clock be right? It is not before the program was built, and does not go back.

use super::Case;
use crate::finding::{Check, Fact, Findings, Place, Weight};
use crate::settings::ClockRule;

/// Clocks are set right by some seconds every day: that is no jump.
const SLACK_SECONDS: i64 = 300;

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let clock = &case.settings.clock;
    let weight = match clock.rule {
        ClockRule::Refuse => Weight::Refuses,
        ClockRule::Tell => Weight::Notes,
    };
    if let Some(built) = clock.built.filter(|built| case.now < *built) {
        findings.add(Check::Clock, Place::Whole, weight, Fact::ClockBeforeBuild { built });
    }
    let jumped = |last_seen: &_| case.now.plus_seconds(SLACK_SECONDS) < *last_seen;
    if let Some(last_seen) = clock.last_seen.filter(jumped) {
        findings.add(Check::Clock, Place::Whole, weight, Fact::ClockWentBack { last_seen });
    }
}
