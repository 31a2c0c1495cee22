//! The machine goes to sleep, as ACPI has it (S3), with somebody signed in.

use super::signed_in::ends_with;
use super::signing_in::{nobody_is_signed_in, signs_in};
use crate::error::{MachineError, must, must_be};
use crate::world::World;

/// What makes logind wait until sign-ins are ended.
const INHIBITORS: &str = "systemd-inhibit --list --no-legend --no-pager";

/// logind's word for an inhibitor that was not released in time, and the daemon's for what kept it from that.
const OUTWAITED: &str = "journalctl --boot --no-pager --grep='inhibitor timeout is reached|not everything was done before'";

pub(super) fn a_machine_that_sleeps_waits_for_the_session_to_end_and_no_longer(
    world: &mut World,
) -> Result<(), MachineError> {
    let held = world.machine.run(INHIBITORS)?;
    must(held.contains("Lanyard") && held.contains("delay"), || format!("held are {held:?}"))?;
    world.forget()?;
    // The shell sleeps too.
    world.machine.run(
        "systemd-run --quiet --on-active=1 --timer-property=AccuracySec=10ms systemctl suspend",
    )?;
    world.machine.wait_until_asleep()?;
    world.machine.wake_up()?;
    ends_with(world, "suspend")?;
    let outwaited = world.machine.attempt(OUTWAITED)?;
    must_be("whom logind did not wait for", &outwaited.output.as_str(), &"-- No entries --")?;
    nobody_is_signed_in(world)?;
    let held = world.machine.run(INHIBITORS)?;
    must(held.contains("Lanyard"), || format!("after waking up held are {held:?}"))?;
    // The kernel has reset the reader, and the claim of Debian 12's pcscd to it is lost by that ("did not claim
    // interface 0 before use"); Debian 13's finds the reader again.
    world.machine.unplug_reader()?;
    world.forget()?;
    world.machine.plug_reader()?;
    let inserted = world.news.wait_for("CardInserted")?;
    world.settled(inserted.argument(0))?;
    signs_in(world)
}
