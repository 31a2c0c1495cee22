//! `lanyardctl` and sessions with the real daemon: signing in, choosing a role, what a role lacks, locking, leaving,
//! and what is watched meanwhile.

mod choosing;
mod directory;
mod watched;

use std::{io::Write as _, time::Duration};

use lanyard_stack::{Card, Daemon, Finished, Stack};
use lanyard_witness::Witness;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(20);

const PASSCODE: &str = "123456\n";

/// A desk with this card in its first reader, and nobody signed in.
struct Desk {
    stack: Stack,
    _daemon: Daemon,
    _witness: Witness,
    card: Card,
}

impl Desk {
    async fn with(persona: &str) -> Self {
        Self::with_settings(persona, "").await
    }

    async fn with_settings(persona: &str, settings: &str) -> Self {
        let stack = Stack::start().unwrap();
        let daemon = stack.daemon(settings).unwrap();
        let mut witness = Witness::on_bus(stack.bus().address()).await;
        let card = stack.card(0, persona).unwrap();
        witness.card_that_was_read().await;
        Self { stack, _daemon: daemon, _witness: witness, card }
    }

    /// Runs `lanyardctl` with these lines as its standard input.
    fn runs(&self, arguments: &[&str], lines: &str) -> Finished {
        let mut input = tempfile::NamedTempFile::new().unwrap();
        input.write_all(lines.as_bytes()).unwrap();
        let program = self.stack.own("lanyardctl").unwrap();
        let program = program.args(["--bus", self.stack.bus().address()]).args(arguments);
        program.stdin(input.reopen().unwrap()).patience(PATIENCE).run().unwrap()
    }

    /// What it says to people, and its exit code.
    fn says(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let finished = self.runs(arguments, "");
        (finished.status.code(), finished.stdout + &finished.stderr)
    }

    /// What it says to machines, which ends with this.
    fn json(&self, arguments: &[&str], code: i32) -> Vec<Value> {
        let finished = self.runs(&[&["--json"], arguments].concat(), "");
        assert_eq!(finished.status.code(), Some(code), "{finished:?}");
        finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The holder signs in.
    fn signs_in(&self) -> String {
        self.signs_in_by(PASSCODE)
    }

    /// The holder signs in with this passcode.
    fn signs_in_by(&self, passcode: &str) -> String {
        let login = self.runs(&["login"], passcode);
        assert_eq!(login.status.code(), Some(0), "{login:?}");
        login.stdout
    }
}
