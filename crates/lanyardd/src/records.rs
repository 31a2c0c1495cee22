//! What survives: the ledger of attempts and the audit log, opened once and shared by the card threads.
//!
//! When one of them cannot be kept, no passcode is sent and nothing is granted; the daemon goes on showing
//! readers and cards, and says why.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use lanyard_audit::{AuditError, AuditLog, Hash, Head, Record};
use lanyard_ledger::{AuditHead, Ledger, LedgerError};

/// The ledger and the audit log, or why they are not there.
#[derive(Clone, Debug)]
pub(crate) struct Records(Arc<Mutex<Kept>>);

#[derive(Debug)]
struct Kept {
    ledger: Result<Ledger, LedgerError>,
    audit: Result<AuditLog, AuditError>,
}

/// Why nothing can be recorded, for a request's details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotKept(pub(crate) &'static str);

impl Records {
    /// Opens both. What is wrong is said in the journal.
    pub(crate) fn open(ledger: &Path, audit: lanyard_audit::Settings, now: SystemTime) -> Self {
        let ledger = Ledger::open(ledger).map(|(ledger, findings)| {
            findings.iter().for_each(|finding| tracing::error!(%finding, "ledger"));
            ledger
        });
        let anchor = ledger.as_ref().ok().and_then(Ledger::audit_head).map(|head| Head {
            sequence: head.sequence,
            hash: Hash(head.hash),
        });
        let audit = AuditLog::open(audit, anchor, now).map(|opened| {
            opened.findings.iter().for_each(|finding| tracing::error!(%finding, "audit log"));
            opened.log
        });
        if let Err(error) = &ledger {
            tracing::error!(%error, "no passcode will be sent: the ledger cannot be kept");
        }
        if let Err(error) = &audit {
            tracing::error!(%error, "nothing will be granted: the audit log cannot be kept");
        }
        Self(Arc::new(Mutex::new(Kept { ledger, audit })))
    }

    /// Does something with the ledger.
    pub(crate) fn ledger<T>(
        &self,
        what: impl FnOnce(&mut Ledger) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerFault> {
        match &mut self.kept().ledger {
            Ok(ledger) => what(ledger).map_err(LedgerFault::Refused),
            Err(_) => Err(LedgerFault::Missing),
        }
    }

    /// Records something and returns when it is on the disk: for what gives.
    pub(crate) fn record(&self, now: SystemTime, record: &Record) -> Result<(), NotKept> {
        let mut kept = self.kept();
        let Ok(audit) = &mut kept.audit else {
            return Err(NotKept("audit-log"));
        };
        let head = audit.append(now, record).map_err(|error| {
            tracing::error!(%error, "the audit log takes nothing");
            NotKept("audit-log")
        })?;
        remember(&mut kept, head);
        Ok(())
    }

    /// Records something when there is time: for what takes away.
    pub(crate) fn record_later(&self, now: SystemTime, record: Record) {
        if let Ok(audit) = &mut self.kept().audit
            && let Err(error) = audit.append_later(now, record)
        {
            tracing::error!(%error, "the audit log is late");
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ledger knows where the audit log ends, so that cutting it shows.
fn remember(kept: &mut Kept, head: Head) {
    let Ok(ledger) = &mut kept.ledger else {
        return;
    };
    let head = AuditHead { sequence: head.sequence, hash: head.hash.0 };
    if let Err(error) = ledger.put_audit_head(head) {
        tracing::error!(%error, "the ledger cannot keep where the audit log ends");
    }
}

/// Why the ledger did not do what was asked.
#[derive(Debug)]
pub(crate) enum LedgerFault {
    /// It is not there.
    Missing,
    /// It refused, or could not.
    Refused(LedgerError),
}
