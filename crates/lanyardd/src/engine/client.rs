//! Who speaks to us over the bus, where that person sits, and the objects that speak for people.

use std::{fmt, sync::Arc};

use lanyard_seats::{Action, Caller, Class, Desk, NoDesk, Place, SeatName, Seating, SessionId};

/// A connection on the bus, by its unique name. Never used again while the bus runs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientName(Arc<str>);

/// A connection and whose it is, as the bus and logind vouch for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The connection.
    pub name: ClientName,
    /// The user of its process.
    pub uid: u32,
    /// Its process, where the bus knows it. For the record only: numbers are used again.
    pub pid: Option<u32>,
    /// Where it sits, or why nobody can say so.
    pub seated: Result<Desk, NoDesk>,
    /// What an administrator grants it by polkit, where that was asked.
    pub granted: Option<Action>,
}

/// Whose agents and prompts belong together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Login {
    /// A login session's.
    Session(SessionId),
    /// A user's, where nobody asks for login sessions or there is none.
    User(u32),
}

/// A client's object that asks a person for passcodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentAddress {
    /// Whose object it is.
    pub client: ClientName,
    /// Its path.
    pub path: Arc<str>,
}

impl Client {
    /// A connection of this caller, to whom nothing was granted.
    pub fn new(name: ClientName, caller: Caller) -> Self {
        let Caller { uid, pid, desk } = caller;
        Self { name, uid, pid, seated: desk, granted: None }
    }

    /// A connection of this user, where nobody asks for login sessions.
    pub fn of_user(name: ClientName, uid: u32) -> Self {
        Self::new(name, Caller { uid, pid: None, desk: Err(NoDesk::NotAsked) })
    }

    /// Whose agent it is asked by, and whose prompts it shares.
    pub fn login(&self) -> Login {
        match &self.seated {
            Ok(desk) => Login::Session(desk.session.clone()),
            Err(_) => Login::User(self.uid),
        }
    }

    /// The desk to which what it begins belongs; none for whoever sits at no seat of this machine. Where nobody asks
    /// for login sessions each user has one.
    pub fn desk(&self) -> Option<lanyard_session::Desk> {
        match &self.seated {
            Ok(Desk { session, place: Place::Seat(seat), class: Class::Person, .. }) => {
                Some(lanyard_session::Desk::new(session.as_str(), seat.as_str()))
            }
            Err(NoDesk::NotAsked) => {
                let login = format!("uid-{}", self.uid);
                Some(lanyard_session::Desk::new(&login, SeatName::DEFAULT))
            }
            Ok(_) | Err(_) => None,
        }
    }

    /// The same client after what has changed since it was asked about.
    pub(super) fn now(self, seating: &Seating) -> Self {
        let caller = self.caller().now(seating);
        Self { seated: caller.desk, ..self }
    }

    pub(super) fn caller(&self) -> Caller {
        Caller { uid: self.uid, pid: self.pid, desk: self.seated.clone() }
    }
}

impl ClientName {
    /// A connection of this unique name; empty for the peer of a connection without a bus.
    pub fn new(unique_name: &str) -> Self {
        Self(unique_name.into())
    }

    /// The unique name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
