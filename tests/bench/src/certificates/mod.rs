//! Certificates: a chain of three judged again and again, a revocation list of a million entries, and how
//! soon a card's state says what its certificate came to. OpenSSL does the same in the same process, where
//! it can, and its command beside it.

mod chain;
mod lists;
mod million;
mod openssl_chain;
mod reload;
mod state;

use std::time::{Duration, Instant};

use lanyard_trust::UnixTime;

use crate::{BenchError, figures::Figures};

pub(crate) use lists::make as make_lists;

/// 1 September 2026.
const TODAY: UnixTime = UnixTime(1_788_220_800);

pub(crate) fn measure(cycles: usize, figures: &mut Figures) -> Result<(), BenchError> {
    println!("certificates: lists of a million entries are made");
    let lists = lists::Lists::made_elsewhere()?;
    println!("certificates: one is loaded, asked and replaced");
    // First, while this process has given back no memory that could be used again.
    million::measure(&lists, figures)?;
    reload::measure(&lists, figures)?;
    println!("certificates: chains of three are judged");
    chain::measure(figures)?;
    println!("certificates: {cycles} cards are put in");
    state::measure(cycles, figures)
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
