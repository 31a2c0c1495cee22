//! A desk at which a card's certificate has been judged, and `lanyardctl` runs.

use std::{io::Write as _, path::Path};

use lanyard_stack::{Card, Finished, Stack};
use lanyard_witness::Does;
use serde_json::Value;

use crate::sitting::{RIGHT, Sitting};

/// One card and its holder.
pub(super) struct Desk {
    pub(super) sitting: Sitting,
}

impl Desk {
    pub(super) async fn with(persona: &str) -> Self {
        let mut desk = Self { sitting: Sitting::with(persona).await };
        desk.is_judged().await;
        desk
    }

    /// Puts another card in, and waits until its certificate is judged.
    pub(super) async fn swap(&mut self, persona: &str) {
        self.card().swap(persona).unwrap();
        self.sitting.witness.card_removed().await;
        self.sitting.witness.card_inserted().await;
        self.sitting.witness.card_that_was_read().await;
        self.is_judged().await;
    }

    /// No passcode is sent before the last word on the certificate.
    async fn is_judged(&mut self) {
        let asked = self.sitting.enters(Does::types(RIGHT)).await;
        assert!(["ok", "not-trusted"].contains(&&*asked.outcome), "{asked:?}");
        self.sitting.person.forget();
    }

    pub(super) fn card(&self) -> &Card {
        &self.sitting.card
    }

    pub(super) fn stack(&self) -> &Stack {
        &self.sitting.stack
    }

    pub(super) fn runs(&self, arguments: &[&str]) -> Finished {
        runs(self.stack(), arguments, "")
    }

    /// What machines are told of the card, and the exit code.
    pub(super) fn json(&self) -> (Value, Option<i32>) {
        json(&self.runs(&["certificate", "--json"]))
    }

    /// A new file with what `--pem` writes.
    pub(super) fn pem(&self) -> tempfile::NamedTempFile {
        let written = self.runs(&["certificate", "--pem"]);
        assert_eq!((written.status.code(), &*written.stderr), (Some(0), ""), "{written:?}");
        let mut file = tempfile::NamedTempFile::new_in(self.stack().folder()).unwrap();
        file.write_all(written.stdout.as_bytes()).unwrap();
        file
    }

    /// What `certificate check` makes of a file by the stack's own PKI, as of this time.
    pub(super) fn checked(&self, file: &Path, at: &str) -> (Value, Option<i32>) {
        let pki = self.stack().pki();
        let folder = |name: &str| pki.join(name).to_str().unwrap().to_owned();
        json(&self.runs(&[
            "certificate",
            "check",
            "--json",
            "--at",
            at,
            "--anchors",
            &folder("anchors"),
            "--intermediates",
            &folder("intermediates"),
            "--crls",
            &folder("lists"),
            file.to_str().unwrap(),
        ]))
    }
}

/// Runs `lanyardctl` with this as its standard input.
pub(super) fn runs(stack: &Stack, arguments: &[&str], input: &str) -> Finished {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(input.as_bytes()).unwrap();
    let program = stack.own("lanyardctl").unwrap().args(["--bus", stack.bus().address()]);
    program.args(arguments).stdin(file.reopen().unwrap()).run().unwrap()
}

pub(super) fn json(finished: &Finished) -> (Value, Option<i32>) {
    assert_eq!(finished.stdout.lines().count(), 1, "{finished:?}");
    (serde_json::from_str(&finished.stdout).unwrap(), finished.status.code())
}
