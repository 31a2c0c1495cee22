//! What the daemon may do, and who may learn what.

use crate::error::{MachineError, must, must_be};
use crate::world::{NAME, World};

/// The most that `systemd-analyze security` may find.
const EXPOSURE: f64 = 1.5;

pub(super) fn the_unit_is_confined(world: &mut World) -> Result<(), MachineError> {
    let said = world.machine.run("systemd-analyze security lanyardd --no-pager | tail -1")?;
    world.figure(said.trim_start_matches(['→', ' ']));
    let exposure = said.split_whitespace().find_map(|word| word.parse::<f64>().ok());
    must(exposure.is_some_and(|exposure| exposure <= EXPOSURE), || {
        format!("more than {EXPOSURE}: {said}")
    })
}

/// The sandbox refuses with these words, whatever it was that was wanted. That there was no anchor at first is no
/// refusal.
pub(super) fn nothing_that_the_daemon_wanted_was_refused(
    world: &mut World,
) -> Result<(), MachineError> {
    let refused = world.machine.attempt(
        "journalctl --unit=lanyardd --output=cat --no-pager | \
         grep -E '^ *ERROR |not permitted|[Dd]enied|Read-only file system' | grep -v 'no trust anchor is there'",
    )?;
    must_be("what was refused", &refused.output.as_str(), &"")
}

pub(super) fn another_user_sees_the_card_and_not_its_holder(
    world: &mut World,
) -> Result<(), MachineError> {
    let card = world.only("card")?;
    let describe = format!("busctl call {NAME} {card} {NAME}.Card Describe");
    let told = world.machine.run(&describe)?;
    must(told.contains("999900000102"), || format!("root is told {told}"))?;
    let other = world.machine.attempt(&format!("runuser -u nobody -- {describe}"))?;
    must(other.code != 0, || format!("another user is told {}", other.output))?;
    must(!other.output.contains("999900000102"), || other.output.clone())?;
    let state = format!("runuser -u nobody -- busctl get-property {NAME} {card} {NAME}.Card State");
    must_be("what everybody sees", &world.machine.run(&state)?.as_str(), &"s \"ready\"")
}
