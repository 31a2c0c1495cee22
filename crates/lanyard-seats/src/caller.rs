//! Who calls a method: the user, and the login session that she calls from.

use thiserror::Error;

use crate::{Desk, Doubt, Seating, SessionId};

/// Who calls. The user is vouched for by the bus, the desk by logind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The user of the process that made the connection.
    pub uid: u32,
    /// The process, where the bus knows it. For records only: numbers are used again.
    pub pid: Option<u32>,
    /// Where she sits, or why nobody can say so.
    pub desk: Result<Desk, NoDesk>,
}

/// Why a caller sits at no desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoDesk {
    /// The user has no login session.
    #[error("the caller's user is not logged in")]
    NotLoggedIn,
    /// The user is logged in, and no session is the one to show things in.
    #[error("the caller's user has no session with a screen")]
    NoDisplay,
    /// The process that made the connection has ended: whose number it has now is not asked.
    #[error("the caller's process has ended")]
    ProcessGone,
    /// The process runs in the session of another user.
    #[error("the caller runs in another user's login session")]
    SomebodyElses,
    /// The session is over.
    #[error("the caller's login session has ended")]
    Ended,
    /// Too much had to be looked at first, or told to an engine that takes nothing.
    #[error("the caller's login session could not be looked at in time")]
    NotInTime,
    /// Nobody asks for desks here.
    #[error("nobody asks for login sessions on this machine")]
    NotAsked,
    /// Nothing is known about login sessions.
    #[error(transparent)]
    Unknown(Doubt),
}

/// Why nobody can say who calls.
#[derive(Clone, Debug, Error)]
pub enum CallerError {
    /// The connection is not on the bus any more.
    #[error("the caller has left the bus")]
    Left,
    /// The bus does not know the user.
    #[error("the bus does not know whose connection this is")]
    Unidentified,
    /// The bus did not answer in time.
    #[error("the bus does not answer")]
    BusSilent,
    /// The bus answered with an error, or with what cannot be understood.
    #[error("the bus does not tell who calls: {0}")]
    Bus(zbus::Error),
}

impl Caller {
    /// The login session, where there is one.
    pub fn session(&self) -> Option<&SessionId> {
        self.desk.as_ref().ok().map(|desk| &desk.session)
    }

    /// The same caller after what has changed since: her session may have left the foreground, or be over.
    #[must_use]
    pub fn now(self, seating: &Seating) -> Self {
        let desk = self.desk.and_then(|desk| seating.desk(&desk.session).cloned());
        Self { desk, ..self }
    }
}
