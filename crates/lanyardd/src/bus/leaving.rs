//! Watching for clients that leave the bus: one match rule for all of them, because a bus allows a connection only so
//! many rules, and clients are as many as they like.
//!
//! The rule lets through every name that vanishes, and whoever is not watched is passed over: few names vanish.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::{Stream, StreamExt};
use tokio::{sync::mpsc, task::AbortHandle};
use zbus::{
    Connection,
    fdo::{DBusProxy, NameOwnerChanged},
    names::{BusName, UniqueName},
};

use crate::engine::{ClientName, Event};

/// The clients whose leaving is told to the engine.
#[derive(Debug)]
pub(crate) struct Watches {
    watched: Watched,
    /// None without a bus: the only client is the other end then, and the daemon ends with it.
    listening: Option<(DBusProxy<'static>, AbortHandle)>,
}

impl Watches {
    /// Begins to listen for names that vanish.
    ///
    /// # Errors
    /// When the bus does not take the rule.
    pub(crate) async fn on(
        connection: &Connection,
        engine: mpsc::WeakSender<Event>,
    ) -> zbus::Result<Self> {
        let watched = Watched { names: Arc::default(), engine };
        if !connection.is_bus() {
            return Ok(Self { watched, listening: None });
        }
        let bus = DBusProxy::new(connection).await?;
        let vanished = bus.receive_name_owner_changed_with_args(&[(2, "")]).await?;
        let listening = tokio::spawn(listen(vanished, watched.clone())).abort_handle();
        Ok(Self { watched, listening: Some((bus, listening)) })
    }

    /// Tells the engine when this client leaves; at once, if it has.
    pub(crate) fn begin(&self, client: ClientName) {
        if let Some((bus, _)) = &self.listening {
            self.watched.insert(client.clone());
            tokio::spawn(look(bus.clone(), client, self.watched.clone()));
        }
    }

    /// Nobody wants to know any more.
    pub(crate) fn end(&self, client: &ClientName) {
        self.watched.remove(client);
    }
}

impl Drop for Watches {
    fn drop(&mut self) {
        if let Some((_, listening)) = &self.listening {
            listening.abort();
        }
    }
}

/// Who is watched. Clones are the same.
#[derive(Clone, Debug)]
struct Watched {
    names: Arc<Mutex<BTreeSet<ClientName>>>,
    engine: mpsc::WeakSender<Event>,
}

impl Watched {
    fn insert(&self, client: ClientName) {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).insert(client);
    }

    fn remove(&self, client: &ClientName) -> bool {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).remove(client)
    }

    /// Tells the engine once, on a task of its own: nobody waits until the engine has room.
    fn has_left(&self, client: ClientName) {
        if self.remove(&client) {
            let engine = self.engine.clone();
            tokio::spawn(async move {
                if let Some(engine) = engine.upgrade() {
                    // The engine may be gone by now; then nobody wants to know.
                    let _ = engine.send(Event::ClientLeft(client)).await;
                }
            });
        }
    }
}

/// Takes in names as they vanish. Ends with the connection, which is noticed elsewhere.
async fn listen(mut vanished: impl Stream<Item = NameOwnerChanged> + Unpin, watched: Watched) {
    while let Some(change) = vanished.next().await {
        if let Ok(change) = change.args() {
            watched.has_left(ClientName::new(change.name().as_str()));
        }
    }
}

/// A client may have left before it was watched.
async fn look(bus: DBusProxy<'static>, client: ClientName, watched: Watched) {
    match is_there(&bus, &client).await {
        Ok(true) => {}
        Ok(false) => watched.has_left(client),
        Err(error) => {
            tracing::warn!(%client, %error, "nobody knows whether a client is there; it counts as gone");
            watched.has_left(client);
        }
    }
}

async fn is_there(bus: &DBusProxy<'_>, client: &ClientName) -> zbus::Result<bool> {
    let name = UniqueName::try_from(client.as_str())?;
    Ok(bus.name_has_owner(BusName::from(name)).await?)
}

#[cfg(test)]
mod tests {
    use lanyard_stand_ins::{PATIENCE, PrivateBus};
    use tokio::time::timeout;
    use zbus::MessageStream;

    use super::*;

    /// More clients than there may be rules.
    const CLIENTS: usize = 600;

    fn name(client: &Connection) -> ClientName {
        ClientName::new(client.unique_name().unwrap().as_str())
    }

    async fn left(events: &mut mpsc::Receiver<Event>) -> ClientName {
        match timeout(PATIENCE, events.recv()).await.unwrap() {
            Some(Event::ClientLeft(client)) => client,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn more_clients_are_watched_than_a_bus_allows_rules() {
        let limits =
            [("max_match_rules_per_connection", 4), ("max_connections_per_user", 2 * CLIENTS)];
        let bus = PrivateBus::with_limits(&limits).await;
        let (engine, mut events) = mpsc::channel(1);
        let watches = Watches::on(&bus.connect().await, engine.downgrade()).await.unwrap();
        let mut clients = Vec::new();
        for _ in 0..CLIENTS {
            let client = bus.connect().await;
            watches.begin(name(&client));
            clients.push(client);
        }
        // Of those who stay nothing is told, nor of who is not watched any more, nor of who never was.
        let leaving = clients.split_off(CLIENTS - 10);
        let (forgotten, stranger) = (clients.pop().unwrap(), bus.connect().await);
        watches.end(&name(&forgotten));
        drop((forgotten, stranger));
        for client in leaving {
            let expected = name(&client);
            client.close().await.unwrap();
            assert_eq!(left(&mut events).await, expected);
        }
        // Everybody at once, though the engine's queue has room for one.
        let mut expected: BTreeSet<_> = clients.iter().map(name).collect();
        drop(clients);
        while !expected.is_empty() {
            assert!(expected.remove(&left(&mut events).await));
        }
    }

    #[tokio::test]
    async fn a_client_that_left_before_it_was_watched_has_left() {
        let bus = PrivateBus::start().await;
        let (engine, mut events) = mpsc::channel(1);
        let watches = Watches::on(&bus.connect().await, engine.downgrade()).await.unwrap();
        let client = bus.connect().await;
        let gone = name(&client);
        watches.begin(gone.clone());
        client.close().await.unwrap();
        assert_eq!(left(&mut events).await, gone);
        watches.begin(gone.clone());
        assert_eq!(left(&mut events).await, gone);
    }

    #[tokio::test]
    async fn nobody_but_the_bus_says_who_has_left() {
        let bus = PrivateBus::start().await;
        let (engine, mut events) = mpsc::channel(1);
        let ours = bus.connect().await;
        let watches = Watches::on(&ours, engine.downgrade()).await.unwrap();
        let mut all = MessageStream::from(&ours);
        let (liar, client, other) = (bus.connect().await, bus.connect().await, bus.connect().await);
        let (victim, leaver) = (name(&client), name(&other));
        watches.begin(victim.clone());
        watches.begin(leaver.clone());
        let lie = (victim.to_string(), victim.to_string(), "");
        let (path, interface) = ("/org/freedesktop/DBus", "org.freedesktop.DBus");
        liar.emit_signal(ours.unique_name(), path, interface, "NameOwnerChanged", &lie)
            .await
            .unwrap();
        let heard = async {
            while let Some(Ok(message)) = all.next().await {
                if message.header().sender() == liar.unique_name().map(|name| &**name) {
                    break;
                }
            }
        };
        timeout(PATIENCE, heard).await.unwrap();
        other.close().await.unwrap();
        assert_eq!(left(&mut events).await, leaver);
    }
}
