//! `lanyardctl card release`: an administrator ends the block that this workstation has put on a card.

use lanyard_dbus::{CardState, Error};
use zbus::{Connection, OwnedObjectPath};

use crate::{
    Failure, choice,
    output::{self, Form},
    permission,
    snapshot::Card,
};

/// What there is to say when it is done, in words and for machines.
const DONE: &str = "The block at this workstation is ended, and that is recorded. A card that blocks itself \
                    stays blocked: `lanyardctl cards` says how it is now.";

/// Ends the block of a card at this workstation.
pub(crate) async fn release(
    bus: &Connection,
    card: Option<&OwnedObjectPath>,
    form: Form,
) -> Result<(), Failure> {
    let card = match choice::choose(bus, card, is_blocked).await? {
        Ok(card) => card,
        Err(ended) => return choice::tell(bus, &ended, "", form).await,
    };
    permission::call::<_, ()>(card.inner(), "ReleaseBlock", &()).await.map_err(refused)?;
    match form {
        Form::Words => output::line(DONE),
        Form::Json => output::json(&serde_json::json!({ "outcome": "ok" })),
    }
}

fn is_blocked(card: &Card) -> bool {
    card.state == CardState::Blocked.as_str()
}

/// Says how it is allowed.
fn refused(error: Error) -> Failure {
    match error {
        Error::AccessDenied(why) => Failure::Refused(Error::AccessDenied(format!(
            "{why}; run it as root. The card stays as it is"
        ))),
        other => other.into(),
    }
}
