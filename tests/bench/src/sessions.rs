//! Sessions: how soon their end is heard, and how long it takes to know who may do what.

mod directory;
mod effective;
mod ended;
mod listeners;
mod messages;

use std::time::{Duration, Instant};

use crate::{BenchError, figures::Figures};

pub(crate) use directory::make as make_directory;

pub(crate) fn measure(cycles: usize, figures: &mut Figures) -> Result<(), BenchError> {
    println!("sessions: effective activities of roles");
    effective::measure(figures)?;
    println!("sessions: a directory of 800,000 holders is written, and asked");
    directory::measure(figures)?;
    ended::measure(cycles, figures)
}

/// How long something takes.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = now();
    let result = work();
    (result, start.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}

/// `SplitMix64`: as random as need be, and the same each time.
const fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
