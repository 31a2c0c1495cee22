//! A person with a card at a desk: what most stories about passcodes begin with.

use lanyard_stack::{Card, Daemon, Stack};
use lanyard_witness::{Does, Ended, Options, Person, Witness, ended, number};
use serde_json::Value;

use crate::stage;

/// The passcode of most personas, and one that is wrong.
pub(crate) const RIGHT: &str = "123456";
pub(crate) const WRONG: &str = "999999";

/// A stack with a daemon, a card that has been read, and a person at the desktop's agent.
pub(crate) struct Sitting {
    pub(crate) stack: Stack,
    pub(crate) daemon: Daemon,
    pub(crate) witness: Witness,
    pub(crate) card: Card,
    pub(crate) person: Person,
}

impl Sitting {
    pub(crate) async fn with(persona: &str) -> Self {
        let (stack, daemon, witness) = stage(2).await;
        Self::at(stack, daemon, witness, persona).await
    }

    /// As [`with`](Self::with), with these settings of the daemon.
    pub(crate) async fn with_settings(persona: &str, settings: &str) -> Self {
        Self::on(Stack::start().unwrap(), persona, settings).await
    }

    /// As [`with_settings`](Self::with_settings), on this stack.
    pub(crate) async fn on(stack: Stack, persona: &str, settings: &str) -> Self {
        let daemon = stack.daemon(settings).unwrap();
        let witness = Witness::on_bus(stack.bus().address()).await;
        Self::at(stack, daemon, witness, persona).await
    }

    async fn at(stack: Stack, daemon: Daemon, mut witness: Witness, persona: &str) -> Self {
        let card = stack.card(0, persona).unwrap();
        let person = Person::new();
        person.sit_at(witness.connection()).await;
        witness.register_agent().await;
        witness.card_that_was_read().await;
        Self { stack, daemon, witness, card, person }
    }

    /// A request to be authenticated, to which the person does this.
    pub(crate) async fn enters(&mut self, does: Does) -> Ended {
        self.person.then(does);
        self.witness.authenticate("/").await
    }

    /// A request to change the passcode, with these entries.
    pub(crate) async fn changes(&mut self, entries: [&str; 3]) -> Ended {
        for entry in entries {
            self.person.then(Does::types(entry));
        }
        let card = self.witness.cards().await.remove(0);
        ended(&self.witness.change(card, Options::new()).await).await
    }

    /// The tries that are published.
    pub(crate) async fn published(&mut self) -> i32 {
        number(&self.witness.card_that_was_read().await, "PasscodeTriesLeft")
    }

    /// The tries that the card itself has, as the one who made it knows.
    pub(crate) fn tries(&self) -> i32 {
        let status = self.card.command("status").unwrap();
        let tries = status.get("tries").and_then(Value::as_i64).unwrap();
        i32::try_from(tries).unwrap()
    }

    /// Runs an outside program to its end; `line` is its command line, cut at spaces. Whether it was
    /// content, and everything it wrote.
    pub(crate) fn ask(&self, line: &str) -> (bool, String) {
        let mut words = line.split(' ');
        let program = self.stack.command(words.next().unwrap_or_default());
        let finished = program.args(words).run().unwrap();
        (finished.status.success(), finished.stdout + &finished.stderr)
    }
}
