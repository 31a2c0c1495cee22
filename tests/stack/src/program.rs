//! Any program in the cell: an outside client, a tool that judges, one of our own.

use std::ffi::OsStr;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::cell::Cell;
use crate::error::StackError;
use crate::output::OutputFolder;
use crate::process::Process;

/// A program that is about to run in the cell. Its standard input is empty, its home folder the stack's,
/// its language `C.UTF-8`, and both D-Bus addresses are the stack's.
#[derive(Debug)]
pub struct Program {
    name: String,
    command: Command,
    patience: Duration,
    outputs: Arc<OutputFolder>,
    cell: Arc<Cell>,
}

impl Program {
    pub(crate) fn new(
        cell: &Arc<Cell>,
        outputs: &Arc<OutputFolder>,
        name: &str,
        mut command: Command,
    ) -> Self {
        command.stdin(Stdio::null());
        Self {
            name: name.into(),
            command,
            patience: Duration::from_secs(60),
            outputs: Arc::clone(outputs),
            cell: Arc::clone(cell),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Gives it standard input, e.g. an open file or a pipe.
    #[must_use]
    pub fn stdin(mut self, input: impl Into<Stdio>) -> Self {
        self.command.stdin(input);
        self
    }

    /// How long [`run`](Self::run) waits for its end; 60 seconds if nothing is said.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// [`StackError::NotStarted`], or [`StackError::TooLate`] when it does not end; a failure that it
    /// reports itself is in [`Finished::status`].
    pub fn run(self) -> Result<Finished, StackError> {
        let patience = self.patience;
        let mut process = self.start()?;
        let status = process.wait(patience)?;
        Ok(Finished { status, stdout: process.stdout(), stderr: process.stderr() })
    }

    /// Starts it and lets it run.
    ///
    /// # Errors
    /// [`StackError::NotStarted`].
    pub fn start(self) -> Result<Process, StackError> {
        let output = self.outputs.for_program(&self.name);
        Process::start(&self.cell, &self.name, self.command, output)
    }
}

/// A program that has run to its end.
#[derive(Clone, Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}
