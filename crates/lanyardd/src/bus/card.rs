//! `org.lanyard.Lanyard1.Card`, one object an insertion. Nothing personal stands in a property.

use std::collections::HashMap;

use lanyard_dbus::Error;
use zbus::{Connection, OwnedObjectPath, Variant, fdo, interface, message::Header};

use super::{
    Published,
    door::Door,
    gone,
    options::{self, Given},
    paths,
};
use crate::{
    engine::{Answer, CardId, Public, PublicCard, Question},
    guard::Method,
};

#[derive(Debug)]
pub(super) struct CardObject {
    id: CardId,
    published: Published,
    door: Door,
}

impl CardObject {
    pub(super) const fn new(id: CardId, published: Published, door: Door) -> Self {
        Self { id, published, door }
    }

    fn read<T>(&self, property: impl FnOnce(PublicCard) -> T) -> fdo::Result<T> {
        let picture = self.published.borrow();
        Public::of(&picture).card(self.id).map(property).ok_or_else(|| gone("card"))
    }
}

#[interface(name = "org.lanyard.Lanyard1.Card", introspection_docs = false)]
impl CardObject {
    #[zbus(property(emits_changed_signal = "const"))]
    fn reader(&self) -> fdo::Result<OwnedObjectPath> {
        self.read(|card| paths::reader(card.reader))
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn atr(&self) -> fdo::Result<Vec<u8>> {
        self.read(|card| card.atr)
    }

    #[zbus(property)]
    fn kind(&self) -> fdo::Result<&'static str> {
        self.read(|card| card.kind)
    }

    #[zbus(property)]
    fn state(&self) -> fdo::Result<&'static str> {
        self.read(|card| card.state.as_str())
    }

    #[zbus(property)]
    fn reason(&self) -> fdo::Result<&'static str> {
        self.read(|card| card.reason)
    }

    #[zbus(property)]
    fn passcode_tries_left(&self) -> fdo::Result<i32> {
        self.read(|card| card.passcode_tries_left)
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn inserted_at(&self) -> fdo::Result<u64> {
        self.read(|card| card.inserted_at)
    }

    #[zbus(out_args("description"))]
    async fn describe(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<HashMap<&'static str, Variant<'static>>, Error> {
        let client = self.door.client(Method::CardDescribe, connection, &header).await?;
        match self.door.ask(client, Question::Describe(self.id)).await? {
            Answer::Card(mut description) => {
                description.message = description.message.map(|text| self.door.told(&text));
                Ok(description.into_answer())
            }
            _ => Err(Error::CardRemoved("the card was taken out".to_owned())),
        }
    }

    #[zbus(out_args("request"))]
    async fn change_passcode(
        &self,
        options: Given,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<OwnedObjectPath, Error> {
        let client = self.door.client(Method::ChangePasscode, connection, &header).await?;
        let options = options::read(options, &client)?;
        let question = Question::ChangePasscode { card: self.id, options };
        match self.door.ask(client, question).await? {
            Answer::Request(request) => Ok(self.door.path_of(request)),
            _ => Err(Error::NoSuchCard("the card is gone".to_owned())),
        }
    }

    async fn release_block(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), Error> {
        let client = self.door.client(Method::ReleaseBlock, connection, &header).await?;
        self.door.ask(client, Question::Release(self.id)).await.map(drop)
    }
}
