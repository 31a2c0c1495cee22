//! A desk in process: the daemon on virtual readers, and a client on the other end of its connection.
//!
//! No PC/SC, no bus, no other process: what the daemon does with time, threads and objects, fast.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test whose desk cannot be set up, or does not show in time what it must, has failed"
)]

mod usage;

use std::{
    collections::HashMap,
    os::unix::net::UnixStream,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

pub use usage::Usage;

use futures_util::StreamExt;
use lanyard_dbus::ROOT;
use lanyard_reader::ReaderName;
use lanyard_virtcard::{Authorities, Card, Personas};
use lanyard_virtual_readers::VirtualReaders;
use lanyardd::{daemon, settings::Settings};
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};
use zbus::{
    Connection, Guid, Message, MessageStream, OwnedObjectPath, OwnedVariant,
    connection::Builder,
    fdo::{ManagedObjects, ObjectManagerProxy},
    message::Type,
    names::OwnedInterfaceName,
};

/// The properties of one interface.
pub type Properties = HashMap<String, OwnedVariant>;

/// The interfaces of one object.
pub type Interfaces = HashMap<OwnedInterfaceName, Properties>;

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The daemon and its surroundings.
#[derive(Debug)]
pub struct Desk {
    /// Its readers.
    pub readers: VirtualReaders,
    /// The other end of its connection.
    pub client: Connection,
    signals: MessageStream,
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

        let (ours, theirs) = UnixStream::pair().unwrap();
        let (stop, stopped) = oneshot::channel();
        let daemon_readers = Arc::new(readers.clone());
        let daemon = tokio::spawn(async move {
            let guid = Guid::generate();
            let connection = Builder::unix_stream(theirs).server(guid).p2p();
            let asked = async { drop(stopped.await) };
            daemon::serve(
                &settings,
                connection,
                Box::new(events),
                daemon_readers,
                asked,
            )
            .await
        });
        let client = Builder::unix_stream(ours).p2p().build().await.unwrap();
        let signals = MessageStream::from(&client);
        Self {
            readers,
            client,
            signals,
            stop,
            daemon,
        }
    }

    /// Tells the daemon to stop and waits until it has.
    ///
    /// # Errors
    /// What the daemon ended with.
    pub async fn stop(self) -> Result<(), daemon::DaemonError> {
        let _ = self.stop.send(());
        timeout(PATIENCE, self.daemon).await.unwrap().unwrap()
    }

    /// The next signal that `wanted` takes for its own; others are passed over.
    pub async fn signal<T>(&mut self, wanted: impl Fn(&Message) -> Option<T>) -> T {
        let found = async {
            loop {
                let message = self.signals.next().await.unwrap().unwrap();
                if message.message_type() == Type::Signal
                    && let Some(found) = wanted(&message)
                {
                    return found;
                }
            }
        };
        timeout(PATIENCE, found).await.unwrap()
    }

    /// The next `CardInserted` or `CardRemoved`: card and reader.
    pub async fn manager_signal(&mut self, member: &str) -> (OwnedObjectPath, OwnedObjectPath) {
        self.signal(|message| {
            let is_it = message.header().member()?.as_str() == member;
            is_it.then(|| message.body().deserialize().unwrap())
        })
        .await
    }

    /// Waits until a card is in this state; also when it is already.
    pub async fn card_in_state(&mut self, state: &str) -> Properties {
        loop {
            let objects = self.objects().await;
            let mut cards = objects.into_values().filter_map(card_of);
            if let Some(card) = cards.find(|card| text(card, "State") == state) {
                return card;
            }
            self.signal(|message| {
                let header = message.header();
                let member = header.member()?.as_str();
                matches!(member, "PropertiesChanged" | "InterfacesAdded").then_some(())
            })
            .await;
        }
    }

    /// Everything that the object manager shows.
    pub async fn objects(&self) -> ManagedObjects {
        let manager = ObjectManagerProxy::builder(&self.client).path(ROOT);
        let manager = manager
            .destination("org.lanyard.Lanyard1")
            .build()
            .await
            .unwrap();
        manager.get_managed_objects().await.unwrap()
    }
}

/// The properties of a card, when the object is one.
pub fn card_of(mut interfaces: Interfaces) -> Option<Properties> {
    interfaces.remove("org.lanyard.Lanyard1.Card")
}

/// A property's text.
pub fn text(properties: &Properties, name: &str) -> String {
    let value = properties.get(name).unwrap();
    String::try_from(value.try_clone().unwrap()).unwrap()
}

/// A property's number.
pub fn number(properties: &Properties, name: &str) -> i32 {
    let value = properties.get(name).unwrap();
    i32::try_from(value.try_clone().unwrap()).unwrap()
}

/// A reader's name.
pub fn reader(name: &str) -> ReaderName {
    ReaderName::new(name).unwrap()
}

/// A card of this persona, under one authority for the whole test.
pub fn card(persona: &str) -> Card {
    static ISSUER: LazyLock<Mutex<(Authorities, Personas, SystemTime)>> = LazyLock::new(|| {
        #[expect(
            clippy::disallowed_methods,
            reason = "certificates are issued as of today"
        )]
        let now = SystemTime::now();
        Mutex::new((
            Authorities::in_memory(now).unwrap(),
            Personas::compiled_in().unwrap(),
            now,
        ))
    });
    let issuer = ISSUER.lock().unwrap_or_else(PoisonError::into_inner);
    let (authorities, personas, now) = &*issuer;
    Card::issue(personas.named(persona).unwrap(), authorities, *now).unwrap()
}
