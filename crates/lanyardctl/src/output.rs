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

/// Writes lines that end each with a line's end.
pub(crate) fn text(lines: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(lines.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Writes one JSON object as a line.
pub(crate) fn json(object: &impl Serialize) -> Result<(), Failure> {
    line(&serde_json::to_string(object).map_err(io::Error::from)?)
}

/// Says what went wrong, and how the command ends by it. A reader that went away is no failure.
pub(crate) fn complain(error: &Failure) -> ExitCode {
    if let Failure::Output(output) = error
        && output.kind() == io::ErrorKind::BrokenPipe
    {
        return ExitCode::SUCCESS;
    }
    if let Failure::NotDone(ending) = error {
        return (*ending).into();
    }
    // Nothing is left to be done when even this cannot be written.
    let _ = writeln!(io::stderr(), "lanyardctl: {error}");
    error.ending().into()
}

/// A text from elsewhere with what a terminal could obey written out; quotation marks need not be.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '"' | '\'') { printable.push(c) } else { printable.extend(c.escape_debug()) }
    }
    printable
}

/// `1 try left`, `3 tries left`
pub(crate) fn tries_left(tries: u32) -> String {
    format!("{tries} {} left", if tries == 1 { "try" } else { "tries" })
}
