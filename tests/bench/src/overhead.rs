//! The daemon's own time in an authentication: from the agent's last act to `Completed` at the client,
//! without the time in which the card was at work.
//!
//! What remains is the daemon's work, the bus, and everything between daemon and card: pcscd, its driver,
//! the virtual line. Nothing of that is taken off; a raw PC/SC client that says the same to the same card
//! shows how much of it is not the daemon's. With its records on a tmpfs a sync costs nothing; on a disk
//! the syncs are what comes on top.

use std::{path::Path, time::Duration};

use lanyard_stack::{Card, Stack};
use rustix::fs::statfs;
use tempfile::TempDir;

use crate::{
    BenchError, conversation,
    figures::{Figures, Sample},
    holder::{Holder, P256},
    idle::switches,
    traffic::{Traffic, as_figure},
};

/// What the daemon's own time shall be at most, in milliseconds.
const GOAL: f64 = 3.0;

/// One user may have 64 requests, those of the last minute included: then a new daemon is needed.
const REQUESTS: usize = 60;

/// Where Linux has a tmpfs (`shm_open(3)`), and how the kernel calls it (`statfs(2)`).
const MEMORY: &str = "/dev/shm";
const TMPFS: i64 = 0x0102_1994;

pub(crate) fn measure(times: usize, figures: &mut Figures) -> Result<(), BenchError> {
    println!("overhead: {times} authentications without a disk, and as many with one");
    let stack = Stack::start()?;
    let card = stack.card(0, P256.persona)?;
    stack.wait_until_in(0)?;

    let mut raw = conversation::measure(&stack, &card, times)?;
    let memory = memory()?;
    let (mut ours, woken) = sample(&stack, &card, times, &kept_in(memory.path()))?;
    let (with_disk, _) = sample(&stack, &card, times, "")?;
    let mut syncs = with_disk.above(ours.percentile(50)?);

    let (p50, p99) = (ours.percentile(50)?, ours.percentile(99)?);
    let meaning = "agent's answer to Completed, without the card's work; no disk";
    figures.add("authenticate_overhead_p50_ms", p50, meaning);
    figures.add_with_goal("authenticate_overhead_p99_ms", (p99, GOAL), "");
    let meaning = "a raw client's same commands, without the card's work";
    figures.add("authenticate_raw_p50_ms", raw.percentile(50)?, meaning);
    figures.add("authenticate_raw_p99_ms", raw.percentile(99)?, "");
    let meaning = "what comes on top of the median with the records on a disk";
    figures.add("authenticate_sync_p50_ms", syncs.percentile(50)?, meaning);
    figures.add("authenticate_sync_p99_ms", syncs.percentile(99)?, "");
    let meaning = "context switches of all threads, from request to Completed";
    figures.add("authenticate_wakeups", woken, meaning);
    Ok(())
}

/// Own times, and wake-ups for each authentication, with these settings.
fn sample(
    stack: &Stack,
    card: &Card,
    times: usize,
    settings: &str,
) -> Result<(Sample, f64), BenchError> {
    let (mut sample, mut woken, mut left) = (Sample::default(), 0, times);
    while left > 0 {
        let mut daemon = stack.daemon(settings)?;
        let process = daemon.process().id();
        let mut holder = Holder::at(stack, P256.passcode)?;
        holder.finds_card();
        for _ in 0..left.min(REQUESTS) {
            card.command("counts reset")?;
            let before = switches(process)?;
            let (typed, known) = holder.authenticates()?;
            woken += u64::from(switches(process)?.saturating_sub(before));
            sample.add(without_card(known.duration_since(typed), card)?);
        }
        left = left.saturating_sub(REQUESTS);
        daemon.terminate()?;
    }
    Ok((sample, as_figure(woken) / as_figure(times as u64)))
}

/// What is left of a time without the card's work.
pub(crate) fn without_card(time: Duration, card: &Card) -> Result<Duration, BenchError> {
    Ok(time.saturating_sub(Traffic::of(card)?.worked))
}

/// A folder whose files are in memory alone.
fn memory() -> Result<TempDir, BenchError> {
    if statfs(MEMORY).map_err(std::io::Error::from)?.f_type != TMPFS {
        return Err(BenchError::Empty("a tmpfs at /dev/shm"));
    }
    Ok(tempfile::Builder::new().prefix("lanyard-bench-").tempdir_in(MEMORY)?)
}

fn kept_in(folder: &Path) -> String {
    let folder = folder.display();
    format!("[ledger]\nfolder = \"{folder}\"\n[audit]\nfile = \"{folder}/audit.jsonl\"\n")
}
