//! What a daemon costs that has nothing to do: a card is in, and nobody does anything.

use std::collections::BTreeMap;

use crate::error::{MachineError, must};
use crate::world::World;

const SECONDS: u32 = 300;

/// Wake-ups a second.
const MOST_WAKE_UPS: f64 = 0.1;

/// Resident memory, in KiB.
const MOST_MEMORY: u32 = 12 * 1024;

/// The guest's shell gives a script 100 s.
const NAP: u32 = 75;

/// How often each thread has waited, its number and its name.
const WAKE_UPS: &str =
    "for thread in /proc/$(systemctl show lanyardd --value --property=MainPID)/task/*; do
    sed -n 's/^voluntary_ctxt_switches:\\s*//p' $thread/status | tr '\\n' ' '; echo \"${thread##*/} $(cat $thread/comm)\"
done";

const MEMORY: &str = "sed -n 's/^VmRSS:\\s*\\([0-9]*\\) kB/\\1/p' \
    /proc/$(systemctl show lanyardd --value --property=MainPID)/status";

pub(super) fn an_idle_daemon_hardly_wakes(world: &mut World) -> Result<(), MachineError> {
    // What a daemon does that has just begun is not idleness.
    let card = world.only("card")?;
    world.settled(&card)?;
    let before = wake_ups(world)?;
    for _ in 0..SECONDS / NAP {
        world.machine.run(&format!("sleep {NAP}"))?;
    }
    let mut woken = wake_ups(world)?;
    for (thread, count) in &mut woken {
        *count = count.saturating_sub(before.get(thread).copied().unwrap_or_default());
    }
    let a_second = f64::from(woken.values().sum::<u32>()) / f64::from(SECONDS);
    let memory = number(&world.machine.run(MEMORY)?)?;
    world.figure(format!(
        "idle for {SECONDS} s: {a_second:.3} wake-ups a second, {memory} KiB resident"
    ));
    for (thread, count) in woken.iter().filter(|(_, count)| **count > 0) {
        world.figure(format!("  {count:3} of them by the thread {thread}"));
    }
    must(a_second <= MOST_WAKE_UPS, || format!("{a_second} wake-ups a second"))?;
    must(memory <= MOST_MEMORY, || format!("{memory} KiB resident"))
}

/// Since they began, by the numbers and names of threads: one that is born meanwhile counts as a whole.
fn wake_ups(world: &mut World) -> Result<BTreeMap<String, u32>, MachineError> {
    let mut counts = BTreeMap::new();
    for line in world.machine.run(WAKE_UPS)?.lines() {
        let (count, thread) = line.split_once(' ').unwrap_or_default();
        counts.insert(thread.to_owned(), number(count)?);
    }
    Ok(counts)
}

fn number(text: &str) -> Result<u32, MachineError> {
    text.trim().parse().map_err(|_| MachineError::Otherwise(format!("no number: {text}")))
}
