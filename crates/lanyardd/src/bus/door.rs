//! The way in: who calls, whether they may, and the question to the engine.

use std::time::Duration;

use lanyard_dbus::Error;
use lanyard_session::SessionId;
use tokio::{sync::mpsc, time::timeout};
use zbus::{Connection, OwnedObjectPath, fdo::DBusProxy, message::Header, names::BusName};

use super::paths::SecretPaths;
use crate::{
    engine::{Answer, Client, ClientName, Event, Question, Reply, RequestId},
    guard::{Admitted, Guard, Method},
};

/// How long a client waits for what a card's thread has to do first. What is not begun then is not done.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// Held by every object with methods.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    guard: Guard,
    /// Weak: what is asked keeps the engine from ending, what could be asked does not.
    engine: mpsc::WeakSender<Event>,
    paths: SecretPaths,
}

impl Door {
    pub(crate) fn new(guard: Guard, engine: mpsc::WeakSender<Event>) -> Self {
        Self { guard, engine, paths: SecretPaths::new() }
    }

    /// Where a request is.
    pub(super) fn path_of(&self, request: RequestId) -> OwnedObjectPath {
        self.paths.request(request)
    }

    /// Where a session is.
    pub(super) fn path_of_session(&self, session: SessionId) -> OwnedObjectPath {
        self.paths.session(session)
    }

    /// Lets the caller of a method in, or not.
    pub(super) async fn admit(
        &self,
        method: Method,
        connection: &Connection,
        header: &Header<'_>,
    ) -> Result<(Client, Admitted), Error> {
        let client = client_of(connection, header).await?;
        let admitted = self.guard.admit(method, client.uid)?;
        Ok((client, admitted))
    }

    /// Asks the engine for an admitted client.
    pub(super) async fn ask(&self, client: Client, question: Question) -> Result<Answer, Error> {
        let (reply, answer) = Reply::new();
        let ends = || Error::ZBus(zbus::Error::Failure("lanyardd is about to end".to_owned()));
        let engine = self.engine.upgrade().ok_or_else(ends)?;
        engine.send(Event::Asked { client, question, reply }).await.map_err(|_| ends())?;
        let busy = |_| Error::CardBusy("the card is at work".to_owned());
        timeout(ANSWERS_WITHIN, answer).await.map_err(busy)?.map_err(|_| ends())?
    }
}

/// The connection that a message came from.
pub(super) fn name_of(header: &Header<'_>) -> ClientName {
    ClientName::new(header.sender().map_or("", |sender| sender.as_str()))
}

/// Who calls: what the bus vouches for, or the kernel where there is no bus between.
async fn client_of(connection: &Connection, header: &Header<'_>) -> Result<Client, Error> {
    let credentials = match header.sender() {
        Some(sender) => {
            let bus = DBusProxy::new(connection).await?;
            let name = BusName::from(sender.to_owned());
            let credentials = bus.get_connection_credentials(name).await.ok();
            credentials.map(|known| (known.unix_user_id(), known.process_id()))
        }
        None if connection.is_bus() => None,
        None => {
            let peer = connection.peer_creds().await.ok();
            peer.map(|known| (known.unix_user_id(), known.process_id()))
        }
    };
    match credentials {
        Some((Some(uid), pid)) => Ok(Client { name: name_of(header), uid, pid }),
        // The caller has gone, or hides its user.
        Some((None, _)) | None => {
            Err(Error::AccessDenied("nobody knows who is calling".to_owned()))
        }
    }
}
