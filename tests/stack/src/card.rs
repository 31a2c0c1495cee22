//! A virtual card: a `lanyard-virtcard` in the cell, steered by lines on its control socket.
//!
//! Every command is one line, every answer one line of JSON. What a persona is and which faults there
//! are, that program knows.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::error::StackError;
use crate::process::Process;
use crate::stack::Stack;

/// Making an RSA key takes seconds on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A virtual card and the reader it belongs to. Dropping it pulls it.
#[derive(Debug)]
pub struct Card {
    control: PathBuf,
    process: Process,
}

impl Card {
    pub(crate) fn start(
        stack: &Stack,
        slot: usize,
        persona: &str,
        more: &[&str],
    ) -> Result<Self, StackError> {
        let control = stack.folder().join(format!("card-{slot}.sock"));
        let mut process = stack
            .own("lanyard-virtcard")?
            .args(["--persona", persona])
            .arg("--vpcd")
            .arg(format!("127.0.0.1:{}", stack.port(slot)?))
            .arg("--state")
            .arg(stack.folder().join("cards"))
            .arg("--ca")
            .arg(stack.folder().join("ca"))
            .arg("--control")
            .arg(&control)
            .args(more)
            .start()?;
        process.wait_for_line("being ready", PATIENCE, |line| line.contains("\"ready\""))?;
        Ok(Self { control, process })
    }

    /// Puts it into the reader, as it was.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn insert(&self) -> Result<(), StackError> {
        self.command("insert").map(drop)
    }

    /// Pulls it.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn remove(&self) -> Result<(), StackError> {
        self.command("remove").map(drop)
    }

    /// Puts another persona's card in its place, as fast as a hand never could.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn swap(&self, persona: &str) -> Result<(), StackError> {
        self.command(&format!("swap {persona}")).map(drop)
    }

    /// What it has been asked so far: APDUs and bytes.
    ///
    /// # Errors
    /// As [`command`](Self::command).
    pub fn counts(&self) -> Result<Value, StackError> {
        self.command("counts")
    }

    /// Sends a line and gives back the answer.
    ///
    /// # Errors
    /// [`StackError::CardRefused`] when the answer is not `ok`, [`StackError::Io`] when there is none.
    pub fn command(&self, line: &str) -> Result<Value, StackError> {
        let answer = self
            .exchange(line)
            .map_err(StackError::io(format!("saying `{line}` to a card")))?;
        let value: Value = serde_json::from_str(&answer).unwrap_or_default();
        if value.get("ok") == Some(&Value::Bool(true)) {
            return Ok(value);
        }
        let reason = value.get("error").and_then(Value::as_str);
        Err(StackError::CardRefused {
            command: line.into(),
            reason: reason.unwrap_or(&answer).into(),
        })
    }

    /// The process: number, output, signals.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    fn exchange(&self, line: &str) -> io::Result<String> {
        let mut stream = UnixStream::connect(&self.control)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        writeln!(stream, "{line}")?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer)?;
        Ok(answer)
    }
}
