//! `lanyardctl login`: a holder is authenticated, and asked in this terminal; then for the role, when there are
//! several and somebody sits at a terminal.

use std::{
    collections::HashMap,
    io::{self, IsTerminal as _},
};

use lanyard_dbus::ManagerProxy;
use zbus::{Connection, ObjectPath, OwnedObjectPath, Variant};

use crate::{
    Failure,
    agent::{self, Company},
    choice,
    ended::Ended,
    interrupts::Interrupts,
    output::{self, Form},
    request, select,
    session::{self, Current, News, Told, settled},
};

/// Whether somebody who is signed in is asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Only whoever is not signed in is asked.
    Usual,
    /// Asked in any case.
    Fresh,
}

/// Has the holder of a card authenticated. Without a card, the daemon takes the only one that can be used.
pub(crate) async fn login(
    bus: &str,
    card: Option<&OwnedObjectPath>,
    how: How,
    form: Form,
) -> Result<(), Failure> {
    let mut interrupts = Interrupts::take()?;
    let (bus, asking) = agent::connect(bus, Company::Command).await?;
    let news = News::subscribe(&bus).await?;
    let any = ObjectPath::from_static_str_unchecked("/");
    let card = card.map_or(&any, |card| card);
    let mut options: HashMap<&str, Variant<'_>> = HashMap::from([("agent", agent::path().into())]);
    if how == How::Fresh {
        options.insert("fresh", true.into());
    }
    let (manager, wish) = (ManagerProxy::new(&bus).await?, (card, options));
    let request = request::make(manager.inner(), "Authenticate", &wish, &mut interrupts).await?;
    let ended = request::follow(&bus, request, &mut interrupts).await;
    asking.end().await;
    let ended = ended?;
    if !ended.is_ok() {
        return choice::tell(&bus, &ended, "", form).await;
    }
    let session = settled(&bus, news).await?;
    tell(&bus, ended, session, &mut interrupts, form).await
}

/// Says that it went well, and in which role; or asks for one.
async fn tell(
    bus: &Connection,
    mut ended: Ended,
    session: Option<Current<'_>>,
    interrupts: &mut Interrupts,
    form: Form,
) -> Result<(), Failure> {
    if form == Form::Json {
        ended.session = session.as_ref().map(Told::of);
    }
    choice::tell(bus, &ended, "the card and its holder are authenticated", form).await?;
    let Some(session) = session.filter(|_| form == Form::Words) else { return Ok(()) };
    let is_open = session.described.role.is_none() && session.described.roles.len() > 1;
    if is_open
        && io::stdin().is_terminal()
        && let Some(role) = select::ask(&session.described, interrupts).await?
    {
        return select::take(&session, &role, form).await;
    }
    let said = ended.notice.as_deref().unwrap_or_default();
    output::line(&session::summary(&session.described, said))
}
