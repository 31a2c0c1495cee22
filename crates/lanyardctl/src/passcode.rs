//! `lanyardctl passcode change`: the current passcode, a new one, and the new one once more.

use std::collections::HashMap;

use lanyard_dbus::CardState;
use zbus::{OwnedObjectPath, Variant};

use crate::{
    Failure,
    agent::{self, Company},
    choice,
    interrupts::Interrupts,
    output::Form,
    request,
    snapshot::Card,
};

/// Changes the passcode of a card, asking in this terminal.
pub(crate) async fn change(
    bus: &str,
    card: Option<&OwnedObjectPath>,
    form: Form,
) -> Result<(), Failure> {
    let mut interrupts = Interrupts::take()?;
    let (bus, asking) = agent::connect(bus, Company::Command).await?;
    let card = match choice::choose(&bus, card, can_be_used).await? {
        Ok(card) => card,
        Err(ended) => return choice::tell(&bus, &ended, "", form).await,
    };
    let options = HashMap::from([("agent", Variant::from(agent::path()))]);
    let (proxy, wish) = (card.inner(), (options,));
    let request = request::make(proxy, "ChangePasscode", &wish, &mut interrupts).await?;
    let ended = request::follow(&bus, request, &mut interrupts).await;
    asking.end().await;
    choice::tell(&bus, &ended?, "the passcode is changed", form).await
}

/// A state of a later version is the daemon's to judge.
fn can_be_used(card: &Card) -> bool {
    match card.state.parse() {
        Ok(CardState::Reading | CardState::Ready) | Err(_) => true,
        Ok(CardState::Blocked | CardState::Unusable) => false,
    }
}
