//! A log of a million records: how long verifying takes, beside `sha256sum` of the same file in the same
//! run, and how much memory it needs. Also how long a record takes that is on the disk when it is done.

#![expect(clippy::disallowed_methods, reason = "this measures")]

use std::{
    error::Error,
    fs,
    io::{self, Write},
    process::Command,
    time::{Duration, Instant, SystemTime},
};

use lanyard_audit::{
    AuditLog, Caller, CardSerial, Event, HolderUuid, LoginSession, ReaderName, Record, Settings,
    verify,
};

const RECORDS: u32 = 1_000_000;
const SYNCED: usize = 1_000;
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("audit.jsonl");
    let settings = Settings { rotate_above: u64::MAX, ..Settings::at(&path) };
    let mut log = AuditLog::open(settings, None, SystemTime::now())?.log;
    let record = record()?;

    let mut synced = Vec::new();
    for _ in 0..SYNCED {
        let start = Instant::now();
        log.append(SystemTime::now(), &record)?;
        synced.push(start.elapsed());
    }
    synced.sort();
    let start = Instant::now();
    while log.head().sequence < u64::from(RECORDS) {
        log.append_later(SystemTime::now(), record.clone())?;
    }
    let head = log.flush(SystemTime::now())?;
    let written = start.elapsed();

    let before = peak_kib()?;
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let report = verify(std::slice::from_ref(&path), Some(head))?;
        ours = ours.min(start.elapsed());
        if !report.is_whole() || report.records != u64::from(RECORDS) {
            return Err(format!("{report:?}").into());
        }
        let start = Instant::now();
        Command::new("sha256sum").arg(&path).output()?;
        theirs = theirs.min(start.elapsed());
    }
    let figure = |name: &str, value: f64| writeln!(io::stdout(), "{name}: {value:.3}");
    let per_record = 1.0 / f64::from(RECORDS);
    let length = u32::try_from(fs::metadata(&path)?.len())?;
    let percentile = |of: usize| synced.get(SYNCED * of / 100).copied().unwrap_or_default();
    figure("audit_bytes_a_record", f64::from(length) * per_record)?;
    figure("audit_append_synced_median_ms", percentile(50).as_secs_f64() * 1e3)?;
    figure("audit_append_synced_p99_ms", percentile(99).as_secs_f64() * 1e3)?;
    figure("audit_append_later_us", written.as_secs_f64() * 1e6 * per_record)?;
    figure("audit_verify_million_s", ours.as_secs_f64())?;
    figure("audit_sha256sum_s", theirs.as_secs_f64())?;
    figure("audit_verify_to_sha256sum", ours.as_secs_f64() / theirs.as_secs_f64())?;
    figure("audit_verify_peak_growth_kib", f64::from(peak_kib()? - before))?;
    Ok(())
}

fn record() -> Result<Record, Box<dyn Error>> {
    Ok(Record {
        holder: Some(HolderUuid::new("656005750104")?),
        card: Some(CardSerial::new(&[0xA1; 16])?),
        reader: Some(ReaderName::new("Virtual PCD 00 00")),
        tries_left: Some(3),
        caller: Some(Caller { uid: 1000, pid: Some(4242), session: Some(LoginSession::new("c2")) }),
        ..Record::of(Event::PasscodeAccepted)
    })
}

/// The most memory that this process ever had, in KiB.
fn peak_kib() -> Result<u32, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
