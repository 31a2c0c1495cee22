//! Shows a new picture to applications and says what changed: properties first, then signals.
//!
//! The order is fixed. Something new: picture, object, properties of others, signal. Something gone:
//! object, picture, properties of others, signal. So no client is told of what it cannot read.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use lanyard_dbus::ROOT;
use tokio::sync::watch;
use zbus::{
    Connection, OwnedObjectPath, Variant,
    fdo::Properties,
    names::InterfaceName,
    object_server::{Interface, SignalEmitter},
};

use super::{Published, card::CardObject, manager::ManagerObject, paths, reader::ReaderObject};
use crate::{
    engine::{CardId, Change, Picture, Public, Publication, ReaderId},
    guard::Guard,
};

/// The one who speaks on the bus.
#[derive(Debug)]
pub struct Publisher {
    connection: Connection,
    pictures: watch::Sender<Arc<Picture>>,
    guard: Guard,
}

/// Properties with the values they have.
type Values = Vec<(&'static str, Variant<'static>)>;

impl Publisher {
    pub(super) const fn new(
        connection: Connection,
        pictures: watch::Sender<Arc<Picture>>,
        guard: Guard,
    ) -> Self {
        Self { connection, pictures, guard }
    }

    /// The connection that is spoken on.
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Shows a picture and tells what changed.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn publish(&self, publication: Publication) -> zbus::Result<()> {
        let Publication { picture, change } = publication;
        match change {
            Change::Service => {
                self.show::<ManagerObject>(ROOT.try_into()?, picture, service_values).await
            }
            Change::ReaderArrived(reader) => {
                self.pictures.send_replace(picture);
                let object = ReaderObject::new(reader, self.published());
                self.connection.object_server().at(paths::reader(reader), object).await.map(drop)
            }
            Change::ReaderDeparted(reader) => {
                self.withdraw::<ReaderObject>(paths::reader(reader)).await?;
                self.pictures.send_replace(picture);
                Ok(())
            }
            Change::Reader(id) => self.show_reader(id, picture).await,
            Change::CardInserted(card, reader) => self.card_inserted(card, reader, picture).await,
            Change::CardRemoved(card, reader) => self.card_removed(card, reader, picture).await,
            Change::Card(id) => {
                let values = |picture: &Picture| card_values(picture, id);
                self.show::<CardObject>(paths::card(id), picture, values).await
            }
        }
    }

    async fn card_inserted(
        &self,
        card: CardId,
        reader: ReaderId,
        picture: Arc<Picture>,
    ) -> zbus::Result<()> {
        let object = CardObject::new(card, self.published(), self.guard);
        let before = reader_values(&self.pictures.send_replace(picture), reader);
        self.connection.object_server().at(paths::card(card), object).await?;
        let after = reader_values(&self.pictures.borrow(), reader);
        self.changed::<ReaderObject>(paths::reader(reader), before, after).await?;
        let manager = SignalEmitter::new(&self.connection, ROOT)?;
        ManagerObject::card_inserted(&manager, paths::card(card), paths::reader(reader)).await
    }

    async fn card_removed(
        &self,
        card: CardId,
        reader: ReaderId,
        picture: Arc<Picture>,
    ) -> zbus::Result<()> {
        self.withdraw::<CardObject>(paths::card(card)).await?;
        self.show_reader(reader, picture).await?;
        let manager = SignalEmitter::new(&self.connection, ROOT)?;
        ManagerObject::card_removed(&manager, paths::card(card), paths::reader(reader)).await
    }

    async fn show_reader(&self, id: ReaderId, picture: Arc<Picture>) -> zbus::Result<()> {
        let values = |picture: &Picture| reader_values(picture, id);
        self.show::<ReaderObject>(paths::reader(id), picture, values).await
    }

    /// Shows the picture and tells which values of one object it changed.
    async fn show<I: Interface>(
        &self,
        path: OwnedObjectPath,
        picture: Arc<Picture>,
        values: impl Fn(&Picture) -> Values,
    ) -> zbus::Result<()> {
        let after = values(&picture);
        let before = values(&self.pictures.send_replace(picture));
        self.changed::<I>(path, before, after).await
    }

    async fn changed<I: Interface>(
        &self,
        path: OwnedObjectPath,
        before: Values,
        mut after: Values,
    ) -> zbus::Result<()> {
        after.retain(|value| !before.contains(value));
        if after.is_empty() {
            return Ok(());
        }
        let interface: InterfaceName<'_> = I::name();
        let emitter = SignalEmitter::new(&self.connection, path)?;
        let after: HashMap<_, _> = after.into_iter().collect();
        Properties::properties_changed(&emitter, interface, after, Cow::Borrowed(&[])).await
    }

    async fn withdraw<I: Interface>(&self, path: OwnedObjectPath) -> zbus::Result<()> {
        self.connection.object_server().remove::<I, _>(path).await.map(drop)
    }

    fn published(&self) -> Published {
        self.pictures.subscribe()
    }
}

fn service_values(picture: &Picture) -> Values {
    vec![("PcscState", Public::of(picture).pcsc_state().as_str().into())]
}

fn reader_values(picture: &Picture, id: ReaderId) -> Values {
    let Some(reader) = Public::of(picture).reader(id) else {
        return Vec::new();
    };
    vec![
        ("Seat", reader.seat.clone().into()),
        ("HasPinPad", reader.has_pin_pad.into()),
        ("Card", paths::card_or_none(reader.card).into_inner().into()),
    ]
}

fn card_values(picture: &Picture, id: CardId) -> Values {
    let Some(card) = Public::of(picture).card(id) else {
        return Vec::new();
    };
    vec![
        ("Kind", card.kind.into()),
        ("State", card.state.as_str().into()),
        ("Reason", card.reason.into()),
        ("PasscodeTriesLeft", card.passcode_tries_left.into()),
    ]
}
