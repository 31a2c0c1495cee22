//! The way in: who calls, and the question to the engine.

use std::{sync::Arc, time::Duration};

use lanyard_dbus::Error;
use lanyard_session::SessionId;
use lanyard_settings::Contacts;
use tokio::{sync::mpsc, time::timeout};
use zbus::{Connection, OwnedObjectPath, message::Header};

use super::{callers::CallersLater, paths::SecretPaths};
use crate::{
    engine::{Answer, Client, Event, Question, Reply, RequestId},
    guard::Method,
};

/// How long a client waits for what a card's thread has to do first. What is not begun then is not done.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// Held by every object with methods.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    callers: CallersLater,
    /// Weak: what is asked keeps the engine from ending, what could be asked does not.
    engine: mpsc::WeakSender<Event>,
    paths: SecretPaths,
    contacts: Arc<Contacts>,
}

impl Door {
    pub(crate) fn new(
        callers: CallersLater,
        engine: mpsc::WeakSender<Event>,
        contacts: Contacts,
    ) -> Self {
        Self { callers, engine, paths: SecretPaths::new(), contacts: Arc::new(contacts) }
    }

    /// A text for a holder, and how to reach those that it sends her to.
    pub(super) fn told(&self, text: &str) -> String {
        self.contacts.told(text)
    }

    /// Where a request is.
    pub(super) fn path_of(&self, request: RequestId) -> OwnedObjectPath {
        self.paths.request(request)
    }

    /// Where a session is.
    pub(super) fn path_of_session(&self, session: SessionId) -> OwnedObjectPath {
        self.paths.session(session)
    }

    /// Who calls this method. Waits while the daemon is starting.
    pub(super) async fn client(
        &self,
        method: Method,
        connection: &Connection,
        header: &Header<'_>,
    ) -> Result<Client, Error> {
        let mut later = self.callers.clone();
        let callers = later.wait_for(Option::is_some).await.ok().and_then(|found| found.clone());
        callers.ok_or_else(ends)?.client(method, connection, header).await
    }

    /// Asks the engine, which lets the client in or not.
    pub(super) async fn ask(&self, client: Client, question: Question) -> Result<Answer, Error> {
        let (reply, answer) = Reply::new();
        let engine = self.engine.upgrade().ok_or_else(ends)?;
        engine.send(Event::Asked { client, question, reply }).await.map_err(|_| ends())?;
        let busy = |_| Error::CardBusy("the card is at work".to_owned());
        timeout(ANSWERS_WITHIN, answer).await.map_err(busy)?.map_err(|_| ends())?
    }
}

fn ends() -> Error {
    Error::ZBus(zbus::Error::Failure("lanyardd is about to end".to_owned()))
}
