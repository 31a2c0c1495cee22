//! The connection to a bus.

use std::{num::NonZeroUsize, time::Duration};

use lanyard_dbus::BUS_NAME;
use zbus::{
    Connection,
    connection::Builder,
    fdo::DBusProxy,
    names::{BusName, UniqueName, WellKnownName},
};

use crate::{
    Failure,
    agent::{self, TerminalAgent},
};

/// Messages that may wait while a call is under way. More than sixteen readers with cards can say at once: a
/// full queue would keep the answer out.
const MOST_QUEUED: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// How long the daemon may take to answer a call.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it may take when polkit asks a person first, who has two minutes.
const LONG_PATIENCE: Duration = Duration::from_secs(130);

/// Connects to `system`, `session`, or a bus at an address.
pub(crate) async fn open(bus: &str) -> Result<Connection, Failure> {
    connected(bus, builder(bus).method_timeout(PATIENCE)).await
}

/// The same with calls that may take so long.
pub(crate) async fn open_within(bus: &str, patience: Duration) -> Result<Connection, Failure> {
    connected(bus, builder(bus).method_timeout(patience)).await
}

/// The same for calls that wait while polkit asks a person.
pub(crate) async fn open_patiently(bus: &str) -> Result<Connection, Failure> {
    connected(bus, builder(bus).method_timeout(LONG_PATIENCE)).await
}

/// That too, with an agent that is there when this returns: one that is added to a connection later may miss
/// a call that comes at once.
pub(crate) async fn open_with(bus: &str, agent: TerminalAgent) -> Result<Connection, Failure> {
    let builder = builder(bus).method_timeout(LONG_PATIENCE);
    connected(bus, builder.serve_at(agent::PATH, agent)).await
}

fn builder(bus: &str) -> Builder<'_> {
    let builder = match bus {
        "system" => Builder::system(),
        "session" => Builder::session(),
        address => Builder::address(address),
    };
    builder.max_queued(MOST_QUEUED)
}

async fn connected(bus: &str, builder: Builder<'_>) -> Result<Connection, Failure> {
    builder.build().await.map_err(|source| Failure::Bus { bus: bus.to_owned(), source })
}

/// Whether a message came from the one who owns the daemon's name.
pub(crate) async fn daemon_owns(bus: &Connection, sender: Option<&UniqueName<'_>>) -> bool {
    let (Some(sender), Ok(name)) = (sender, WellKnownName::from_static_str(BUS_NAME)) else {
        return false;
    };
    let Ok(proxy) = DBusProxy::new(bus).await else {
        return false;
    };
    proxy.get_name_owner(BusName::from(name)).await.is_ok_and(|owner| owner == *sender)
}
