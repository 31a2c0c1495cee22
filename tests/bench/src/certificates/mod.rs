//! Certificates: a chain of three judged again and again, a revocation list of a million entries, and how
//! soon a card's state says what its certificate came to. OpenSSL does the same in the same process, where
//! it can, and its command beside it.

mod chain;
mod lists;
mod million;
mod openssl_chain;
mod reload;
mod state;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use lanyard_evidence::{Clock, Evidence, Fetching, Folders, News, Settings};
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

/// Evidence from folders at this date, without anything wrong in them.
fn evidence_at(
    date: UnixTime,
    folders: Folders,
    on_news: impl Fn(News) + Send + Sync + 'static,
) -> Result<Evidence, BenchError> {
    let settings = Settings { folders, fetching: Fetching::default() };
    let evidence = Evidence::new(settings, Arc::new(At(date)), on_news)?;
    match evidence.problems().first() {
        Some(problem) => Err(BenchError::Verdict(problem.to_string())),
        None => Ok(evidence),
    }
}

/// A clock whose date stands still.
struct At(UnixTime);

impl Clock for At {
    fn wall(&self) -> UnixTime {
        self.0
    }

    fn steady(&self) -> Instant {
        now()
    }
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
