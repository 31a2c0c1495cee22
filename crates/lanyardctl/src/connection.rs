//! The connection to a bus.

use std::{num::NonZeroUsize, time::Duration};

use zbus::{Connection, connection::Builder};

use crate::Failure;

/// Messages that may wait while a call is under way. More than sixteen readers with cards can say at once: a
/// full queue would keep the answer out.
const MOST_QUEUED: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// How long the daemon may take to answer a call.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connects to `system`, `session`, or a bus at an address.
pub(crate) async fn open(bus: &str) -> Result<Connection, Failure> {
    let builder = match bus {
        "system" => Builder::system(),
        "session" => Builder::session(),
        address => Builder::address(address),
    };
    let builder = builder.max_queued(MOST_QUEUED).method_timeout(PATIENCE);
    builder.build().await.map_err(|source| Failure::Bus { bus: bus.to_owned(), source })
}
