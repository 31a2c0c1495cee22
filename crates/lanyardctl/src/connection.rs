//! The connection to a bus.

use zbus::{Connection, connection::Builder};

use crate::Failure;

/// Connects to `system`, `session`, or a bus at an address.
pub(crate) async fn open(bus: &str) -> Result<Connection, Failure> {
    let builder = match bus {
        "system" => Builder::system(),
        "session" => Builder::session(),
        address => Builder::address(address),
    };
    builder.build().await.map_err(|source| Failure::Bus { bus: bus.to_owned(), source })
}
