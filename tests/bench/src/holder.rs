//! A holder at a desktop, who inserts cards and enters passcodes, and the cards she has.

use std::time::Instant;

use lanyard_dbus::CardDescription;
use lanyard_stack::{Card, Stack};
use lanyard_witness::{Does, Person, Witness};
use tokio::runtime::Runtime;

use crate::{BenchError, traffic::as_figure, witness};

/// A card with one certificate.
pub(crate) struct Sort {
    /// What its figures are called.
    pub(crate) name: &'static str,
    pub(crate) persona: &'static str,
    pub(crate) passcode: &'static str,
}

/// Its passcode is one that other programs take as well.
pub(crate) const P256: Sort = Sort { name: "p256", persona: "student", passcode: "123456" };

pub(crate) const RSA: Sort = Sort { name: "rsa", persona: "pharmacist", passcode: "2468" };

/// The holder, her agent, and an application of hers.
#[derive(Debug)]
pub(crate) struct Holder {
    runtime: Runtime,
    witness: Witness,
    person: Person,
    passcode: &'static str,
}

impl Holder {
    /// Sits down at a daemon that is running.
    pub(crate) fn at(stack: &Stack, passcode: &'static str) -> Result<Self, BenchError> {
        let (runtime, witness) = witness(stack)?;
        let person = Person::new();
        runtime.block_on(async {
            person.sit_at(witness.connection()).await;
            witness.register_agent().await;
        });
        Ok(Self { runtime, witness, person, passcode })
    }

    /// Puts her card in and waits until it is identified; the bytes of its certificate.
    pub(crate) fn inserts(&mut self, card: &Card) -> Result<f64, BenchError> {
        card.insert()?;
        let described = self.runtime.block_on(async {
            let (path, _) = self.witness.card_inserted().await;
            self.witness.card_in_state("ready").await;
            self.witness.card(path).await.describe().await
        });
        let failed = |error: &dyn ToString| BenchError::Daemon(error.to_string());
        let described = described.map_err(|error| failed(&error))?;
        let described = CardDescription::from_answer(described).map_err(|error| failed(&error))?;
        Ok(as_figure(described.certificate.len() as u64))
    }

    /// Finds her card identified.
    pub(crate) fn finds_card(&mut self) {
        self.runtime.block_on(self.witness.card_in_state("ready"));
    }

    /// Pulls her card.
    pub(crate) fn removes(&mut self, card: &Card) -> Result<(), BenchError> {
        card.remove()?;
        self.sees_it_removed();
        Ok(())
    }

    /// Sees that it was pulled.
    pub(crate) fn sees_it_removed(&mut self) {
        self.runtime.block_on(self.witness.card_removed());
    }

    /// Is authenticated. When she had typed, and when the application knew.
    #[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
    pub(crate) fn authenticates(&mut self) -> Result<(Instant, Instant), BenchError> {
        self.person.then(Does::types(self.passcode));
        let ended = self.runtime.block_on(self.witness.authenticate_and_listen("/"));
        let known = Instant::now();
        if ended.outcome != "ok" {
            let (outcome, reason) = ended.words();
            let words = format!("an authentication ended with {outcome} {reason}");
            return Err(BenchError::Daemon(words));
        }
        let typed = self.person.typed_at().ok_or(BenchError::Empty("a passcode"))?;
        Ok((typed, known))
    }
}
