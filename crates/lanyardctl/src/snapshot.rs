//! What the daemon shows at one moment, read with one call: readers and cards with their properties.

use std::collections::{BTreeMap, HashMap};

use lanyard_dbus::{BUS_NAME, ROOT};
use serde::Serialize;
use zbus::{
    Connection, OwnedObjectPath, OwnedVariant,
    fdo::ObjectManagerProxy,
    names::{InterfaceName, OwnedInterfaceName},
};

use crate::Failure;

/// A reader, as its properties tell.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Reader {
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) seat: String,
    pub(crate) has_pin_pad: bool,
    pub(crate) card: Option<String>,
}

/// A card, as its properties tell.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Card {
    pub(crate) path: String,
    pub(crate) reader: String,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) reason: String,
    pub(crate) passcode_tries_left: Option<u32>,
    pub(crate) inserted_at: u64,
    #[serde(skip)]
    pub(crate) proxy_path: OwnedObjectPath,
}

/// Readers and cards by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) readers: BTreeMap<String, Reader>,
    pub(crate) cards: BTreeMap<String, Card>,
}

/// The properties of one interface.
pub(crate) type Properties = HashMap<String, OwnedVariant>;

/// An object's interfaces with their properties.
pub(crate) type Interfaces = HashMap<OwnedInterfaceName, Properties>;

impl Snapshot {
    /// Reads everything.
    pub(crate) async fn take(bus: &Connection) -> Result<Self, Failure> {
        let manager = ObjectManagerProxy::new(bus, BUS_NAME, ROOT).await?;
        let mut snapshot = Self::default();
        for (path, interfaces) in manager.get_managed_objects().await? {
            snapshot.add(&path, interfaces)?;
        }
        Ok(snapshot)
    }

    /// Takes in an object; interfaces of later versions are passed over.
    pub(crate) fn add(
        &mut self,
        path: &OwnedObjectPath,
        mut interfaces: Interfaces,
    ) -> Result<(), Failure> {
        if let Some(properties) = interfaces.remove(&interface("org.lanyard.Lanyard1.Reader")) {
            self.readers.insert(path.to_string(), Reader::read(path, properties)?);
        }
        if let Some(properties) = interfaces.remove(&interface("org.lanyard.Lanyard1.Card")) {
            self.cards.insert(path.to_string(), Card::read(path, properties)?);
        }
        Ok(())
    }

    /// The name of a reader, or its path when it is not known any more.
    pub(crate) fn reader_name(&self, path: &str) -> String {
        self.readers.get(path).map_or_else(|| path.to_owned(), |reader| reader.name.clone())
    }
}

impl Reader {
    fn read(path: &OwnedObjectPath, properties: Properties) -> Result<Self, Failure> {
        let mut properties = Remaining { path, properties };
        let card: OwnedObjectPath = properties.take("Card")?;
        Ok(Self {
            path: path.to_string(),
            name: properties.take("Name")?,
            seat: properties.take("Seat")?,
            has_pin_pad: properties.take("HasPinPad")?,
            card: (card.as_str() != "/").then(|| card.to_string()),
        })
    }
}

impl Card {
    fn read(path: &OwnedObjectPath, properties: Properties) -> Result<Self, Failure> {
        let mut properties = Remaining { path, properties };
        let reader: OwnedObjectPath = properties.take("Reader")?;
        let tries: i32 = properties.take("PasscodeTriesLeft")?;
        Ok(Self {
            path: path.to_string(),
            reader: reader.to_string(),
            kind: properties.take("Kind")?,
            state: properties.take("State")?,
            reason: properties.take("Reason")?,
            passcode_tries_left: u32::try_from(tries).ok(),
            inserted_at: properties.take("InsertedAt")?,
            proxy_path: path.clone(),
        })
    }

    /// Takes in changed properties.
    pub(crate) fn change(&mut self, changed: Properties) -> Result<(), Failure> {
        let path = self.proxy_path.clone();
        let mut changed = Remaining { path: &path, properties: changed };
        changed.update("Kind", &mut self.kind)?;
        changed.update("State", &mut self.state)?;
        changed.update("Reason", &mut self.reason)?;
        let mut tries = self.passcode_tries_left.map_or(-1, u32::cast_signed);
        changed.update("PasscodeTriesLeft", &mut tries)?;
        self.passcode_tries_left = u32::try_from(tries).ok();
        Ok(())
    }
}

/// The properties of an object that were not taken yet.
struct Remaining<'a> {
    path: &'a OwnedObjectPath,
    properties: Properties,
}

impl Remaining<'_> {
    fn take<T: TryFrom<OwnedVariant>>(&mut self, property: &'static str) -> Result<T, Failure> {
        let wrong = || Failure::Property { path: self.path.to_string(), property };
        let value = self.properties.remove(property).ok_or_else(wrong)?;
        T::try_from(value).map_err(|_| wrong())
    }

    fn update<T: TryFrom<OwnedVariant>>(
        &mut self,
        property: &'static str,
        value: &mut T,
    ) -> Result<(), Failure> {
        if self.properties.contains_key(property) {
            *value = self.take(property)?;
        }
        Ok(())
    }
}

fn interface(name: &'static str) -> OwnedInterfaceName {
    InterfaceName::from_static_str_unchecked(name).into()
}
