//! Clocks that cannot be right.

use lanyard_trust::{ClockRule, Reason};

use crate::world::{TODAY, World, rows, try_all};

#[test]
fn a_clock_before_the_build_or_going_back_is_found() {
    let rows = rows! {
        "after the build", |world| world.settings.clock.built = Some(TODAY.plus_days(-1)), [];
        "before the build", |world| world.settings.clock.built = Some(TODAY.plus_days(1)),
            ["the clock says a time before this program was built, 2026-09-02T00:00:00Z"];
        "an hour back", |world| world.settings.clock.last_seen = Some(TODAY.plus_seconds(3600)),
            ["the clock went back: it was 2026-09-01T01:00:00Z already"];
        "set right by a second", |world| world.settings.clock.last_seen = Some(TODAY.plus_seconds(1)), [];
        "before the build, where that is only told", |world| {
            world.settings.clock.built = Some(TODAY.plus_days(1));
            world.settings.clock.rule = ClockRule::Tell;
        }, [];
    };
    try_all(&rows, World::new);
}

#[test]
fn a_wrong_clock_is_what_the_holder_hears_first() {
    let mut world = World::new();
    world.settings.clock.built = Some(TODAY.plus_days(1));
    world.holder.not_before = lanyard_test_pki::der::utc("270101000000Z");
    let judgement = world.judged();
    assert_eq!(judgement.first_refusal().unwrap().reason(), Reason::Clock);
    assert_eq!(judgement.findings.len(), 2);
}
