//! How long an attempt takes to begin and to settle, beside a bare write and sync of as many bytes in the
//! same run; and how large the file gets in a hundred thousand attempts.

#![expect(clippy::disallowed_methods, reason = "this measures")]
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use std::{
    error::Error,
    fs::{self, File},
    os::unix::fs::FileExt,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use lanyard_ledger::{CardSerial, Counter, Intent, Ledger, LedgerError, Purpose, Settlement};

const ROUNDS: u32 = 3_000;
const ATTEMPTS: u32 = 100_000;
const RECORD: usize = 128;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (mut ledger, _) = Ledger::open(folder.path())?;
    let bare = File::create(folder.path().join("bare"))?;
    let (mut bares, mut begins, mut settles) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let start = Instant::now();
        bare.write_all_at(&[7; RECORD], u64::from(round) * RECORD as u64)?;
        bare.sync_data()?;
        bares.push(start.elapsed());
        let start = Instant::now();
        let settlement = begin(&mut ledger, round)?;
        begins.push(start.elapsed());
        let start = Instant::now();
        ledger.settle(settlement)?;
        settles.push(start.elapsed());
    }
    let bare = report("bare write and sync", &mut bares);
    let begin = report("begin", &mut begins);
    let settle = report("settle", &mut settles);
    println!("begin / bare {:.2}", begin.as_secs_f64() / bare.as_secs_f64());
    let both = (begin + settle).as_secs_f64() / bare.as_secs_f64();
    println!("begin and settle / bare {both:.2}");
    in_memory()
}

/// The same on a file system in memory, where a sync costs nothing: the ledger's own time and its size.
fn in_memory() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir_in("/dev/shm")?;
    let (mut ledger, _) = Ledger::open(folder.path())?;
    let mut attempts = Vec::new();
    let mut largest = 0;
    for round in 0..ATTEMPTS {
        let start = Instant::now();
        let settlement = begin(&mut ledger, round)?;
        ledger.settle(settlement)?;
        attempts.push(start.elapsed());
        largest = largest.max(size(folder.path())?);
    }
    report("attempt without a disk", &mut attempts);
    println!("largest file {largest} bytes, at the end {} bytes", size(folder.path())?);
    Ok(())
}

fn size(folder: &Path) -> Result<u64, std::io::Error> {
    fs::metadata(folder.join("ledger")).map(|metadata| metadata.len())
}

fn begin(ledger: &mut Ledger, round: u32) -> Result<Settlement, Box<dyn Error>> {
    let serial = [[1; 4], (round % 20).to_be_bytes()].concat();
    let (card, at) = (CardSerial::new(&serial)?, SystemTime::now());
    let intent = Intent { card, counter_before: Counter::Left(3), purpose: Purpose::SignIn, at };
    let synced = ledger.begin(intent).map_err(Box::<LedgerError>::from)?;
    Ok(synced.sending().accepted())
}

/// Prints median and 99th percentile, and returns the median.
fn report(what: &str, times: &mut [Duration]) -> Duration {
    times.sort();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    println!("{what}: median {:?}, p99 {:?}", at(50), at(99));
    at(50)
}
