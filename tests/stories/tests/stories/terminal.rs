//! `lanyardctl` with the real daemon: passcodes by lines of standard input, and on a real terminal.

mod lines;
mod typed;

use std::{io::Write as _, time::Duration};

use lanyard_dbus::CardProxy;
use lanyard_stack::{Card, Daemon, Finished, Stack};
use lanyard_witness::Witness;
use zbus::OwnedObjectPath;

use crate::stage;

const PATIENCE: Duration = Duration::from_secs(20);

const CURRENT: &str = "123456";

const NEW: &str = "739150";

/// A desk with this card in its first reader.
struct Desk {
    stack: Stack,
    daemon: Daemon,
    witness: Witness,
    card: Card,
    path: OwnedObjectPath,
}

impl Desk {
    async fn with(persona: &str) -> Self {
        let (stack, daemon, mut witness) = stage(2).await;
        let card = stack.card(0, persona).unwrap();
        let (path, _) = witness.card_inserted().await;
        witness.card_in_state("ready").await;
        Self { stack, daemon, witness, card, path }
    }

    /// Waits until this card is read too.
    async fn is_read(&mut self, card: &OwnedObjectPath) {
        while self.witness.card(card.clone()).await.state().await.unwrap() == "reading" {
            self.witness.card_state_changed().await;
        }
    }

    /// Runs `lanyardctl` with these lines as its standard input.
    fn runs(&self, arguments: &[&str], lines: &str) -> Finished {
        let mut input = tempfile::NamedTempFile::new().unwrap();
        input.write_all(lines.as_bytes()).unwrap();
        let program = self.stack.own("lanyardctl").unwrap();
        let program = program.args(["--bus", self.stack.bus().address()]).args(arguments);
        program.stdin(input.reopen().unwrap()).patience(PATIENCE).run().unwrap()
    }

    /// The tries that the card says it has left.
    async fn tries(&self) -> i32 {
        let card: CardProxy<'_> = self.witness.card(self.path.clone()).await;
        card.passcode_tries_left().await.unwrap()
    }
}

/// The exit code and the words.
fn told(finished: &Finished) -> (Option<i32>, &str) {
    (finished.status.code(), finished.stdout.trim_end())
}
