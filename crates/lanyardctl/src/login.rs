//! `lanyardctl login` and `lanyardctl agent`.

use std::collections::HashMap;

use futures_util::StreamExt;
use lanyard_dbus::{Error, ManagerProxy, Outcome, RequestProxy};
use serde::Serialize;
use zbus::{Connection, ObjectPath, OwnedVariant, Variant};

use crate::{
    Failure, agent,
    output::{self, Form},
};

/// How a request ended.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Ended {
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tries_left: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Has the holder of a card authenticated, asking in this terminal.
pub(crate) async fn login(bus: &Connection, card: Option<&str>, form: Form) -> Result<(), Failure> {
    agent::serve(bus).await?;
    let card = ObjectPath::try_from(card.unwrap_or("/")).map_err(zbus::Error::from)?;
    let own = ObjectPath::try_from(agent::PATH).map_err(zbus::Error::from)?;
    let options = HashMap::from([("agent", Variant::from(own))]);
    let manager = ManagerProxy::new(bus).await?;
    let request = manager.authenticate(&card, options).await.map_err(refused)?;
    let request = RequestProxy::builder(bus).path(request).build().await?;
    let ended = wait(&request).await?;
    match form {
        Form::Json => output::json(&ended)?,
        Form::Words => output::line(&ended.words())?,
    }
    if ended.outcome == Outcome::Ok.as_str() { Ok(()) } else { Err(Failure::NotDone) }
}

/// Asks for passcodes in this terminal until it is interrupted.
pub(crate) async fn agent(bus: &Connection) -> Result<(), Failure> {
    agent::serve(bus).await?;
    let own = ObjectPath::try_from(agent::PATH).map_err(zbus::Error::from)?;
    ManagerProxy::new(bus).await?.register_passcode_agent(&own).await.map_err(refused)?;
    output::line("This terminal asks for passcodes now. Ctrl-C ends it.")?;
    bus.closed().await;
    Err(Failure::BusClosed)
}

/// Waits for the outcome, which may be there before we listen.
async fn wait(request: &RequestProxy<'_>) -> Result<Ended, Failure> {
    let mut completed = request.receive_completed().await?;
    let outcome = request.outcome().await?;
    if !outcome.is_empty() {
        return Ok(Ended::of(outcome, &request.details().await?));
    }
    let signal = completed.next().await.ok_or(Failure::BusClosed)?;
    let signal = signal.args()?;
    Ok(Ended::of(signal.outcome().clone(), signal.details()))
}

impl Ended {
    fn of(outcome: String, details: &HashMap<String, OwnedVariant>) -> Self {
        let tries_left = details.get("tries-left").and_then(|tries| i32::try_from(&**tries).ok());
        let reason = details.get("reason").and_then(|reason| <&str>::try_from(&**reason).ok());
        Self { outcome, tries_left, reason: reason.map(str::to_owned) }
    }

    fn words(&self) -> String {
        let meaning = self.outcome.parse().map(Outcome::meaning);
        let meaning = meaning.map_or_else(|unknown| unknown.0, str::to_owned);
        let reason = self.reason.as_ref().map(|reason| format!(" ({reason})"));
        let tries = self.tries_left.map(|tries| format!("; {tries} tries left"));
        format!("{meaning}{}{}", reason.unwrap_or_default(), tries.unwrap_or_default())
    }
}

fn refused(error: Error) -> Failure {
    match error {
        Error::ZBus(error) => error.into(),
        refused => Failure::Refused(refused),
    }
}
