//! `lanyardctl metrics`: what the daemon counts and times, for a terminal or for a textfile collector.
//!
//! The daemon is not started for it: one that does not run is told as that, and is no failure.

use std::path::Path;

use lanyard_dbus::ManagerProxy;
use serde::Serialize;
use zbus::proxy::MethodFlags;

use crate::{
    Failure, connection,
    output::{self, Form, printable},
    permission,
    replaced::replace,
};

/// What is told of a daemon that does not run, in the same words as its own.
const DOWN: &str =
    "# HELP lanyard_up Whether the daemon runs.\n# TYPE lanyard_up gauge\nlanyard_up 0\n";

/// Told to machines that want JSON of everything.
#[derive(Serialize)]
struct Told<'a> {
    metrics: &'a str,
}

/// Writes what the daemon tells to a file, or shows it.
pub(crate) async fn metrics(bus: &str, textfile: Option<&Path>, form: Form) -> Result<(), Failure> {
    let told = match asked(bus).await {
        Err(Failure::NotRunning) => DOWN.to_owned(),
        told => told?,
    };
    let lines: Vec<_> = told.lines().map(printable).collect();
    let told = lines.join("\n") + "\n";
    match (textfile, form) {
        (Some(file), _) => {
            replace(file, &told).map_err(|why| Failure::NotWritten { file: file.to_owned(), why })
        }
        (None, Form::Words) => output::text(&told),
        (None, Form::Json) => output::json(&Told { metrics: &told }),
    }
}

async fn asked(bus: &str) -> Result<String, Failure> {
    let bus = connection::open_patiently(bus).await?;
    let manager = ManagerProxy::new(&bus).await?;
    let flags = MethodFlags::ALLOW_INTERACTIVE_AUTH | MethodFlags::NO_AUTO_START;
    Ok(permission::call_with(manager.inner(), "Metrics", flags, &()).await?)
}
