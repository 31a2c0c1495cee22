//! What is asked of logind (org.freedesktop.login1(5)), each question with a deadline.
//!
//! Questions go to the connection that owned logind's name when they were thought of: one that is restarted in
//! between answers none of them, and none starts it.

mod session;

use std::{os::fd, time::Duration};

use serde::Serialize;
use thiserror::Error;
use tokio::time::timeout;
use zbus::{
    Connection, DynamicType, Message, OwnedFd, OwnedObjectPath, OwnedVariant, fdo, message::Body,
    names::OwnedUniqueName, wire::DynamicDeserialize,
};

use crate::{Desk, Doubt};

pub(crate) const NAME: &str = "org.freedesktop.login1";
pub(crate) const PATH: &str = "/org/freedesktop/login1";
pub(crate) const MANAGER: &str = "org.freedesktop.login1.Manager";
pub(crate) const SESSION: &str = "org.freedesktop.login1.Session";
pub(crate) const SEAT: &str = "org.freedesktop.login1.Seat";
const USER: &str = "org.freedesktop.login1.User";
pub(crate) const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// One logind, from its start to its end.
#[derive(Clone, Debug)]
pub(crate) struct Logind {
    connection: Connection,
    owner: OwnedUniqueName,
    within: Duration,
}

/// Why logind did not tell.
#[derive(Debug, Error)]
pub(crate) enum LogindError {
    /// It is not there any more.
    #[error("it is gone")]
    Gone,
    /// No answer came in time.
    #[error("no answer came")]
    Silent,
    /// It knows nothing of what it is asked about.
    #[error("it knows no such thing")]
    NoSuchThing,
    /// An error of another kind, or an answer that cannot be understood.
    #[error("its answer is not understood: {0}")]
    Unclear(#[from] zbus::Error),
}

impl Logind {
    pub(crate) fn new(connection: &Connection, owner: OwnedUniqueName, within: Duration) -> Self {
        Self { connection: connection.clone(), owner, within }
    }

    /// The connection that it speaks from.
    pub(crate) fn owner(&self) -> &OwnedUniqueName {
        &self.owner
    }

    /// Where every session is.
    pub(crate) async fn sessions(&self) -> Result<Vec<OwnedObjectPath>, LogindError> {
        type Row = (String, u32, String, String, OwnedObjectPath);
        let answer = self.ask(PATH, MANAGER, "ListSessions", &()).await?;
        let rows: Vec<Row> = read(&answer.body())?;
        Ok(rows.into_iter().map(|(.., path)| path).collect())
    }

    /// One session.
    pub(crate) async fn session(&self, path: &OwnedObjectPath) -> Result<Desk, LogindError> {
        let answer = self.ask(path.as_str(), PROPERTIES, "GetAll", &(SESSION,)).await?;
        Ok(session::desk(read(&answer.body())?)?)
    }

    /// Where the session of a process is.
    pub(crate) async fn session_of(&self, pid: u32) -> Result<OwnedObjectPath, LogindError> {
        let answer = self.ask(PATH, MANAGER, "GetSessionByPID", &(pid,)).await?;
        read(&answer.body())
    }

    /// Where the session is in which a user is shown things; none while every session is a background one.
    pub(crate) async fn display_of(
        &self,
        uid: u32,
    ) -> Result<Option<OwnedObjectPath>, LogindError> {
        let answer = self.ask(PATH, MANAGER, "GetUser", &(uid,)).await?;
        let user: OwnedObjectPath = read(&answer.body())?;
        let display = self.property(user.as_str(), USER, "Display").await?;
        let (session, path) = session::pair::<String, OwnedObjectPath>(display)?;
        Ok((!session.is_empty()).then_some(path))
    }

    /// Whether the machine is about to sleep.
    pub(crate) async fn is_going_to_sleep(&self) -> Result<bool, LogindError> {
        let answer = self.property(PATH, MANAGER, "PreparingForSleep").await?;
        Ok(bool::try_from(answer)?)
    }

    /// Makes the machine wait before it sleeps, as long as the descriptor is open or logind is patient.
    pub(crate) async fn delay_sleep(&self) -> Result<fd::OwnedFd, LogindError> {
        let why = "sign-ins are ended before the machine sleeps";
        let asked = ("sleep", "Lanyard", why, "delay");
        let answer = self.ask(PATH, MANAGER, "Inhibit", &asked).await?;
        let held: OwnedFd = read(&answer.body())?;
        Ok(held.into())
    }

    /// Returns when logind answers again, however long that takes.
    pub(crate) async fn answers_again(self) {
        // What it answers does not matter.
        let _ = self.call(PATH, "org.freedesktop.DBus.Peer", "Ping", &()).await;
    }

    async fn property(
        &self,
        path: &str,
        interface: &str,
        name: &str,
    ) -> Result<OwnedVariant, LogindError> {
        let answer = self.ask(path, PROPERTIES, "Get", &(interface, name)).await?;
        read(&answer.body())
    }

    async fn ask<B>(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<Message, LogindError>
    where
        B: Serialize + DynamicType,
    {
        let answer = timeout(self.within, self.call(path, interface, method, body)).await;
        answer.map_err(|_| LogindError::Silent)?.map_err(LogindError::from_reply)
    }

    async fn call<B>(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        body: &B,
    ) -> zbus::Result<Message>
    where
        B: Serialize + DynamicType,
    {
        let owner = Some(self.owner.as_ref());
        let answer =
            self.connection.call_method(owner, path, Some(interface), method, body).await?;
        // The bus lets nobody else answer; a connection without one would not care.
        let answered_by_it =
            answer.header().sender().is_some_and(|who| *who == self.owner.as_ref());
        if answered_by_it { Ok(answer) } else { Err(zbus::Error::InvalidReply) }
    }
}

impl LogindError {
    /// What puts all that is known in doubt, not just what was asked about.
    pub(crate) fn doubt(&self) -> Doubt {
        match self {
            Self::Gone => Doubt::LogindAbsent,
            Self::Silent => Doubt::LogindSilent,
            Self::NoSuchThing | Self::Unclear(_) => Doubt::LogindUnclear,
        }
    }

    fn from_reply(error: zbus::Error) -> Self {
        match error {
            zbus::Error::FDO(known) => match *known {
                // The bus answers for a connection that has left it, also in the middle of a question.
                fdo::Error::ServiceUnknown(_)
                | fdo::Error::NameHasNoOwner(_)
                | fdo::Error::NoReply(_)
                | fdo::Error::Disconnected(_) => Self::Gone,
                fdo::Error::UnknownObject(_)
                | fdo::Error::UnknownMethod(_)
                | fdo::Error::UnknownInterface(_) => Self::NoSuchThing,
                other => Self::Unclear(other.into()),
            },
            zbus::Error::MethodError(name, ..) if NO_SUCH_THING.contains(&name.as_str()) => {
                Self::NoSuchThing
            }
            zbus::Error::InputOutput(_) => Self::Gone,
            other => Self::Unclear(other),
        }
    }
}

/// logind's own names for it.
const NO_SUCH_THING: [&str; 4] = [
    "org.freedesktop.login1.NoSessionForPID",
    "org.freedesktop.login1.NoSuchSession",
    "org.freedesktop.login1.NoSuchUser",
    "org.freedesktop.login1.NoUserForPID",
];

/// Reads an answer's body, which must be of the type that the question has.
fn read<T>(body: &Body) -> Result<T, LogindError>
where
    T: for<'de> DynamicDeserialize<'de>,
{
    Ok(body.deserialize()?)
}
