//! `lanyardctl login`: a holder is authenticated, and asked in this terminal.

use std::collections::HashMap;

use lanyard_dbus::ManagerProxy;
use zbus::{ObjectPath, OwnedObjectPath, Variant};

use crate::{
    Failure,
    agent::{self, Company},
    choice,
    interrupts::Interrupts,
    output::Form,
    request,
};

/// Has the holder of a card authenticated. Without a card, the daemon takes the only one that can be used.
pub(crate) async fn login(
    bus: &str,
    card: Option<&OwnedObjectPath>,
    form: Form,
) -> Result<(), Failure> {
    let mut interrupts = Interrupts::take()?;
    let (bus, asking) = agent::connect(bus, Company::Command).await?;
    let any = ObjectPath::from_static_str_unchecked("/");
    let card = card.map_or(&any, |card| card);
    let options = HashMap::from([("agent", Variant::from(agent::path()))]);
    let request = ManagerProxy::new(&bus).await?.authenticate(card, options).await?;
    let ended = request::follow(&bus, request, &mut interrupts).await;
    asking.end().await;
    choice::tell(&bus, &ended?, "the card and its holder are authenticated", form).await
}
