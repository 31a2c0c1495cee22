//! `lanyardctl readers`

use zbus::Connection;

use crate::{
    Failure,
    output::{self, Form},
    snapshot::{Reader, Snapshot},
};

/// Lists the readers.
pub(crate) async fn list(bus: &Connection, form: Form) -> Result<(), Failure> {
    let snapshot = Snapshot::take(bus).await?;
    match form {
        Form::Json => snapshot.readers.values().try_for_each(output::json),
        Form::Words if snapshot.readers.is_empty() => output::line("There is no reader."),
        Form::Words => {
            snapshot.readers.values().try_for_each(|reader| output::line(&words(reader)))
        }
    }
}

/// A reader in a line.
pub(crate) fn words(reader: &Reader) -> String {
    let pad = if reader.has_pin_pad { ", with PIN pad" } else { "" };
    let card = if reader.card.is_some() { "a card in it" } else { "empty" };
    output::printable(&format!("{} ({}{pad}): {card}", reader.name, reader.seat))
}
