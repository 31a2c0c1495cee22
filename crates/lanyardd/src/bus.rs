//! The daemon on the bus: objects that project the published picture, and the publisher that changes it.
//!
//! An object holds an id and a way to the picture that was last published, nothing else. Publishing goes
//! in step with signals: properties first, then the signal that speaks of them.

pub(crate) mod agents;
mod announcing;
pub(crate) mod callers;
mod card;
mod door;
pub(crate) mod leaving;
mod manager;
mod options;
mod paths;
mod publisher;
mod reader;
mod request;
mod session;
mod shown;
mod signposts;

use std::{collections::HashMap, sync::Arc};

use lanyard_dbus::{BUS_NAME, ROOT};
use tokio::sync::watch;
use zbus::{
    Connection, connection,
    fdo::{self, ObjectManager, RequestNameFlags},
};

pub(crate) use door::Door;
pub use publisher::Publisher;

use crate::{arguments::Bus, engine::Picture};
use manager::ManagerObject;

/// The picture that was last published, for objects to read.
pub(crate) type Published = watch::Receiver<Arc<Picture>>;

/// The site's access profiles: the codes of their activities, by name.
type Profiles = HashMap<String, Vec<String>>;

/// The way to a bus.
pub fn builder(bus: &Bus) -> connection::Builder<'_> {
    match bus {
        Bus::System => connection::Builder::system(),
        Bus::Session => connection::Builder::session(),
        Bus::Address(address) => connection::Builder::address(address.as_str()),
    }
}

/// Connects and serves the objects, also without a bus between. The name is not owned yet.
///
/// # Errors
/// When the connection cannot be made.
pub(crate) async fn serve(
    connection: connection::Builder<'_>,
    picture: &Picture,
    profiles: Profiles,
    door: Door,
) -> zbus::Result<Publisher> {
    let (profiles, told) = watch::channel(profiles);
    let (pictures, published) = watch::channel(Arc::new(picture.clone()));
    let connection = connection
        .serve_at(ROOT, ObjectManager)
        .serve_at(ROOT, ManagerObject::new(published, told, door.clone()))
        .build()
        .await?;
    signposts::put_up(&connection).await?;
    Ok(Publisher::new(connection, (pictures, profiles), door))
}

/// Takes the well-known name: from now on clients find the daemon.
///
/// # Errors
/// When another process owns it, or the bus does not allow it.
pub async fn own_name(connection: &Connection) -> zbus::Result<()> {
    connection.request_name_with_flags(BUS_NAME, RequestNameFlags::DO_NOT_QUEUE).await.map(drop)
}

/// The answer for an object whose subject has gone and that is about to go itself.
fn gone(what: &str) -> fdo::Error {
    fdo::Error::UnknownObject(format!("the {what} is gone"))
}
