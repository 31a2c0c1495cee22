//! `lanyardctl status`: everything that there is to be seen from this desk, at one moment.

use lanyard_dbus::{Error, ManagerProxy, PcscState};
use serde::Serialize;
use zbus::Connection;

use crate::{
    Failure,
    cards::{self, Listed},
    clock,
    output::{self, Form, printable},
    readers,
    session::{self, Current, Told},
    snapshot::{Reader, Snapshot},
};

/// What is told to machines.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Status {
    version: String,
    pcsc_state: String,
    readers: Vec<Reader>,
    cards: Vec<Listed>,
    session: Option<Told>,
    /// Why nothing is told of a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_refused: Option<String>,
}

/// Tells how everything is.
pub(crate) async fn status(bus: &Connection, form: Form) -> Result<(), Failure> {
    let manager = ManagerProxy::new(bus).await?;
    let (version, pcsc_state) = (manager.version().await?, manager.pcsc_state().await?);
    let snapshot = Snapshot::take(bus).await?;
    let cards = cards::all(bus, &snapshot).await?;
    let (session, session_refused) = match session::current(bus).await {
        Ok(session) => (session, None),
        Err(Failure::Refused(Error::AccessDenied(why))) => (None, Some(why)),
        Err(failure) => return Err(failure),
    };
    let readers = snapshot.readers.into_values().collect();
    let status = Status {
        session: session.as_ref().map(Told::of),
        version,
        pcsc_state,
        readers,
        cards,
        session_refused,
    };
    match form {
        Form::Json => output::json(&status),
        Form::Words => words(&status, session.as_ref()).iter().try_for_each(|it| output::line(it)),
    }
}

fn words(status: &Status, session: Option<&Current<'_>>) -> Vec<String> {
    let pcsc = status.pcsc_state.parse().map(PcscState::meaning);
    let pcsc = pcsc.map_or_else(|_| printable(&status.pcsc_state), str::to_owned);
    let mut lines = vec![format!("lanyardd {} runs; {pcsc}", printable(&status.version))];
    lines.extend(status.readers.iter().map(readers::words));
    lines.extend(status.cards.iter().map(cards::words));
    match (session, &status.session_refused) {
        (Some(session), _) => lines.extend(of_session(session)),
        (None, Some(why)) => {
            lines.push(format!("Who is signed in is not told here: {}.", printable(why)));
        }
        (None, None) => lines.push("Nobody is signed in at this desk.".to_owned()),
    }
    lines
}

fn of_session(session: &Current<'_>) -> Vec<String> {
    let described = &session.described;
    let mut lines = vec![session::summary(described, "")];
    lines.push(format!("State: {}", session::state(&described.state)));
    let time = |name: &str, at| clock::local_seconds(at).map(|time| format!("{name}: {time}"));
    lines.extend(time("Since", described.started));
    lines.extend(time("Until", described.expires));
    lines
}
