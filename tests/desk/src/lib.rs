//! A desk in process: the daemon on virtual readers, and a client on the other end of its connection.
//!
//! No PC/SC, no bus, no other process: what the daemon does with time, threads and objects, fast.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test whose desk cannot be set up, or does not show in time what it must, has failed"
)]

mod pki;
mod roles;
mod sitting;
mod tap;

use std::{
    fs::{File, TryLockError},
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::Arc,
    thread,
    time::Instant,
};

use lanyard_ledger::{Ledger, LedgerError};
use lanyard_reader::ReaderName;
use lanyard_settings::{Access, Roles, Settings, Trust};
use lanyard_virtcard::{Card, Personas};
use lanyard_virtual_readers::{VirtualEvents, VirtualReaders};
use lanyard_witness::{MOST_QUEUED, PATIENCE, Witness};
use lanyardd::daemon::{self, Asked, Change, Hardware};
use tempfile::TempDir;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};
use zbus::{Guid, connection::Builder};

pub use pki::Pki;
pub use roles::RolesFolder;
pub use sitting::{CURRENT, Sitting};
pub use tap::{Death, Exchange, Heard, Tap};

/// The daemon and its surroundings.
#[derive(Debug)]
pub struct Desk {
    /// Its readers.
    pub readers: VirtualReaders,
    /// What the daemon says to the cards in them.
    pub tap: Tap,
    /// The client on the other end of its connection.
    pub client: Witness,
    /// Where its ledger and its audit log are.
    pub records: TempDir,
    changes: mpsc::Sender<Change>,
    stop: oneshot::Sender<()>,
    daemon: JoinHandle<Result<(), daemon::DaemonError>>,
}

impl Desk {
    /// A running daemon that sees the smartcard service and these readers.
    pub async fn with_readers(settings: Settings, names: &[&ReaderName]) -> Self {
        let (readers, events) = VirtualReaders::new();
        readers.start();
        for name in names {
            readers.plug(name);
        }
        Self::with_records(settings, (readers, events), tempfile::tempdir().unwrap()).await
    }

    /// A running daemon on these readers, with these records of an earlier one.
    pub async fn with_records(
        mut settings: Settings,
        (readers, events): (VirtualReaders, VirtualEvents),
        records: TempDir,
    ) -> Self {
        records.path().clone_into(&mut settings.ledger.folder);
        settings.audit.file = audit_log(&records);
        if settings.access == Access::default() {
            // Nobody sits at a desk without a bus.
            settings.access = Access::single_user();
        }
        if settings.trust == Trust::default() {
            Pki::of_the_test().believed_by(&mut settings);
        }
        if settings.roles == Roles::default() {
            roles::of_the_test().told_to(&mut settings);
        }
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (stop, stopped) = oneshot::channel();
        let (changes, to_change) = mpsc::channel(1);
        let (ending, tap) = (readers.clone(), Tap::on(readers.clone()));
        let hardware = Hardware {
            events: Box::new(events),
            stop: Box::new(move || ending.end()),
            readers: Arc::new(tap.clone()),
        };
        let daemon = tokio::spawn(async move {
            let guid = Guid::generate();
            let connection = Builder::unix_stream(theirs).server(guid).p2p();
            let to_stop = async { drop(stopped.await) };
            let asked = Asked { to_stop, to_change };
            daemon::serve(&settings, connection, hardware, asked).await
        });
        // A client whose unread signals fill its queue hears nothing more, not even answers.
        let client = Builder::unix_stream(ours).p2p().max_queued(MOST_QUEUED);
        let client = Witness::on(client.build().await.unwrap());
        Self { readers, tap, client, records, changes, stop, daemon }
    }

    /// These settings hold from now on, as after SIGHUP.
    pub async fn hold_by(&self, settings: Settings) {
        let (taken, holds) = oneshot::channel();
        let change = Change { settings: Some(Box::new(settings)), held_back: None, taken };
        self.changes.send(change).await.unwrap();
        timeout(PATIENCE, holds).await.unwrap().unwrap();
    }

    /// Whether some reader is said to have keys of its own.
    pub async fn has_keys(&self) -> bool {
        let objects = self.client.objects().await.into_values();
        let mut readers =
            objects.filter_map(|mut object| object.remove("org.lanyard.Lanyard1.Reader"));
        readers.any(|reader| bool::try_from(&**reader.get("HasPinPad").unwrap()).unwrap())
    }

    /// The daemon is gone without a farewell. What is left is its readers, and its records.
    pub async fn crash(self) -> (VirtualReaders, TempDir) {
        let Self { readers, records, daemon, .. } = self;
        daemon.abort();
        drop(timeout(PATIENCE, daemon).await.unwrap());
        readers.end();
        let_go(&records);
        (readers, records)
    }

    /// The client is gone, and with it the daemon's connection: why it ended, and its records.
    pub async fn hangs_up(self) -> (daemon::DaemonError, TempDir) {
        let Self { client, records, daemon, stop, .. } = self;
        client.connection().clone().close().await.unwrap();
        let ended = timeout(PATIENCE, daemon).await.unwrap().unwrap();
        drop(stop);
        (ended.unwrap_err(), records)
    }

    /// Tells the daemon to stop and waits until it has.
    ///
    /// # Errors
    /// What the daemon ended with.
    pub async fn stop(self) -> Result<(), daemon::DaemonError> {
        self.stopped().await.map(drop)
    }

    /// The same; its records are left.
    ///
    /// # Errors
    /// What the daemon ended with.
    pub async fn stopped(self) -> Result<TempDir, daemon::DaemonError> {
        let _ = self.stop.send(());
        timeout(PATIENCE, self.daemon).await.unwrap().unwrap().map(|()| self.records)
    }
}

/// The audit log among a desk's records.
pub fn audit_log(records: &TempDir) -> PathBuf {
    records.path().join("audit.jsonl")
}

/// Waits until the last thread of a daemon that is gone has let go of its records.
///
/// Nobody tells when a lock is given up, so that this looks again and again.
#[expect(clippy::disallowed_methods, reason = "there is no event to wait for")]
fn let_go(records: &TempDir) {
    let (deadline, log) = (Instant::now() + PATIENCE, audit_log(records));
    let locked = || matches!(File::open(&log).unwrap().try_lock(), Err(TryLockError::WouldBlock));
    let in_use = || matches!(Ledger::open(records.path()), Err(LedgerError::InUse));
    while locked() || in_use() {
        assert!(Instant::now() < deadline, "a thread of the daemon lives on");
        thread::yield_now();
    }
}

/// A reader's name.
pub fn reader(name: &str) -> ReaderName {
    ReaderName::new(name).unwrap()
}

/// A card of this persona, under one PKI for the whole test.
pub fn card(persona: &str) -> Card {
    Pki::of_the_test().card(persona)
}

/// A card of a persona that the project does not have, or has otherwise; its number comes from its name.
pub fn card_of_new(name: &str, persona: &str) -> Card {
    let mut personas = Personas::compiled_in().unwrap();
    personas.add(persona).unwrap();
    Pki::of_the_test().issue(&personas, name)
}
