//! From a restart of pcscd to everything being back, beside what a raw client needs for the same.

use std::time::Instant;

use lanyard_stack::Stack;

use crate::{
    BenchError,
    figures::{Figures, Sample},
    raw::Raw,
    witness,
};

const RESTARTS: usize = 10;

/// In milliseconds.
const GOAL: f64 = 500.0;

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
pub(crate) fn measure(figures: &mut Figures) -> Result<(), BenchError> {
    println!("recovery: pcscd is killed and restarted {RESTARTS} times");
    let mut stack = Stack::start()?;
    let _daemon = stack.daemon("")?;
    let _card = stack.card(0, "nurse")?;
    let (runtime, mut witness) = witness(&stack)?;
    runtime.block_on(witness.card_in_state("ready"));
    let name = stack.reader_names().swap_remove(0);

    let (mut readers, mut everything, mut raw) = <(Sample, Sample, Sample)>::default();
    for _ in 0..RESTARTS {
        stack.pcscd().kill()?;
        runtime.block_on(witness.pcsc_state_changed());
        let start = Instant::now();
        stack.pcscd().start()?;
        let client = Raw::watching(&stack, &name)?;
        runtime.block_on(witness.readers(2));
        readers.add(start.elapsed());
        runtime.block_on(witness.card_in_state("ready"));
        everything.add(start.elapsed());
        raw.add(client.when(true)?.duration_since(start));
    }
    figures.add_with_goal(
        "pcscd_recovery_ms",
        (everything.percentile(50)?, GOAL),
        "start of pcscd to card ready again, p50",
    );
    figures.add("pcscd_recovery_max_ms", everything.percentile(100)?, "");
    figures.add(
        "pcscd_recovery_readers_ms",
        readers.percentile(50)?,
        "start of pcscd to readers shown, p50",
    );
    figures.add(
        "pcscd_recovery_raw_ms",
        raw.percentile(50)?,
        "start of pcscd to a raw client seeing the card, p50",
    );
    Ok(())
}
