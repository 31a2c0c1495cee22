//! What happens to this desk's sessions. Its signals come to us alone, because we subscribed.

use lanyard_dbus::{ManagerProxy, SessionDescription};
use serde::de::DeserializeOwned;
use zbus::{Connection, Message, OwnedObjectPath};

use super::event::{Report, SessionFacts, What};
use crate::{
    Failure,
    session::{self, Current, ended, role, state},
};

/// The session that was told of, if there is one.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    /// It was there when we looked: that it started may still be on its way to us.
    present: Option<String>,
}

impl Sessions {
    /// Subscribes, and tells of the session that is there. Whoever has no desk is told of none.
    pub(super) async fn look(&mut self, bus: &Connection, report: Report) -> Result<(), Failure> {
        match ManagerProxy::new(bus).await?.subscribe().await.map_err(Failure::from) {
            Ok(()) => {}
            Err(Failure::Refused(_)) => return Ok(()),
            Err(failure) => return Err(failure),
        }
        let Some(session) = session::current(bus).await? else { return Ok(()) };
        self.present = Some(session.path().to_owned());
        tell_whole("session-present", "is signed in", &session, report)
    }

    /// A signal of the daemon that is about no reader or card.
    pub(super) async fn on(
        &mut self,
        bus: &Connection,
        member: &str,
        message: &Message,
        report: Report,
    ) -> Result<(), Failure> {
        let path = message.header().path().map(|path| OwnedObjectPath::from(path.to_owned()));
        let Some(path) = path else { return Ok(()) };
        match member {
            "SessionStarted" => self.started(bus, read(message)?, report).await,
            "SessionEnded" => {
                let (session, reason): (OwnedObjectPath, String) = read(message)?;
                let words = format!("session ended: {}", ended(&reason));
                let facts = SessionFacts { reason: Some(reason), ..of(session.as_str()) };
                report.now(&What::of_session("session-ended", facts, words))
            }
            "RoleSelected" => role_selected(bus, path, read(message)?, report).await,
            "StateChanged" => {
                let word: String = read(message)?;
                let words = format!("session: {}", state(&word));
                let facts = SessionFacts { state: Some(word), ..of(path.as_str()) };
                report.now(&What::of_session("session-state-changed", facts, words))
            }
            "RolesOffered" => roles_offered(bus, path, report).await,
            "Unattended" => {
                let words = "the card is unattended: its holder did nothing for long".to_owned();
                report.now(&What::of_session("unattended", of(path.as_str()), words))
            }
            _ => Ok(()),
        }
    }

    async fn started(
        &mut self,
        bus: &Connection,
        path: OwnedObjectPath,
        report: Report,
    ) -> Result<(), Failure> {
        if self.present.take().is_some_and(|present| present == path.as_str()) {
            return Ok(());
        }
        if let Some(session) = described(bus, path.clone()).await? {
            return tell_whole("session-started", "signed in", &session, report);
        }
        let words = "somebody signed in".to_owned();
        report.now(&What::of_session("session-started", of(path.as_str()), words))
    }
}

/// Whose session it is, and in which role.
fn tell_whole(
    event: &'static str,
    what: &str,
    session: &Current<'_>,
    report: Report,
) -> Result<(), Failure> {
    let SessionDescription { uuid, name, state, role: held, roles, .. } = &session.described;
    let who = name.as_ref().map_or_else(|| uuid.clone(), |name| format!("{name} ({uuid})"));
    let as_what = held.as_ref().map(|held| format!(": {}", role(held))).unwrap_or_default();
    let facts = SessionFacts {
        uuid: Some(uuid.clone()),
        name: name.clone(),
        state: Some(state.clone()),
        role: held.as_ref().map(|held| held.id.clone()),
        organisation: held.as_ref().map(|held| held.organisation.clone()),
        roles: Some(roles.len()),
        ..of(session.path())
    };
    report.now(&What::of_session(event, facts, format!("{who} {what}{as_what}")))
}

async fn role_selected(
    bus: &Connection,
    path: OwnedObjectPath,
    id: String,
    report: Report,
) -> Result<(), Failure> {
    let session = described(bus, path.clone()).await?;
    let held = session.as_ref().and_then(|session| session.described.role.as_ref());
    let held = held.filter(|held| held.id == id);
    let words = format!("role: {}", held.map_or_else(|| id.clone(), role));
    let organisation = held.map(|held| held.organisation.clone());
    let facts = SessionFacts { role: Some(id), organisation, ..of(path.as_str()) };
    report.now(&What::of_session("role-selected", facts, words))
}

async fn roles_offered(
    bus: &Connection,
    path: OwnedObjectPath,
    report: Report,
) -> Result<(), Failure> {
    let session = described(bus, path.clone()).await?;
    let roles = session.as_ref().map(|session| session.described.roles.len());
    let words = match roles {
        Some(1) => "1 role can be chosen".to_owned(),
        Some(roles) => format!("{roles} roles can be chosen"),
        None => "other roles can be chosen".to_owned(),
    };
    let facts = SessionFacts { roles, ..of(path.as_str()) };
    report.now(&What::of_session("roles-offered", facts, words))
}

/// How a session is now; none when it has ended since.
async fn described<'a>(
    bus: &Connection,
    path: OwnedObjectPath,
) -> Result<Option<Current<'a>>, Failure> {
    match Current::at(bus, path).await {
        Ok(session) => Ok(Some(session)),
        Err(Failure::NoSession) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn of(session: &str) -> SessionFacts {
    SessionFacts { session: session.to_owned(), ..SessionFacts::default() }
}

fn read<T: DeserializeOwned + zbus::wire::Type>(message: &Message) -> Result<T, Failure> {
    Ok(message.body().deserialize::<T>()?)
}
