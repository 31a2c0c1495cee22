//! Watching for clients that leave the bus, one match rule a client, so that nothing wakes us for others.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use tokio::{sync::mpsc, task::AbortHandle};
use zbus::{
    Connection,
    fdo::DBusProxy,
    names::{BusName, UniqueName},
};

use crate::engine::{ClientName, Event};

/// The clients whose leaving is told to the engine.
#[derive(Debug, Default)]
pub(crate) struct Watches(BTreeMap<ClientName, AbortHandle>);

impl Watches {
    /// Tells the engine when this client leaves; at once, if it has.
    pub(crate) fn begin(
        &mut self,
        connection: &Connection,
        client: ClientName,
        engine: mpsc::Sender<Event>,
    ) {
        // Without a bus the only client is the other end, and the daemon ends with it.
        if connection.is_bus() {
            let connection = connection.clone();
            let name = client.clone();
            let watching = tokio::spawn(async move {
                if let Err(error) = left(&connection, &name).await {
                    tracing::warn!(client = %name, %error, "cannot watch a client; it counts as gone");
                }
                // The engine may be gone by now; then nobody wants to know.
                let _ = engine.send(Event::ClientLeft(name)).await;
            });
            self.0.insert(client, watching.abort_handle());
        }
    }

    /// Nobody wants to know any more.
    pub(crate) fn end(&mut self, client: &ClientName) {
        if let Some(watch) = self.0.remove(client) {
            watch.abort();
        }
    }
}

impl Drop for Watches {
    fn drop(&mut self) {
        self.0.values().for_each(AbortHandle::abort);
    }
}

/// Returns when a client is not on the bus any more.
async fn left(connection: &Connection, client: &ClientName) -> zbus::Result<()> {
    let bus = DBusProxy::new(connection).await?;
    let name = UniqueName::try_from(client.as_str())?;
    let mut changes = bus.receive_name_owner_changed_with_args(&[(0, client.as_str())]).await?;
    // It may have left before we listened.
    if bus.name_has_owner(BusName::from(name)).await? {
        while let Some(change) = changes.next().await {
            if change.args()?.new_owner().is_none() {
                break;
            }
        }
    }
    Ok(())
}
