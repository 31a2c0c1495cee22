//! The log on real files: tampered with, torn, rotated, on full disks, under two writers.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod disk;
mod disturbed;
mod outside;
mod rotation;
mod showing;
mod tampered;
mod torn;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use lanyard_audit::{
    AuditLog, Caller, CardSerial, Event, Head, HolderUuid, LoginSession, Opened, Outcome,
    ReaderName, Reason, Record, Report, Settings, TermsVersion, in_order, verify,
};
use tempfile::TempDir;

/// A folder with the log in it.
struct Place {
    folder: TempDir,
    settings: Settings,
}

impl Place {
    fn new() -> Self {
        // In memory where there is such a place: what a disk does is not what is tested here.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let settings = Settings::at(folder.path().join("audit.jsonl"));
        Self { folder, settings }
    }

    fn rotating_above(rotate_above: u64) -> Self {
        let place = Self::new();
        Self { settings: Settings { rotate_above, ..place.settings }, ..place }
    }

    fn path(&self) -> &Path {
        &self.settings.path
    }

    fn open(&self, anchor: Option<Head>) -> Opened {
        AuditLog::open(self.settings.clone(), anchor, time(0)).unwrap()
    }

    /// Writes records of these numbers, the way of the last ones open, and says where the log ends.
    fn write(&self, numbers: std::ops::Range<u64>, anchor: Option<Head>) -> Head {
        let mut log = self.open(anchor).log;
        for number in numbers {
            log.append(time(number), &record(number)).unwrap();
        }
        log.head()
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }

    fn put(&self, bytes: &[u8]) {
        fs::write(self.path(), bytes).unwrap();
    }

    fn files(&self) -> Vec<PathBuf> {
        in_order(self.path()).unwrap()
    }

    fn verify(&self, anchor: Option<Head>) -> Report {
        verify(&self.files(), anchor).unwrap()
    }

    /// Where the log is broken first: line and number.
    fn broken_at(&self, anchor: Option<Head>) -> Option<(u64, u64)> {
        let broken = self.verify(anchor).broken;
        broken.map(|broken| (broken.place.line, broken.place.sequence))
    }

    /// All files one after another.
    fn all_bytes(&self) -> Vec<u8> {
        self.files().iter().flat_map(|file| fs::read(file).unwrap()).collect()
    }
}

fn time(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_600_000 + seconds)
}

/// Records of different shapes.
fn record(number: u64) -> Record {
    let event = Event::ALL.iter().cycle().nth(usize::try_from(number).unwrap()).copied().unwrap();
    let bare = Record::of(event);
    match number % 3 {
        0 => bare,
        1 => Record {
            holder: Some(HolderUuid::new("656005750104").unwrap()),
            card: Some(CardSerial::new(&[0xA1; 16]).unwrap()),
            reader: Some(ReaderName::new("Virtual \"PCD\"\\ 00 \u{7}é")),
            tries_left: Some(2),
            ..bare
        },
        _ => Record {
            outcome: Some(Outcome::TimedOut),
            reason: Some(Reason::new("not-checked")),
            terms: Some(TermsVersion::new("2026-01")),
            caller: Some(Caller {
                uid: 1000,
                pid: Some(4242),
                session: Some(LoginSession::new("c2")),
            }),
            ..bare
        },
    }
}

/// How many lines end in these bytes.
fn line_ends(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64 - 1
}

/// The lines of a log, each with its end.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}
