//! The machine goes to sleep, as ACPI has it (S3), with somebody signed in.

use super::signed_in::ends_with;
use super::signing_in::{nobody_is_signed_in, signs_in};
use crate::error::{MachineError, must, must_be};
use crate::world::World;

/// What makes logind wait until sign-ins are ended.
const INHIBITORS: &str = "systemd-inhibit --list --no-legend --no-pager";

/// logind's word for an inhibitor that was not released in time.
const OUTWAITED: &str = "journalctl --unit=systemd-logind --no-pager --grep='timeout is reached'";

pub(super) fn a_machine_that_sleeps_waits_for_the_session_to_end_and_no_longer(
    world: &mut World,
) -> Result<(), MachineError> {
    let held = world.machine.run(INHIBITORS)?;
    must(held.contains("Lanyard") && held.contains("delay"), || format!("held are {held:?}"))?;
    world.forget()?;
    // The shell sleeps too.
    world.machine.run("systemd-run --quiet --on-active=1 systemctl suspend")?;
    world.machine.wait_until_asleep()?;
    world.machine.wake_up()?;
    ends_with(world, "suspend")?;
    let outwaited = world.machine.attempt(OUTWAITED)?;
    must_be("whom logind did not wait for", &outwaited.output.as_str(), &"-- No entries --")?;
    nobody_is_signed_in(world)?;
    let card = world.news.wait_for("CardInserted")?;
    world.settled(card.argument(0))?;
    let held = world.machine.run(INHIBITORS)?;
    must(held.contains("Lanyard"), || format!("after waking up held are {held:?}"))?;
    signs_in(world)
}
