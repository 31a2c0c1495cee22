//! The card: a `lanyard-virtcard` on this side, plugged into the guest's reader by the vscard protocol.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use lanyard_stack::own_program;
use serde_json::Value;

use crate::error::MachineError;
use crate::lines::Lines;

/// Making an RSA key takes seconds on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A virtual card, outside at first. Dropping it pulls it.
#[derive(Debug)]
pub(crate) struct VirtualCard {
    process: Child,
    control: PathBuf,
}

impl VirtualCard {
    /// Starts the program, with the cards of a PKI, for the reader behind `reader`, which need not be there yet.
    pub(crate) fn start(
        persona: &str,
        pki: &Path,
        reader: &Path,
        folder: &Path,
    ) -> Result<Self, MachineError> {
        let doing = || MachineError::io("starting the virtual card");
        let control = folder.join("card-control");
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM"]).arg(own_program("lanyard-virtcard")?);
        command.args(["--out", "--persona", persona, "--vscard"]).arg(reader);
        command.arg("--ca").arg(pki).arg("--state").arg(pki.join("cards"));
        command.arg("--control").arg(&control).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(doing())?;
        let ready = process.stdout.take().map(|output| {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map(|_| line)
        });
        let card = Self { process, control };
        ready.transpose().map_err(doing())?;
        Ok(card)
    }

    /// Puts it into the reader, which must be there.
    pub(crate) fn insert(&self) -> Result<(), MachineError> {
        self.order("insert")
    }

    /// Pulls it.
    pub(crate) fn remove(&self) -> Result<(), MachineError> {
        self.order("remove")
    }

    /// Pulls it and puts another persona's in, as fast as can be.
    pub(crate) fn swap(&self, persona: &str) -> Result<(), MachineError> {
        self.order(&format!("swap {persona}"))
    }

    fn order(&self, order: &str) -> Result<(), MachineError> {
        let doing = || MachineError::io(format!("ordering the virtual card to {order}"));
        let mut lines = Lines::connect(&self.control).map_err(doing())?;
        lines.say(order).map_err(doing())?;
        let answer = lines.hear(PATIENCE).map_err(doing())?;
        let value: Value = serde_json::from_str(&answer).unwrap_or_default();
        if value.get("ok") == Some(&Value::Bool(true)) {
            return Ok(());
        }
        Err(MachineError::Refused { order: order.to_owned(), answer })
    }
}

impl Drop for VirtualCard {
    fn drop(&mut self) {
        // With or without it, the process is gone afterwards.
        let _ended = self.order("quit");
        let _killed = self.process.kill();
        let _waited = self.process.wait();
    }
}
