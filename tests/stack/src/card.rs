//! A virtual card: a `lanyard-virtcard` in the cell, steered by lines on its control socket.
//!
//! Every command is one line, every answer one line of JSON. What a persona is and which faults there
//! are, that program knows.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::drawer::Drawer;
use crate::error::StackError;
use crate::process::Process;
use crate::programs::own_program;
use crate::stack::Stack;

/// Making an RSA key takes seconds on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

const PROGRAM: &str = "lanyard-virtcard";

/// Where a card is at first.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    InReader,
    Outside,
}

impl Place {
    const fn option(self) -> &'static str {
        match self {
            Self::InReader => "--insert",
            Self::Outside => "--out",
        }
    }
}

/// A virtual card and the reader it belongs to. Dropping it pulls it.
#[derive(Debug)]
pub struct Card {
    control: PathBuf,
    /// Where the stack keeps its cards, and where they are kept for other stacks.
    kept: PathBuf,
    drawer: Drawer,
    process: Process,
}

impl Card {
    pub(crate) fn start(
        stack: &Stack,
        slot: usize,
        persona: &str,
        place: Place,
    ) -> Result<Self, StackError> {
        let failed = || StackError::io("using the drawer of issued cards");
        let control = stack.folder().join(format!("card-{slot}.sock"));
        let kept = stack.folder().join("cards");
        let drawer = Drawer::of(&own_program(PROGRAM)?, stack.folder()).map_err(failed())?;
        drawer.lend(&kept).map_err(failed())?;

        let mut process = stack
            .own(PROGRAM)?
            .args(["--persona", persona])
            .arg("--vpcd")
            .arg(format!("127.0.0.1:{}", stack.port(slot)?))
            .arg("--state")
            .arg(&kept)
            .arg("--ca")
            .arg(stack.pki())
            .arg("--control")
            .arg(&control)
            .arg(place.option())
            .start()?;
        process.wait_for_line("being ready", PATIENCE, |line| line.contains("\"ready\""))?;
        let card = Self { control, kept, drawer, process };
        card.keep(persona)?;
        Ok(card)
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
        self.command(&format!("swap {persona}"))?;
        self.keep(persona)
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
        let answer =
            self.exchange(line).map_err(StackError::io(format!("saying `{line}` to a card")))?;
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

    /// Keeps a card that has just been issued for later stacks.
    fn keep(&self, persona: &str) -> Result<(), StackError> {
        let kept = self.drawer.keep(&self.kept, persona);
        kept.map_err(StackError::io("keeping an issued card"))
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
