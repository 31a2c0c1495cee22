//! What survives: the ledger of attempts and the audit log, shared by the card threads.
//!
//! When one of them cannot be kept, no passcode is sent and nothing is granted; the daemon goes on showing
//! readers and cards, says why, and tries to open it again whenever it is needed.

mod scribe;

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use lanyard_audit::{AuditError, AuditLog, Event, Hash, Head, LoginSession, Record};
use lanyard_ledger::{AuditHead, CardSerial, Counter, Finding, Ledger, LedgerError, Standing};
use lanyard_settings::Uuids;

use crate::{
    log::Shown,
    metrics::{Metrics, Written},
};

pub(crate) use scribe::Scribe;

/// The ledger and the audit log. Clones are the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Records {
    kept: Arc<Mutex<Kept>>,
    naming: Naming,
    metrics: Arc<Metrics>,
}

/// How the log names holders. Apart from what waits for a disk, so that whoever changes it does not.
#[derive(Clone, Debug)]
struct Naming(Arc<AtomicBool>);

/// Where they are.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The ledger's folder.
    pub(crate) ledger: PathBuf,
    /// The audit log's file, and when it is rotated.
    pub(crate) audit: lanyard_audit::Settings,
}

#[derive(Debug)]
struct Kept {
    places: Places,
    ledger: Option<Ledger>,
    audit: Option<AuditLog>,
    /// The audit log had records when it was opened.
    audit_is_old: bool,
    naming: Naming,
    /// What became of the ledger, when the audit log does not know it yet.
    ledger_lost: Option<Event>,
}

/// What was to be recorded is not on the disk. The journal says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotRecorded;

impl Records {
    /// Opens both. What is wrong is said in the journal.
    pub(crate) fn open(
        places: Places,
        (uuids, metrics): (Uuids, Arc<Metrics>),
        now: SystemTime,
    ) -> Self {
        let naming = Naming(Arc::new(AtomicBool::new(uuids == Uuids::Full)));
        let mut kept = Kept {
            places,
            ledger: None,
            audit: None,
            audit_is_old: false,
            naming: naming.clone(),
            ledger_lost: None,
        };
        // The ledger first: it knows where the audit log should end.
        let _ = kept.ledger();
        let _ = kept.audit(now);
        Self { kept: Arc::new(Mutex::new(kept)), naming, metrics }
    }

    /// Does something with the ledger.
    pub(crate) fn ledger<T>(
        &self,
        what: impl FnOnce(&mut Ledger) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        what(self.kept().ledger()?)
    }

    /// Takes what a card says of its tries, and says how many this workstation leaves it.
    pub(crate) fn saw(&self, card: &CardSerial, counter: Counter) -> Option<Standing> {
        let mut kept = self.kept();
        let ledger = kept.ledger().ok()?;
        match ledger.saw(card, counter) {
            Ok(standing) => Some(standing),
            Err(error) => {
                tracing::error!(%error, "the ledger does not take what a card says of its tries");
                Some(ledger.standing(card))
            }
        }
    }

    /// Records something and returns when it is on the disk: for what gives.
    pub(crate) fn record(&self, now: SystemTime, record: &Record) -> Result<(), NotRecorded> {
        let recorded = self.append(now, record);
        self.is_written(recorded.is_ok());
        recorded
    }

    fn append(&self, now: SystemTime, record: &Record) -> Result<(), NotRecorded> {
        let mut kept = self.kept();
        let head = kept.audit(now)?.append(now, record).map_err(|error| {
            tracing::error!(%error, "the audit log takes nothing: nothing is granted");
            NotRecorded
        })?;
        kept.journal(record, Some(head));
        kept.remember(head);
        Ok(())
    }

    /// Records something when there is time: for what takes away.
    pub(crate) fn record_later(&self, now: SystemTime, record: &Record) {
        let mut kept = self.kept();
        let Ok(audit) = kept.audit(now) else {
            self.is_written(false);
            kept.journal(record, None);
            return tracing::error!("this event is missing in the audit log");
        };
        let taken = audit.append_later(now, record.clone());
        self.is_written(taken.is_ok());
        match taken {
            Ok(()) => {
                let head = audit.head();
                kept.journal(record, Some(head));
            }
            Err(error) => {
                kept.journal(record, None);
                tracing::error!(%error, "the audit log is late");
            }
        }
    }

    pub(crate) const fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Counts a record that the audit log has, or lacks.
    fn is_written(&self, is_written: bool) {
        let written = if is_written { Written::Written } else { Written::Failed };
        self.metrics.records.count(written);
    }

    /// Returns when everything that was to be recorded until now is on the disk.
    pub(crate) fn catch_up(&self, now: SystemTime) -> Result<(), NotRecorded> {
        self.kept().audit(now)?.flush(now).map(drop).map_err(|error| {
            tracing::error!(%error, "the audit log takes nothing: no passcode is sent");
            NotRecorded
        })
    }

    /// Brings everything to the disk.
    pub(crate) fn flush(&self, now: SystemTime) {
        let mut kept = self.kept();
        if let Ok(Ok(head)) = kept.audit(now).map(|audit| audit.flush(now)) {
            kept.remember(head);
        }
    }

    /// Names holders in the log like this from now on. Waits for nothing.
    pub(crate) fn name_holders(&self, uuids: Uuids) {
        self.naming.0.store(uuids == Uuids::Full, Ordering::Relaxed);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Naming {
    fn now(&self) -> Uuids {
        if self.0.load(Ordering::Relaxed) { Uuids::Full } else { Uuids::Short }
    }
}

impl Kept {
    fn ledger(&mut self) -> Result<&mut Ledger, LedgerError> {
        match &mut self.ledger {
            Some(ledger) => Ok(ledger),
            missing @ None => {
                let (ledger, findings) = Ledger::open(&self.places.ledger).inspect_err(|error| {
                    let folder = self.places.ledger.display();
                    tracing::error!(%folder, %error, "no passcode is sent: the ledger cannot be kept");
                })?;
                self.ledger_lost = findings.iter().find_map(loss);
                for finding in findings {
                    tracing::error!(%finding, "ledger");
                }
                Ok(missing.insert(ledger))
            }
        }
    }

    fn audit(&mut self, now: SystemTime) -> Result<&mut AuditLog, NotRecorded> {
        let anchor = self.ledger.as_ref().and_then(Ledger::audit_head).map(head);
        let audit = match &mut self.audit {
            Some(audit) => audit,
            missing @ None => {
                let opened = AuditLog::open(self.places.audit.clone(), anchor, now);
                let opened = opened.map_err(|error: AuditError| {
                    tracing::error!(%error, "nothing is granted: the audit log cannot be kept");
                    NotRecorded
                })?;
                tell(opened.findings);
                self.audit_is_old = opened.log.head() != Head::ORIGIN;
                missing.insert(opened.log)
            }
        };
        if let Some(ledger) = &mut self.ledger
            && ledger.audit_head().is_none()
        {
            let missing = self.audit_is_old && !ledger.doubt();
            self.ledger_lost = self.ledger_lost.or(missing.then_some(Event::LedgerMissing));
            if let Err(error) = meets_audit_log(ledger, missing) {
                tracing::error!(%error, "the ledger cannot keep that it has met the audit log");
            }
        }
        if let Some(lost) = self.ledger_lost.take()
            && let Err(error) = audit.append_later(now, Record::of(lost))
        {
            tracing::error!(%error, "the audit log is late");
        }
        tell(audit.take_findings());
        Ok(audit)
    }

    /// The ledger knows where the audit log ends, so that cutting it shows.
    fn remember(&mut self, head: Head) {
        let Some(ledger) = &mut self.ledger else {
            return;
        };
        if let Err(error) = ledger.put_audit_head(known(head)) {
            tracing::error!(%error, "the ledger cannot keep where the audit log ends");
        }
    }

    /// What is recorded is in the log too, with the holder as the only personal thing, and where the audit log ends
    /// with it. The card's serial and the role are left to the audit log, which fewer people can read.
    fn journal(&self, record: &Record, head: Option<Head>) {
        let caller = record.caller.as_ref();
        let login = caller.and_then(|caller| caller.session.as_ref()).or(record.desk.as_ref());
        let holder = record.holder.as_ref().map(|holder| Shown(holder, self.naming.now()));
        let event = record.event.word();
        tracing::info!(
            event,
            outcome = record.outcome.map(lanyard_audit::Outcome::word),
            reason = record.reason.map(lanyard_audit::Reason::as_str),
            session = record.session,
            holder = holder.map(tracing::field::display),
            reader = record.reader.as_ref().map(lanyard_audit::ReaderName::as_str),
            login = login.map(LoginSession::as_str),
            uid = caller.map(|caller| caller.uid),
            pid = caller.and_then(|caller| caller.pid),
            tries_left = record.tries_left,
            terms = record.terms.as_ref().map(lanyard_audit::TermsVersion::as_str),
            audit = head.map(tracing::field::display),
            "{}",
            event.replace('-', " ")
        );
    }
}

fn tell(findings: Vec<lanyard_audit::Finding>) {
    for finding in findings {
        tracing::error!(%finding, "audit log");
    }
}

/// A ledger that never met an audit log is new; beside one that is not, another was there before. From now on they
/// have met: the origin is the head of a log without records, and where it ends is remembered with each record.
fn meets_audit_log(ledger: &mut Ledger, missing: bool) -> Result<(), LedgerError> {
    if missing {
        tracing::error!("ledger: it is new, and the audit log is not: {}", Finding::Missing);
        ledger.begin_doubt()?;
    }
    ledger.put_audit_head(known(Head::ORIGIN))
}

/// What the audit log is told of a ledger of which something may be lost.
const fn loss(finding: &Finding) -> Option<Event> {
    match finding {
        Finding::Damaged { .. } | Finding::Overgrown { .. } => Some(Event::LedgerSetAside),
        Finding::Missing => Some(Event::LedgerMissing),
        Finding::TailClosed => None,
    }
}

fn head(known: AuditHead) -> Head {
    Head { sequence: known.sequence, hash: Hash(known.hash) }
}

fn known(head: Head) -> AuditHead {
    AuditHead { sequence: head.sequence, hash: head.hash.0 }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// The records in a folder.
    fn opened(folder: &Path) -> Records {
        let audit = lanyard_audit::Settings::at(folder.join("audit.jsonl"));
        let places = Places { ledger: folder.to_owned(), audit };
        Records::open(places, (Uuids::Short, Arc::default()), SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn how_holders_are_named_changes_while_a_disk_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let records = opened(folder.path());
        let waits = records.kept();
        records.name_holders(Uuids::Full);
        assert_eq!(waits.naming.now(), Uuids::Full);
    }

    /// The same, after one more start of the service.
    fn started(folder: &Path) -> Records {
        let records = opened(folder);
        records.record_later(SystemTime::UNIX_EPOCH, &Record::of(Event::ServiceStarted));
        records.catch_up(SystemTime::UNIX_EPOCH).unwrap();
        records
    }

    fn doubts(records: &Records) -> bool {
        records.ledger(|ledger| Ok(ledger.doubt())).unwrap()
    }

    #[test]
    fn a_ledger_that_is_gone_without_a_trace_is_missed_beside_its_audit_log() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!doubts(&started(folder.path())));
        assert!(!doubts(&started(folder.path())));
        for file in ["ledger", "ledger.lock"] {
            fs::remove_file(folder.path().join(file)).unwrap();
        }
        assert!(doubts(&started(folder.path())));
        assert!(doubts(&started(folder.path())));
        let log = fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
        assert_eq!(log.matches(r#""event":"ledger-missing""#).count(), 1, "{log}");
    }

    #[test]
    fn a_ledger_that_cannot_be_opened_at_first_is_not_missed() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("ledger.lock");
        fs::create_dir(&lock).unwrap();
        let records = started(folder.path());
        fs::remove_dir(&lock).unwrap();
        assert!(!doubts(&records));
        records.catch_up(SystemTime::UNIX_EPOCH).unwrap();
        assert!(!doubts(&records));
    }

    #[test]
    fn a_ledger_whose_file_is_gone_is_told_to_the_audit_log() {
        let folder = tempfile::tempdir().unwrap();
        drop(started(folder.path()));
        fs::remove_file(folder.path().join("ledger")).unwrap();
        assert!(doubts(&started(folder.path())));
        let log = fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
        assert_eq!(log.matches(r#""event":"ledger-missing""#).count(), 1, "{log}");
    }
}
