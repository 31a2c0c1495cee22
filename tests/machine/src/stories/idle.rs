//! What a daemon costs that has nothing to do: a card is in, and nobody does anything.

use crate::error::{MachineError, must};
use crate::world::World;

const SECONDS: u32 = 300;

/// Wake-ups a second.
const MOST_WAKE_UPS: f64 = 0.1;

/// Resident memory, in KiB.
const MOST_MEMORY: u32 = 12 * 1024;

/// The guest's shell gives a script 100 s.
const NAP: u32 = 75;

const WAKE_UPS: &str = "cat /proc/$(systemctl show lanyardd --value --property=MainPID)/task/*/status | \
    sed -n 's/^voluntary_ctxt_switches:\\s*//p' | paste -sd+ | sed 's/^/echo $((/; s/$/))/' | sh";

const MEMORY: &str = "sed -n 's/^VmRSS:\\s*\\([0-9]*\\) kB/\\1/p' \
    /proc/$(systemctl show lanyardd --value --property=MainPID)/status";

pub(super) fn an_idle_daemon_hardly_wakes(world: &mut World) -> Result<(), MachineError> {
    // What a daemon does that has just begun is not idleness.
    let card = world.only("card")?;
    world.settled(&card)?;
    let before = number(&world.machine.run(WAKE_UPS)?)?;
    for _ in 0..SECONDS / NAP {
        world.machine.run(&format!("sleep {NAP}"))?;
    }
    let after = number(&world.machine.run(WAKE_UPS)?)?;
    let wake_ups = f64::from(after - before) / f64::from(SECONDS);
    let memory = number(&world.machine.run(MEMORY)?)?;
    world.figure(format!(
        "idle for {SECONDS} s: {wake_ups:.3} wake-ups a second, {memory} KiB resident"
    ));
    must(wake_ups <= MOST_WAKE_UPS, || format!("{wake_ups} wake-ups a second"))?;
    must(memory <= MOST_MEMORY, || format!("{memory} KiB resident"))
}

fn number(text: &str) -> Result<u32, MachineError> {
    text.trim().parse().map_err(|_| MachineError::Otherwise(format!("no number: {text}")))
}
