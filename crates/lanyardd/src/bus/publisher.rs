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
    names::{BusName, InterfaceName},
    object_server::{Interface, SignalEmitter},
};

use super::{
    Profiles, Published,
    card::CardObject,
    door::Door,
    manager::ManagerObject,
    paths,
    reader::ReaderObject,
    request::{RequestObject, details},
};
use crate::engine::{CardId, Change, Picture, Public, Publication, ReaderId, Request, RequestId};

/// The one who speaks on the bus.
#[derive(Debug)]
pub struct Publisher {
    connection: Connection,
    pictures: watch::Sender<Arc<Picture>>,
    profiles: watch::Sender<Profiles>,
    door: Door,
}

/// Properties with the values they have.
type Values = Vec<(&'static str, Variant<'static>)>;

impl Publisher {
    pub(super) fn new(
        connection: Connection,
        (pictures, profiles): (watch::Sender<Arc<Picture>>, watch::Sender<Profiles>),
        door: Door,
    ) -> Self {
        Self { connection, pictures, profiles, door }
    }

    /// The connection that is spoken on.
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) const fn door(&self) -> &Door {
        &self.door
    }

    /// The site has these access profiles now.
    pub(crate) fn profiles_are(&self, profiles: Profiles) {
        self.profiles.send_replace(profiles);
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
            Change::RequestMade(id) => {
                self.pictures.send_replace(picture);
                let object = RequestObject::new(id, self.published(), self.door.clone());
                self.connection.object_server().at(self.door.path_of(id), object).await.map(drop)
            }
            Change::RequestCompleted(id) => {
                let completed = picture.request(id).cloned();
                self.pictures.send_replace(picture);
                self.request_completed(id, completed).await
            }
            Change::RequestForgotten(id) => {
                self.withdraw::<RequestObject>(self.door.path_of(id)).await?;
                self.pictures.send_replace(picture);
                Ok(())
            }
        }
    }

    async fn card_inserted(
        &self,
        card: CardId,
        reader: ReaderId,
        picture: Arc<Picture>,
    ) -> zbus::Result<()> {
        let object = CardObject::new(card, self.published(), self.door.clone());
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

    /// Told to the request's maker alone.
    async fn request_completed(&self, id: RequestId, request: Option<Request>) -> zbus::Result<()> {
        let Some(Request { client, conclusion: Some(conclusion), .. }) = request else {
            return Ok(());
        };
        let mut emitter = SignalEmitter::new(&self.connection, self.door.path_of(id))?;
        if self.connection.is_bus() {
            emitter = emitter.set_destination(BusName::try_from(client.name.as_str())?);
        }
        let (outcome, details) = (conclusion.outcome.as_str(), details(&conclusion, &self.door));
        RequestObject::completed(&emitter, outcome, details).await
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
        ("Seat", reader.seat_name().to_owned().into()),
        ("HasPinPad", reader.pin_pad.is_some().into()),
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
