//! `lanyardctl lock` and `logout`: the session of this desk is locked, or ended.

use zbus::Connection;

use crate::{
    Failure,
    output::{self, Form},
    session,
};

/// Locks the session.
pub(crate) async fn lock(bus: &Connection, form: Form) -> Result<(), Failure> {
    session::required(bus).await?.lock().await?;
    done("The session is locked: `lanyardctl login` goes on with it.", form)
}

/// Ends the session.
pub(crate) async fn logout(bus: &Connection, form: Form) -> Result<(), Failure> {
    session::required(bus).await?.end().await?;
    done("Signed out.", form)
}

fn done(words: &str, form: Form) -> Result<(), Failure> {
    match form {
        Form::Words => output::line(words),
        Form::Json => output::json(&serde_json::json!({ "outcome": "ok" })),
    }
}
