//! A client on the bus that waits for what must come, with a deadline; tests, demo and benches see the
//! daemon through it.
//!
//! It has no more rights and no other names than any client. What does not come in time is a panic.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "what a witness waits for must come; a test without it has failed"
)]

mod ended;
mod memory;
mod object;
mod person;
mod session;
mod usage;

use std::{num::NonZeroUsize, time::Duration};

use futures_util::StreamExt;
use lanyard_dbus::{BUS_NAME, CardProxy, ManagerProxy, ROOT};
use tokio::time::timeout;
use zbus::{
    Connection, Message, MessageStream, OwnedObjectPath,
    connection::Builder,
    fdo::{ManagedObjects, ObjectManagerProxy, PropertiesChanged},
    message::Type,
};

pub use ended::{Ended, Options, ended, own_agent};
pub use memory::{occurrences, occurrences_in_memory};
pub use object::{Interfaces, Properties, card_of, number, text};
pub use person::{AGENT, Does, Person, Shown};
pub use session::News;
pub use usage::Usage;

/// How long a witness waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Signals that may wait until they are looked at.
pub const MOST_QUEUED: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// A client and the signals it has not looked at yet.
#[derive(Debug)]
pub struct Witness {
    connection: Connection,
    signals: MessageStream,
}

/// A card and the reader it is in, as `CardInserted` and `CardRemoved` name them.
pub type CardInReader = (OwnedObjectPath, OwnedObjectPath);

impl Witness {
    /// A client on the bus at this address, which hears every signal of the daemon from now on.
    pub async fn on_bus(address: &str) -> Self {
        let connection = Builder::address(address).max_queued(MOST_QUEUED).build().await.unwrap();
        let rule = zbus::MatchRule::builder().msg_type(Type::Signal).path_namespace(ROOT);
        let bus = zbus::fdo::DBusProxy::new(&connection).await.unwrap();
        bus.add_match_rule(rule.build().unwrap()).await.unwrap();
        Self::on(connection)
    }

    /// From now on `NameOwnerChanged` is among the signals when the daemon's name comes or goes.
    pub async fn hear_of_the_daemon_itself(&self) {
        let rule = zbus::MatchRule::builder().msg_type(Type::Signal);
        let rule = rule.member("NameOwnerChanged").arg(0, BUS_NAME);
        let bus = zbus::fdo::DBusProxy::new(&self.connection).await.unwrap();
        bus.add_match_rule(rule.build().unwrap()).await.unwrap();
    }

    /// The daemon's name comes or goes, as was asked to be heard; whether it comes.
    pub async fn daemon_came(&mut self) -> bool {
        self.signal(|message| {
            let is_it = message.header().member()?.as_str() == "NameOwnerChanged";
            let (_, _, owner): (String, String, String) =
                is_it.then(|| message.body().deserialize().unwrap())?;
            Some(!owner.is_empty())
        })
        .await
    }

    /// A client on a connection that needs no rules, such as one without a bus.
    pub fn on(connection: Connection) -> Self {
        let signals = MessageStream::from(&connection);
        Self { connection, signals }
    }

    /// Its connection.
    pub const fn connection(&self) -> &Connection {
        &self.connection
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

    /// The next `CardInserted`.
    pub async fn card_inserted(&mut self) -> CardInReader {
        self.signal(|message| manager_signal(message, "CardInserted")).await
    }

    /// The next `CardRemoved`.
    pub async fn card_removed(&mut self) -> CardInReader {
        self.signal(|message| manager_signal(message, "CardRemoved")).await
    }

    /// The next change of `PcscState`.
    pub async fn pcsc_state_changed(&mut self) -> String {
        self.signal(|message| changed_text(message, "PcscState")).await
    }

    /// The next change of a card's `State`.
    pub async fn card_state_changed(&mut self) -> String {
        self.signal(|message| changed_text(message, "State")).await
    }

    /// Waits until some card is in this state, also when it is already; its properties.
    pub async fn card_in_state(&mut self, state: &str) -> Properties {
        self.objects_when(|objects| {
            let mut cards = objects.into_values().filter_map(card_of);
            cards.find(|card| text(card, "State") == state)
        })
        .await
    }

    /// Waits until some card has been read, also when it has been already; its properties.
    pub async fn card_that_was_read(&mut self) -> Properties {
        self.objects_when(|objects| {
            let mut cards = objects.into_values().filter_map(card_of);
            cards.find(|card| text(card, "State") != "reading")
        })
        .await
    }

    /// Waits until so many readers are there, also when they are already.
    pub async fn readers(&mut self, count: usize) {
        self.objects_when(|objects| {
            let reader = "org.lanyard.Lanyard1.Reader";
            let readers = objects.values().filter(|object| object.contains_key(reader));
            (readers.count() == count).then_some(())
        })
        .await;
    }

    /// The cards that are in a reader.
    pub async fn cards(&self) -> Vec<OwnedObjectPath> {
        let objects = self.objects().await.into_iter();
        objects.filter_map(|(path, object)| card_of(object).map(|_| path)).collect()
    }

    /// Looks at all objects, again after each signal, until `wanted` finds what it looks for.
    async fn objects_when<T>(&mut self, wanted: impl Fn(ManagedObjects) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.objects().await) {
                return found;
            }
            self.signal(|_| Some(())).await;
        }
    }

    /// Everything that the object manager shows.
    pub async fn objects(&self) -> ManagedObjects {
        let manager = ObjectManagerProxy::builder(&self.connection).path(ROOT);
        let manager = manager.destination(BUS_NAME).build().await.unwrap();
        manager.get_managed_objects().await.unwrap()
    }

    /// The manager.
    pub async fn manager(&self) -> ManagerProxy<'_> {
        ManagerProxy::new(&self.connection).await.unwrap()
    }

    /// A card.
    pub async fn card(&self, path: OwnedObjectPath) -> CardProxy<'_> {
        CardProxy::builder(&self.connection).path(path).build().await.unwrap()
    }
}

fn manager_signal(message: &Message, member: &str) -> Option<CardInReader> {
    let is_it = message.header().member()?.as_str() == member;
    is_it.then(|| message.body().deserialize().unwrap())
}

fn changed_text(message: &Message, property: &str) -> Option<String> {
    let changed = PropertiesChanged::from_message(message.clone())?;
    let changed = changed.args().ok()?;
    let value = changed.changed_properties().get(property)?;
    Some(<&str>::try_from(value).ok()?.to_owned())
}
