//! `lanyardctl cards`: public properties, and to the owner of a card also whose it is.

use lanyard_dbus::{CardDescription, CardProxy, CardState, UnusableReason};
use serde::Serialize;
use zbus::Connection;

use crate::{
    Failure, clock,
    output::{self, Form},
    snapshot::{Card, Snapshot},
};

/// A card with what its owner may know.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Listed {
    #[serde(flatten)]
    card: Card,
    reader_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
}

/// Lists the cards.
pub(crate) async fn list(bus: &Connection, form: Form) -> Result<(), Failure> {
    let snapshot = Snapshot::take(bus).await?;
    if snapshot.cards.is_empty() && form == Form::Words {
        return output::line("There is no card.");
    }
    all(bus, &snapshot).await?.iter().try_for_each(|card| write(card, form))
}

/// All of them, with what this caller may know.
pub(crate) async fn all(bus: &Connection, snapshot: &Snapshot) -> Result<Vec<Listed>, Failure> {
    let mut all = Vec::new();
    for card in snapshot.cards.values() {
        all.push(listed(bus, snapshot, card).await?);
    }
    Ok(all)
}

/// Lists those of these paths that are still there, to choose from.
pub(crate) async fn list_some(bus: &Connection, paths: &[String]) -> Result<(), Failure> {
    let snapshot = Snapshot::take(bus).await?;
    for card in snapshot.cards.values().filter(|card| paths.contains(&card.path)) {
        write(&listed(bus, &snapshot, card).await?, Form::Words)?;
    }
    Ok(())
}

async fn listed(bus: &Connection, snapshot: &Snapshot, card: &Card) -> Result<Listed, Failure> {
    let description = describe(bus, card).await?;
    Ok(Listed {
        card: card.clone(),
        reader_name: snapshot.reader_name(&card.reader),
        holder: description.as_ref().map(|known| known.holder.clone()),
        serial: description.map(|known| known.serial),
    })
}

fn write(listed: &Listed, form: Form) -> Result<(), Failure> {
    match form {
        Form::Json => output::json(listed),
        Form::Words => output::line(&words(listed)),
    }
}

/// Nothing when the card is somebody else's, or has not told.
async fn describe(bus: &Connection, card: &Card) -> Result<Option<CardDescription>, Failure> {
    let proxy = CardProxy::builder(bus).path(card.proxy_path.clone()).build().await?;
    Ok(proxy.describe().await.ok().and_then(|answer| CardDescription::from_answer(answer).ok()))
}

/// A card in a line.
pub(crate) fn words(listed: &Listed) -> String {
    let Listed { card, reader_name, holder, serial } = listed;
    let holder = holder.as_ref().filter(|holder| !holder.is_empty());
    let known = [
        Some(format!("{reader_name}: {}", state(card))),
        clock::local(card.inserted_at).map(|time| format!("inserted {time}")),
        holder.map(|holder| format!("holder {holder}")),
        serial.as_ref().map(|serial| format!("serial {serial}")),
    ];
    let known = known.into_iter().flatten().collect::<Vec<_>>().join(", ");
    output::printable(&format!("{}  {known}", card.path))
}

/// What a card's state means, in words. A word of a later version stands as it is.
pub(crate) fn state(card: &Card) -> String {
    let reason = card.reason.parse::<UnusableReason>();
    let meaning = match (card.state.parse::<CardState>(), reason) {
        (Ok(CardState::Unusable), Ok(reason)) => {
            format!("{}: {}", CardState::Unusable.meaning(), reason.meaning())
        }
        (Ok(state), _) => state.meaning().to_owned(),
        (Err(unknown), _) => unknown.0,
    };
    match card.passcode_tries_left {
        Some(0) | None => meaning,
        Some(tries) => format!("{meaning}, {}", output::tries_left(tries)),
    }
}
