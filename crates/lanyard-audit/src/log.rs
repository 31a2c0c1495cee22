//! The audit log as its one writer sees it.
//!
//! Ties the chain's end to its files and continues the chain at the start. What becomes of the files
//! meanwhile is `upkeep`'s.

use std::{collections::VecDeque, fs::File, time::SystemTime};

use crate::{
    AuditError, Finding, Head, Record, Settings,
    files::{self, Lock},
    line::Content,
    mark::Mark,
    tail::{self, Tail},
    time,
    writer::{End, Writer},
};

mod upkeep;

/// How many records wait for a disk that takes none. One of each minute of a day.
const MOST_KEPT: usize = 1_440;

/// An audit log that can be written to.
///
/// Each record is one line of JSON (see `docs/decisions/0008-the-audit-log-is-hashed-as-written.md`):
/// `{"seq":7,"time":"…","event":"…",…,"prev":"<hash of record 6>","hash":"<hash of this one>"}`. The hash
/// is the SHA-256 value of the line's bytes before `,"hash":"`. The first record is number 1 and its
/// `prev` is 64 zeros. Bytes that are no record are allowed only before a mark `torn-line-closed` that
/// says how many they are and what their hash is.
#[derive(Debug)]
pub struct AuditLog {
    settings: Settings,
    writer: Writer<File>,
    /// The number of the first record in the file; none while it is empty.
    first: Option<u64>,
    /// Records that take away and could not be written yet.
    kept: VecDeque<(SystemTime, Record)>,
    /// How many more of them there were.
    lost: u64,
    findings: Vec<Finding>,
    _lock: Lock,
}

/// A log that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The log.
    pub log: AuditLog,
    /// What was found wrong with it.
    pub findings: Vec<Finding>,
    /// How many records were in it after the head that was given: written, but not known to have been
    /// synced, when the last writer ended. 0 when no head was given.
    pub beyond: u64,
}

impl AuditLog {
    /// Opens the log and continues its chain, or begins one.
    ///
    /// `anchor` is the last head that the caller knows to have been synced; none says that it knows of
    /// none. What a crash left after it is closed by a mark. If it is not in the log, the log was cut or
    /// rewritten: that is a [`Finding`], and the first thing recorded, in such a way that the log will
    /// not verify any more.
    ///
    /// # Errors
    /// [`AuditError`] when there is another writer, the files cannot be used, or a mark that is due cannot
    /// be written.
    pub fn open(
        settings: Settings,
        anchor: Option<Head>,
        now: SystemTime,
    ) -> Result<Opened, AuditError> {
        let anchor = anchor.filter(|head| *head != Head::ORIGIN);
        let path = settings.path.clone();
        let lock = files::lock(&path)?;
        let file = match files::open(&path)? {
            Some(file) => file,
            None => files::create(&path)?,
        };
        let failed = |error| AuditError::of(&path, error);
        let Tail { end, anchored } = find_end(&settings, &file, anchor)?;
        let known = anchor.map_or(end.head.sequence, |anchor| anchor.sequence);
        let beyond = end.head.sequence.saturating_sub(known);
        let first = tail::first(&file).map_err(failed)?;
        let findings = files::too_open(&file).map(|mode| Finding::OpenToOthers { mode });
        let mut log = Self {
            settings,
            writer: Writer::new(file, end),
            first,
            kept: VecDeque::new(),
            lost: 0,
            findings: findings.into_iter().collect(),
            _lock: lock,
        };
        let lost_head = anchor.filter(|_| !anchored);
        log.mark_what_was_found(lost_head, &time::written(now)).map_err(failed)?;
        let findings = log.take_findings();
        Ok(Opened { log, findings, beyond })
    }

    /// Writes a record and returns when it is on the disk: for what gives.
    ///
    /// # Errors
    /// [`AuditError`]: the record does not count, and nothing may be given. After
    /// [`AuditError::NotSynced`] it may still be found in the log.
    pub fn append(&mut self, now: SystemTime, record: &Record) -> Result<Head, AuditError> {
        self.catch_up(now)?;
        self.write(&time::written(now), Content::Record(record))?;
        self.sync()?;
        Ok(self.head())
    }

    /// Writes a record that is synced with the next, or by [`Self::flush`]: for what takes away. A record
    /// that cannot be written is kept and tried again before every other.
    ///
    /// # Errors
    /// [`AuditError`] says why it is only kept. There is nothing to be repeated.
    pub fn append_later(&mut self, now: SystemTime, record: Record) -> Result<(), AuditError> {
        if self.kept.len() < MOST_KEPT {
            self.kept.push_back((now, record));
        } else {
            self.lost += 1;
        }
        self.catch_up(now)?;
        if self.writer.wants_sync() { self.sync() } else { Ok(()) }
    }

    /// Brings everything to the disk, and says where the log then ends.
    ///
    /// # Errors
    /// [`AuditError`] when something is still not there.
    pub fn flush(&mut self, now: SystemTime) -> Result<Head, AuditError> {
        self.catch_up(now)?;
        self.sync()?;
        Ok(self.head())
    }

    /// The last record that was written, synced or not.
    pub const fn head(&self) -> Head {
        self.writer.end().head
    }

    /// What was found since it was asked last: an administrator should hear of it.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Marks what is wrong with the file at the start.
    fn mark_what_was_found(&mut self, lost_head: Option<Head>, time: &str) -> std::io::Result<()> {
        let after = self.head().sequence;
        let torn = self.writer.end().torn.as_ref().map(|torn| torn.torn().bytes);
        self.findings.extend(torn.map(|bytes| Finding::TornLineClosed { after, bytes }));
        self.writer.close_torn(time)?;
        if let Some(expected) = lost_head {
            let found = self.head();
            self.findings.push(Finding::LogCut { expected, found });
            // As if nothing had been taken: numbers stay unique, and every verifier sees the gap.
            let sequence = expected.sequence.max(found.sequence);
            let head = Head { sequence, ..expected };
            self.writer.go_on_from(End { head, ..self.writer.end().clone() });
            self.writer.write(time, Content::Mark(&Mark::LogCutFound { expected, found }))?;
        }
        self.writer.sync()
    }

    /// Writes what had to be kept.
    fn catch_up(&mut self, now: SystemTime) -> Result<(), AuditError> {
        while let Some((then, record)) = self.kept.front().cloned() {
            self.write(&time::written(then), Content::Record(&record))?;
            self.kept.pop_front();
        }
        if self.lost > 0 {
            let records = self.lost;
            self.write(&time::written(now), Content::Mark(&Mark::RecordsLost(records)))?;
            self.findings.push(Finding::RecordsLost { records });
            self.lost = 0;
        }
        Ok(())
    }

    fn write(&mut self, time: &str, content: Content<'_>) -> Result<(), AuditError> {
        self.look_after_the_file(time)?;
        let end = self.writer.end();
        let grown = end.length + self.writer.measure(time, content);
        if end.torn.is_none() && end.length > 0 && grown > self.settings.rotate_above {
            self.rotate(time);
        }
        let head = self.writer.write(time, content).map_err(|error| self.failed(error))?;
        self.first.get_or_insert(head.sequence);
        Ok(())
    }

    fn sync(&mut self) -> Result<(), AuditError> {
        let file = &self.settings.path;
        self.writer.sync().map_err(|source| AuditError::NotSynced { file: file.clone(), source })
    }

    fn failed(&self, error: std::io::Error) -> AuditError {
        AuditError::of(&self.settings.path, error)
    }
}

/// Finds where the chain ends, in the file that is written to or, while that is empty, in the last one
/// that was set aside.
fn find_end(settings: &Settings, file: &File, anchor: Option<Head>) -> Result<Tail, AuditError> {
    let path = &settings.path;
    let mut tail = tail::find(file, anchor).map_err(|error| AuditError::of(path, error))?;
    for aside in files::aside(path)?.iter().rev() {
        let in_older_files = tail.end.head == Head::ORIGIN || anchor.is_some() && !tail.anchored;
        if !in_older_files {
            break;
        }
        let older = tail_of(aside, anchor)?;
        if tail.end.head == Head::ORIGIN {
            tail.end.head = older.end.head;
            tail.end.torn = if tail.end.length == 0 { older.end.torn } else { tail.end.torn };
        }
        tail.anchored |= older.anchored;
    }
    Ok(tail)
}

fn tail_of(path: &std::path::Path, anchor: Option<Head>) -> Result<Tail, AuditError> {
    let failed = |error| AuditError::of(path, error);
    let file = File::open(path).map_err(failed)?;
    tail::find(&file, anchor).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Event;

    #[test]
    fn what_gives_is_synced_when_it_is_done_and_what_takes_away_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::at(folder.path().join("audit.jsonl"));
        let now = SystemTime::UNIX_EPOCH;
        let mut log = AuditLog::open(settings, None, now).unwrap().log;
        let record = Record::of(Event::ServiceStarted);
        log.append(now, &record).unwrap();
        assert!(log.writer.is_synced());
        log.append_later(now, record.clone()).unwrap();
        assert!(!log.writer.is_synced());
        log.append(now, &record).unwrap();
        assert!(log.writer.is_synced());
        log.append_later(now, record).unwrap();
        assert_eq!(log.flush(now).unwrap(), log.head());
        assert!(log.writer.is_synced());
    }
}
