//! What the daemon does while nothing happens, with a card in: wake-ups and memory.

use std::{fs, thread, time::Duration};

use lanyard_stack::Stack;
use lanyard_witness::Usage;

use crate::{BenchError, figures::Figures, witness};

/// Wake-ups a second.
const WAKEUPS_GOAL: f64 = 0.1;

/// In MiB.
const RESIDENT_GOAL: f64 = 12.0;

#[expect(clippy::disallowed_methods, reason = "nothing shall happen meanwhile")]
pub(crate) fn measure(seconds: u64, figures: &mut Figures) -> Result<(), BenchError> {
    println!("idle: {seconds} s with a card in");
    let stack = Stack::start()?;
    let mut daemon = stack.daemon("")?;
    let _card = stack.card(0, "gp")?;
    let (runtime, mut witness) = witness(&stack)?;
    runtime.block_on(witness.card_in_state("ready"));
    drop((witness, runtime));

    let process = daemon.process().id();
    let before = switches(process)?;
    thread::sleep(Duration::from_secs(seconds));
    let woken = switches(process)?.saturating_sub(before);
    let usage = Usage::of(process);
    let per_second = f64::from(woken) / Duration::from_secs(seconds).as_secs_f64();
    figures.add_with_goal(
        "idle_wakeups_per_s",
        (per_second, WAKEUPS_GOAL),
        "context switches of all threads, a card in",
    );
    let mebibytes = f64::from(u32::try_from(usage.memory_kib).unwrap_or(u32::MAX)) / 1024.0;
    figures.add_with_goal("resident_mib", (mebibytes, RESIDENT_GOAL), "resident memory, a card in");
    let threads = f64::from(u32::try_from(usage.threads).unwrap_or(u32::MAX));
    figures.add("threads", threads, "threads, a card in");
    Ok(())
}

/// Context switches of all threads, wanted and not (proc(5)).
pub(crate) fn switches(process: u32) -> Result<u32, BenchError> {
    let mut sum = 0;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread that has just ended has no file any more.
        let status = fs::read_to_string(task?.path().join("status")).unwrap_or_default();
        let counts = status.lines().filter(|line| line.contains("ctxt_switches"));
        let counts = counts.filter_map(|line| line.rsplit('\t').next()?.parse::<u32>().ok());
        sum += counts.sum::<u32>();
    }
    Ok(sum)
}
