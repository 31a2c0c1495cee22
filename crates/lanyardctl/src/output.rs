//! Where words and JSON go.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;

use crate::Failure;

/// For whom the output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Words, for people.
    Words,
    /// One JSON object a line, for machines.
    Json,
}

impl Form {
    pub(crate) const fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Words }
    }
}

/// Writes one line at once, so that a reader on a pipe has it when it happens.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")?;
    Ok(stdout.flush()?)
}

/// Writes one JSON object as a line.
pub(crate) fn json(object: &impl Serialize) -> Result<(), Failure> {
    line(&serde_json::to_string(object).map_err(io::Error::from)?)
}

/// Says what went wrong. A reader that went away is no failure.
pub(crate) fn complain(error: &Failure) -> ExitCode {
    if let Failure::Output(output) = error
        && output.kind() == io::ErrorKind::BrokenPipe
    {
        return ExitCode::SUCCESS;
    }
    if matches!(error, Failure::NotDone) {
        return ExitCode::FAILURE;
    }
    // Nothing is left to be done when even this cannot be written.
    let _ = writeln!(io::stderr(), "lanyardctl: {error}");
    ExitCode::FAILURE
}
