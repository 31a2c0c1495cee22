//! Who speaks to us over the bus, and the objects that speak for people.

use std::{fmt, sync::Arc};

use lanyard_session::Desk;

/// A connection on the bus, by its unique name. Never used again while the bus runs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientName(Arc<str>);

/// A connection and whose it is, as the bus vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The connection.
    pub name: ClientName,
    /// The user of its process.
    pub uid: u32,
    /// Its process, where the bus knows it. For the record only: numbers are used again.
    pub pid: Option<u32>,
}

impl Client {
    /// The desk it sits at.
    pub fn desk(&self) -> Option<Desk> {
        Some(Desk::new(&format!("uid-{}", self.uid), lanyard_reader::seat::DEFAULT_SEAT))
    }
}

/// A client's object that asks a person for passcodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentAddress {
    /// Whose object it is.
    pub client: ClientName,
    /// Its path.
    pub path: Arc<str>,
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
