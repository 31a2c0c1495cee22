//! `lanyardctl watch`: what is there, then what happens, also when the daemon comes and goes.
//!
//! Everything arrives on one stream, so that the order is the bus's. Only messages of the one who owns
//! the daemon's name count. Sessions are told of as far as this desk's are told to us.

mod event;
mod sessions;

use std::collections::BTreeSet;

use futures_util::StreamExt;
use lanyard_dbus::{BUS_NAME, ManagerProxy, ROOT};
use zbus::{
    Connection, MatchRule, Message, MessageStream, OwnedObjectPath,
    fdo::{DBusProxy, NameOwnerChanged, PropertiesChanged},
    message::Type,
    names::{BusName, OwnedUniqueName, WellKnownName},
};

use crate::{
    Failure,
    output::Form,
    snapshot::{Interfaces, Properties, Snapshot},
};
use event::{Report, What};
use sessions::Sessions;

/// Follows events until the connection ends or output fails.
pub(crate) async fn watch(bus: &Connection, form: Form) -> Result<(), Failure> {
    let mut messages = MessageStream::from(bus);
    listen(bus).await?;
    let mut watch = Watch {
        report: Report::new(form),
        snapshot: Snapshot::default(),
        owner: None,
        present: BTreeSet::new(),
        sessions: Sessions::default(),
    };
    match owner(bus).await? {
        Some(owner) => watch.daemon_came(bus, owner).await?,
        None => watch.report.now(&What::daemon_absent())?,
    }
    while let Some(message) = messages.next().await {
        watch.on(bus, &message?).await?;
    }
    Err(Failure::BusClosed)
}

async fn listen(bus: &Connection) -> Result<(), Failure> {
    let signals = || MatchRule::builder().msg_type(Type::Signal);
    let daemon = signals().sender(BUS_NAME).path_namespace(ROOT).build()?;
    let name = signals().sender("org.freedesktop.DBus").member("NameOwnerChanged");
    let name = name.arg(0, BUS_NAME).build()?;
    let dbus = DBusProxy::new(bus).await?;
    dbus.add_match_rule(daemon).await?;
    dbus.add_match_rule(name).await?;
    Ok(())
}

async fn owner(bus: &Connection) -> Result<Option<OwnedUniqueName>, Failure> {
    let name = BusName::from(WellKnownName::from_static_str(BUS_NAME)?);
    match DBusProxy::new(bus).await?.get_name_owner(name).await {
        Ok(owner) => Ok(Some(owner)),
        Err(zbus::fdo::Error::NameHasNoOwner(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

struct Watch {
    report: Report,
    snapshot: Snapshot,
    owner: Option<OwnedUniqueName>,
    /// Cards that were told of as present: their insertion may still be on its way to us.
    present: BTreeSet<String>,
    sessions: Sessions,
}

impl Watch {
    async fn on(&mut self, bus: &Connection, message: &Message) -> Result<(), Failure> {
        let header = message.header();
        if let Some(changed) = NameOwnerChanged::from_message(message.clone()) {
            return match changed.args()?.new_owner().as_ref() {
                Some(owner) => self.daemon_came(bus, owner.to_owned().into()).await,
                None => self.daemon_went(),
            };
        }
        let (Some(owner), Some(sender)) = (&self.owner, header.sender()) else {
            return Ok(());
        };
        let (Some(path), Some(member)) = (header.path(), header.member()) else {
            return Ok(());
        };
        if owner != sender {
            return Ok(());
        }
        match member.as_str() {
            "CardInserted" => self.card_inserted(&message.body().deserialize()?),
            "CardRemoved" => self.card_removed(&message.body().deserialize()?),
            "InterfacesAdded" => self.added(message.body().deserialize()?),
            "InterfacesRemoved" => self.removed(&message.body().deserialize()?),
            "PropertiesChanged" => self.changed(path.as_str(), message),
            member => self.sessions.on(bus, member, message, self.report).await,
        }
    }

    async fn daemon_came(
        &mut self,
        bus: &Connection,
        owner: OwnedUniqueName,
    ) -> Result<(), Failure> {
        self.owner = Some(owner);
        match self.look(bus).await {
            // It went while it was asked: its going, or its next coming, is told by the bus.
            Err(Failure::NotRunning | Failure::DaemonWent | Failure::Call(_)) => self.daemon_went(),
            looked => looked,
        }
    }

    /// Tells what is there.
    async fn look(&mut self, bus: &Connection) -> Result<(), Failure> {
        let manager = ManagerProxy::new(bus).await?;
        let (version, pcsc) = (manager.version().await?, manager.pcsc_state().await?);
        self.report.now(&What::daemon_present(version, pcsc))?;
        self.snapshot = Snapshot::take(bus).await?;
        self.present = self.snapshot.cards.keys().cloned().collect();
        for reader in self.snapshot.readers.values() {
            self.report.now(&What::reader_present(reader))?;
        }
        for card in self.snapshot.cards.values() {
            let reader = self.snapshot.reader_name(&card.reader);
            self.report.now(&What::card_present(card, reader))?;
        }
        self.sessions.look(bus, self.report).await
    }

    fn daemon_went(&mut self) -> Result<(), Failure> {
        self.owner = None;
        self.snapshot = Snapshot::default();
        self.sessions = Sessions::default();
        self.report.now(&What::daemon_absent())
    }

    fn added(&mut self, added: (OwnedObjectPath, Interfaces)) -> Result<(), Failure> {
        let (path, interfaces) = added;
        let is_known = self.snapshot.readers.contains_key(path.as_str());
        self.snapshot.add(&path, interfaces)?;
        match self.snapshot.readers.get(path.as_str()) {
            Some(reader) if !is_known => self.report.now(&What::reader_arrived(reader)),
            Some(_) | None => Ok(()),
        }
    }

    fn removed(&mut self, removed: &(OwnedObjectPath, Vec<String>)) -> Result<(), Failure> {
        match self.snapshot.readers.remove(removed.0.as_str()) {
            Some(reader) => self.report.now(&What::reader_departed(&reader)),
            None => Ok(()),
        }
    }

    fn card_inserted(
        &mut self,
        (card, reader): &(OwnedObjectPath, OwnedObjectPath),
    ) -> Result<(), Failure> {
        if self.present.remove(card.as_str()) {
            return Ok(());
        }
        let name = self.snapshot.reader_name(reader.as_str());
        self.report.now(&What::card_inserted(card.as_str(), reader.as_str(), name))
    }

    fn card_removed(
        &mut self,
        (card, reader): &(OwnedObjectPath, OwnedObjectPath),
    ) -> Result<(), Failure> {
        self.snapshot.cards.remove(card.as_str());
        let name = self.snapshot.reader_name(reader.as_str());
        self.report.now(&What::card_removed(card.as_str(), reader.as_str(), name))
    }

    fn changed(&mut self, path: &str, message: &Message) -> Result<(), Failure> {
        let Some(changed) = PropertiesChanged::from_message(message.clone()) else {
            return Ok(());
        };
        let changed = changed.args()?;
        let values = changed.changed_properties().iter();
        let values = values.map(|(name, value)| Ok(((*name).to_owned(), value.try_to_owned()?)));
        let values: Properties = values.collect::<Result<_, zbus::Error>>()?;
        if let Some(card) = self.snapshot.cards.get_mut(path) {
            card.change(values)?;
            let reader = self.snapshot.readers.get(&card.reader);
            let reader = reader.map_or_else(|| card.reader.clone(), |reader| reader.name.clone());
            return self.report.now(&What::card_changed(card, reader));
        }
        match values.get("PcscState").map(|state| <&str>::try_from(&**state)) {
            Some(Ok(state)) => self.report.now(&What::service_changed(state.to_owned())),
            Some(Err(_)) | None => Ok(()),
        }
    }
}
