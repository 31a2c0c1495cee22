//! From starting the program to its bus name being owned, and what it holds then.

use lanyard_stack::Stack;

use crate::{
    BenchError,
    figures::{Figures, Sample},
};

const STARTS: usize = 20;

/// In milliseconds.
const GOAL: f64 = 50.0;

pub(crate) fn measure(figures: &mut Figures) -> Result<(), BenchError> {
    println!("start: {STARTS} times");
    let stack = Stack::start()?;
    let mut took = Sample::default();
    for _ in 0..STARTS {
        let mut daemon = stack.daemon("")?;
        took.add(daemon.start_took());
        daemon.terminate()?;
    }
    figures.add_with_goal(
        "start_ms",
        (took.percentile(50)?, GOAL),
        "program start to bus name, p50",
    );
    Ok(())
}
