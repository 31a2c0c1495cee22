//! Who calls: what the bus, logind and polkit vouch for, or the kernel where there is no bus between.
//!
//! Asked anew at each call, on the call's own task: nobody else waits while logind or polkit thinks. Whether the caller
//! may have what it asks for is for the engine to say, which knows what has changed since.

use lanyard_dbus::Error;
use lanyard_seats::{
    Access, Caller, CallerError, Deadlines, Desks, Interaction, NOTES, Polkit, SleepId, Verdict,
};
use tokio::sync::{mpsc, watch};
use zbus::{
    Connection,
    fdo::DBusProxy,
    message::Header,
    names::{BusName, UniqueName},
};

use crate::{
    engine::{Client, ClientName, Event},
    guard::Method,
};

/// Finds out who calls.
#[derive(Clone, Debug)]
pub(crate) struct Callers {
    access: Access,
    /// Who is asked where a caller sits.
    desks: Desks,
    /// Who tells what changes, and waits for us before the machine sleeps.
    watched: Desks,
    /// None without a bus.
    polkit: Option<Polkit>,
}

/// Where [`Callers`] are put once there is a connection. Empty again when this is dropped, because they hold the
/// connection whose objects hold a way to them.
#[derive(Debug)]
pub(crate) struct Slot(watch::Sender<Option<Callers>>);

/// The way to them, for objects.
pub(crate) type CallersLater = watch::Receiver<Option<Callers>>;

impl Slot {
    /// An empty one, and the way to what will be in it.
    pub(crate) fn new() -> (Self, CallersLater) {
        let (slot, later) = watch::channel(None);
        (Self(slot), later)
    }

    pub(crate) fn fill(&self, callers: Callers) {
        self.0.send_replace(Some(callers));
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.send_replace(None);
    }
}

impl Callers {
    /// Begins to watch who sits where, also on a machine for one user: it sleeps too.
    ///
    /// # Errors
    /// When the bus does not answer.
    pub(crate) async fn on(
        connection: &Connection,
        access: Access,
        engine: mpsc::WeakSender<Event>,
    ) -> zbus::Result<Self> {
        let not_asked = Desks::not_asked(connection);
        let deadlines = Deadlines::default();
        let watched = if connection.is_bus() {
            Desks::connect(connection, deadlines, engine, NOTES.as_ref()).await?
        } else {
            not_asked.clone()
        };
        let desks = match access {
            Access::Desks => watched.clone(),
            Access::SingleUser(_) => not_asked,
        };
        let polkit = connection.is_bus().then(|| Polkit::new(connection, deadlines));
        Ok(Self { access, desks, watched, polkit })
    }

    /// The machine may sleep. Waits for nothing.
    pub(crate) fn ready_to_sleep(&self, which: SleepId) {
        self.watched.ready_to_sleep(which);
    }

    /// Who calls this method, and what an administrator grants.
    ///
    /// # Errors
    /// [`Error::AccessDenied`] when nobody knows, when the caller has left meanwhile, and when polkit would have to ask
    /// a person and may not, or was refused by her.
    pub(super) async fn client(
        &self,
        method: Method,
        connection: &Connection,
        header: &Header<'_>,
    ) -> Result<Client, Error> {
        let caller = self.caller(connection, header).await?;
        let mut client = Client::new(name_of(header), caller.clone());
        if let (Some(action), Some(polkit), Some(sender)) =
            (method.asks_polkit(self.access, &caller), &self.polkit, header.sender())
        {
            let verdict = polkit.ask(sender, action, Interaction::of(header)).await;
            client.granted = granted(&verdict)?.then_some(action);
        }
        Ok(client)
    }

    async fn caller(&self, connection: &Connection, header: &Header<'_>) -> Result<Caller, Error> {
        match header.sender() {
            Some(sender) => self.of_bus(connection, sender).await,
            None if connection.is_bus() => Err(nobody_knows()),
            None => {
                let peer = connection.peer_creds().await.map_err(|_| nobody_knows())?;
                let uid = peer.unix_user_id().ok_or_else(nobody_knows)?;
                Ok(self.desks.process(uid, peer.process_id()).await)
            }
        }
    }

    /// logind may take its time: nothing is done for whoever has left meanwhile.
    async fn of_bus(&self, bus: &Connection, sender: &UniqueName<'_>) -> Result<Caller, Error> {
        let unknown = |error: CallerError| {
            tracing::debug!(%sender, %error, "nobody knows who is calling");
            nobody_knows()
        };
        let caller = self.desks.caller(sender).await.map_err(unknown)?;
        if self.access != Access::Desks {
            return Ok(caller);
        }
        let names = DBusProxy::new(bus).await?;
        let name = BusName::from(sender.to_owned());
        let is_there = names.name_has_owner(name).await.unwrap_or(false);
        if is_there { Ok(caller) } else { Err(nobody_knows()) }
    }
}

/// Whether polkit grants it. Without a grant the guard's own rules hold, as without polkit.
fn granted(verdict: &Verdict) -> Result<bool, Error> {
    let denied = |why: &str| Err(Error::AccessDenied(why.to_owned()));
    match verdict {
        Verdict::Granted => Ok(true),
        Verdict::Refused | Verdict::Absent | Verdict::Silent | Verdict::Failed(_) => Ok(false),
        Verdict::NeedsPerson => {
            denied("an administrator would have to agree, and the call does not allow to ask")
        }
        Verdict::Dismissed => denied("no administrator agreed"),
        Verdict::CallerLeft => denied("the caller has left"),
    }
}

/// The connection that a message came from.
pub(super) fn name_of(header: &Header<'_>) -> ClientName {
    ClientName::new(header.sender().map_or("", |sender| sender.as_str()))
}

/// The caller has gone, or hides its user.
fn nobody_knows() -> Error {
    Error::AccessDenied("nobody knows who is calling".to_owned())
}
