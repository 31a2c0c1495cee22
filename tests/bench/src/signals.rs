//! From the raw client's wake-up to our signal's arrival at a client on the bus.

use std::time::{Duration, Instant};

use lanyard_stack::Stack;

use crate::{
    BenchError,
    figures::{Figures, Sample},
    raw::Raw,
    witness,
};

/// For 99 of 100 signals, in milliseconds.
const GOAL: f64 = 5.0;

pub(crate) fn measure(cycles: usize, figures: &mut Figures) -> Result<(), BenchError> {
    println!("signals: {cycles} insertions and removals");
    let stack = Stack::start()?;
    let _daemon = stack.daemon("")?;
    let card = stack.card_outside(0, "nurse")?;
    let names = stack.reader_names();
    let raw = Raw::watching(&stack, names.first().map_or("", String::as_str))?;
    let (runtime, mut witness) = witness(&stack)?;

    let (mut inserted, mut identified, mut removed) = <(Sample, Sample, Sample)>::default();
    for _ in 0..cycles {
        card.insert()?;
        runtime.block_on(witness.card_inserted());
        let signal = now();
        runtime.block_on(witness.card_state_changed());
        let ready = now();
        let seen = raw.when(true)?;
        inserted.add(after(seen, signal));
        identified.add(after(seen, ready));

        card.remove()?;
        runtime.block_on(witness.card_removed());
        let signal = now();
        removed.add(after(raw.when(false)?, signal));
    }
    figures.add(
        "inserted_signal_p50_ms",
        inserted.percentile(50)?,
        "raw client's wake-up to CardInserted",
    );
    figures.add_with_goal("inserted_signal_p99_ms", (inserted.percentile(99)?, GOAL), "");
    figures.add(
        "identified_p50_ms",
        identified.percentile(50)?,
        "raw client's wake-up to the published state",
    );
    figures.add("identified_p99_ms", identified.percentile(99)?, "");
    figures.add(
        "removed_signal_p50_ms",
        removed.percentile(50)?,
        "raw client's wake-up to CardRemoved",
    );
    figures.add_with_goal("removed_signal_p99_ms", (removed.percentile(99)?, GOAL), "");
    Ok(())
}

/// Nothing, when our signal came before the raw client had woken up.
fn after(raw: Instant, ours: Instant) -> Duration {
    ours.saturating_duration_since(raw)
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}
