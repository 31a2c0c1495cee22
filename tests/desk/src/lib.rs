//! A desk in process: the daemon on virtual readers, and a client on the other end of its connection.
//!
//! No PC/SC, no bus, no other process: what the daemon does with time, threads and objects, fast.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test whose desk cannot be set up, or does not show in time what it must, has failed"
)]

use std::{
    os::unix::net::UnixStream,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::SystemTime,
};

use lanyard_reader::ReaderName;
use lanyard_virtcard::{Authorities, Card, Personas};
use lanyard_virtual_readers::VirtualReaders;
use lanyard_witness::{PATIENCE, Witness};
use lanyardd::{
    daemon::{self, Hardware},
    settings::Settings,
};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};
use zbus::{Guid, connection::Builder};

/// The daemon and its surroundings.
#[derive(Debug)]
pub struct Desk {
    /// Its readers.
    pub readers: VirtualReaders,
    /// The client on the other end of its connection.
    pub client: Witness,
    /// Where its ledger and its audit log are.
    pub records: TempDir,
    stop: oneshot::Sender<()>,
    daemon: JoinHandle<Result<(), daemon::DaemonError>>,
}

impl Desk {
    /// A running daemon that sees the smartcard service and these readers.
    pub async fn with_readers(mut settings: Settings, names: &[&ReaderName]) -> Self {
        let records = tempfile::tempdir().unwrap();
        settings.ledger.folder = records.path().to_owned();
        settings.audit.file = records.path().join("audit.jsonl");
        let (readers, events) = VirtualReaders::new();
        readers.start();
        for name in names {
            readers.plug(name);
        }

        let (ours, theirs) = UnixStream::pair().unwrap();
        let (stop, stopped) = oneshot::channel();
        let ending = readers.clone();
        let hardware = Hardware {
            events: Box::new(events),
            stop: Box::new(move || ending.end()),
            readers: Arc::new(readers.clone()),
        };
        let daemon = tokio::spawn(async move {
            let guid = Guid::generate();
            let connection = Builder::unix_stream(theirs).server(guid).p2p();
            let asked = async { drop(stopped.await) };
            daemon::serve(&settings, connection, hardware, asked).await
        });
        let client = Builder::unix_stream(ours).p2p().build().await.unwrap();
        let client = Witness::on(client);
        Self { readers, client, records, stop, daemon }
    }

    /// Tells the daemon to stop and waits until it has.
    ///
    /// # Errors
    /// What the daemon ended with.
    pub async fn stop(self) -> Result<(), daemon::DaemonError> {
        let _ = self.stop.send(());
        timeout(PATIENCE, self.daemon).await.unwrap().unwrap()
    }
}

/// A reader's name.
pub fn reader(name: &str) -> ReaderName {
    ReaderName::new(name).unwrap()
}

/// A card of this persona, under one authority for the whole test.
pub fn card(persona: &str) -> Card {
    static ISSUER: LazyLock<Mutex<(Authorities, Personas, SystemTime)>> = LazyLock::new(|| {
        #[expect(clippy::disallowed_methods, reason = "certificates are issued as of today")]
        let now = SystemTime::now();
        Mutex::new((Authorities::in_memory(now).unwrap(), Personas::compiled_in().unwrap(), now))
    });
    let issuer = ISSUER.lock().unwrap_or_else(PoisonError::into_inner);
    let (authorities, personas, now) = &*issuer;
    Card::issue(personas.named(persona).unwrap(), authorities, *now).unwrap()
}
