//! What logind and the bus say unasked: two subscriptions, drained at once and told to whoever follows.
//!
//! A signal counts only when it comes from the connection that owns logind's name: anybody can send us one that
//! looks the same, and a match rule does not keep that out. Nothing is decided here, and nothing here waits for the
//! follower: a connection whose signals nobody takes would stop altogether.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures_util::{StreamExt, stream};
use tokio::sync::{mpsc, watch};
use zbus::{
    Connection, Message, MessageStream, OwnedObjectPath, fdo, match_rule::MatchRule, message::Type,
    names::OwnedUniqueName,
};

use crate::logind::{MANAGER, NAME, PATH, PROPERTIES, SEAT, SESSION};

/// More than every session of a busy machine says at once.
const SIGNALS: usize = 256;
pub(crate) const BUS: &str = "org.freedesktop.DBus";

/// What logind said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// There is a session here, and something about it is new.
    Session(OwnedObjectPath),
    /// There is none here any more.
    SessionRemoved(OwnedObjectPath),
    /// A seat shows something else.
    Seat,
    LockAsked(OwnedObjectPath),
    UnlockAsked(OwnedObjectPath),
    GoingToSleep,
    WokenUp,
    /// Something that cannot be understood about what must be known.
    Unclear,
}

/// The other end of the ear.
#[derive(Debug)]
pub(crate) struct Hearing {
    /// Who is logind. Its closing means that the bus is gone.
    pub(crate) owner: watch::Receiver<Option<OwnedUniqueName>>,
    /// What it said, and who it was then.
    pub(crate) said: mpsc::Receiver<(OwnedUniqueName, Said)>,
    /// Whether something could not be told.
    pub(crate) missed: Arc<AtomicBool>,
}

struct Ear {
    owner: watch::Sender<Option<OwnedUniqueName>>,
    said: mpsc::Sender<(OwnedUniqueName, Said)>,
    missed: Arc<AtomicBool>,
}

/// Subscribes, then asks who is logind, then listens until nobody wants to know.
pub(crate) async fn listen(connection: &Connection) -> zbus::Result<Hearing> {
    let signals = subscribe(connection, of_logind()?).await?;
    let owners = subscribe(connection, owner_of(NAME)?).await?;
    let (owner, owner_heard) = watch::channel(owner(connection, NAME).await?);
    let (said, said_heard) = mpsc::channel(SIGNALS);
    let missed = Arc::new(AtomicBool::new(false));
    let ear = Ear { owner, said, missed: Arc::clone(&missed) };
    tokio::spawn(ear.listen(signals, owners));
    Ok(Hearing { owner: owner_heard, said: said_heard, missed })
}

/// Changes of a name's owner, as the bus tells them.
pub(crate) fn owner_of(name: &str) -> zbus::Result<MatchRule<'_>> {
    MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(BUS)
        .path("/org/freedesktop/DBus")
        .interface(BUS)
        .member("NameOwnerChanged")
        .arg(0, name)
        .build()
}

pub(crate) async fn subscribe(
    connection: &Connection,
    rule: MatchRule<'_>,
) -> zbus::Result<MessageStream> {
    MessageStream::for_match_rule(rule.to_owned(), connection, None).await
}

/// The connection that a signal of [`owner_of`] gives the name to; the outer `None` when it is another signal.
#[expect(clippy::option_option, reason = "a signal that says nothing is not one that says nobody")]
pub(crate) fn new_owner(signal: &Message) -> Option<Option<OwnedUniqueName>> {
    if signal.header().sender()?.as_str() != BUS {
        return None;
    }
    let body = signal.body();
    let (_, _, new): (String, String, String) = body.deserialize().ok()?;
    if new.is_empty() { Some(None) } else { Some(Some(OwnedUniqueName::try_from(new).ok()?)) }
}

/// Who owns a name now.
pub(crate) async fn owner(
    connection: &Connection,
    name: &str,
) -> zbus::Result<Option<OwnedUniqueName>> {
    let bus = "/org/freedesktop/DBus";
    let answer = connection.call_method(Some(BUS), bus, Some(BUS), "GetNameOwner", &(name,)).await;
    match answer {
        Ok(answer) => Ok(Some(answer.body().deserialize()?)),
        Err(zbus::Error::FDO(error)) if matches!(*error, fdo::Error::NameHasNoOwner(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn of_logind() -> zbus::Result<MatchRule<'static>> {
    MatchRule::builder().msg_type(Type::Signal).sender(NAME).path_namespace(PATH).build()
}

impl Ear {
    async fn listen(self, signals: MessageStream, owners: MessageStream) {
        // Both end with the connection.
        let mut all = stream::select(signals, owners);
        loop {
            let signal = tokio::select! {
                signal = all.next() => signal,
                () = self.said.closed() => break,
            };
            match signal {
                Some(Ok(signal)) => self.hear(&signal),
                // The connection says why it ends, and ends.
                Some(Err(_)) => {}
                None => break,
            }
        }
    }

    fn hear(&self, signal: &Message) {
        if let Some(owner) = new_owner(signal) {
            self.owner.send_replace(owner);
            return;
        }
        let Some(owner) = self.owner.borrow().clone() else { return };
        if signal.header().sender().is_none_or(|sender| *sender != owner.as_ref()) {
            return;
        }
        if let Some(said) = understood(signal)
            && self.said.try_send((owner, said)).is_err()
        {
            self.missed.store(true, Ordering::Relaxed);
        }
    }
}

/// What a signal of logind means to us, if it does.
fn understood(signal: &Message) -> Option<Said> {
    let header = signal.header();
    let here = || header.path().map(|path| OwnedObjectPath::from(path.to_owned()));
    let body = signal.body();
    match (header.interface()?.as_str(), header.member()?.as_str()) {
        (MANAGER, "SessionNew") => Some(named(signal).map_or(Said::Unclear, Said::Session)),
        (MANAGER, "SessionRemoved") => {
            Some(named(signal).map_or(Said::Unclear, Said::SessionRemoved))
        }
        (MANAGER, "PrepareForSleep") => match body.deserialize() {
            Ok(true) => Some(Said::GoingToSleep),
            Ok(false) => Some(Said::WokenUp),
            Err(_) => Some(Said::Unclear),
        },
        (SESSION, "Lock") => Some(Said::LockAsked(here()?)),
        (SESSION, "Unlock") => Some(Said::UnlockAsked(here()?)),
        // Which properties changed does not matter: all are read again. Only idleness is told all the time.
        (PROPERTIES, "PropertiesChanged") => {
            let (of,): (String,) = body.deserialize_ignore_signature().ok()?;
            match of.as_str() {
                SESSION => Some(Said::Session(here()?)),
                SEAT => Some(Said::Seat),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The path in `(so)`.
fn named(signal: &Message) -> Option<OwnedObjectPath> {
    let body = signal.body();
    let (_, path): (String, OwnedObjectPath) = body.deserialize().ok()?;
    Some(path)
}
