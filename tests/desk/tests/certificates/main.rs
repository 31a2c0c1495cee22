//! Certificates: each card ends in what is true of it, whatever becomes of the evidence meanwhile.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod changing;
mod fetching;
mod personas;

use lanyard_dbus::CardDescription;
use lanyard_desk::Sitting;
use lanyard_witness::{Properties, text};

/// What the card's owner is told of it.
async fn described(sitting: &Sitting) -> CardDescription {
    let card = sitting.desk.client.card(sitting.card.clone()).await;
    CardDescription::from_answer(card.describe().await.unwrap()).unwrap()
}

/// State and reason, as everybody can read them.
fn words(card: &Properties) -> String {
    let (state, reason) = (text(card, "State"), text(card, "Reason"));
    if reason.is_empty() { state } else { format!("{state} {reason}") }
}
