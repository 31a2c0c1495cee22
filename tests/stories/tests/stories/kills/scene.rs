//! A daemon, a card and a person, where the daemon is killed in the middle and comes back.

use std::{fs, path::PathBuf};

use lanyard_stack::Tracer;
use lanyard_witness::{Does, Options, Properties};
use serde_json::Value;
use zbus::Message;

use super::points::{Point, REHEARSAL, points};
use crate::sitting::Sitting;

/// What a card's thread is called.
const THREAD: &str = "card-";

/// What became of an attempt, as the client saw it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It was told this outcome.
    Told(String),
    /// The daemon left the bus without a word.
    Silence,
}

/// What a person does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act<'a> {
    SignsInWith(&'a str),
    Changes(&'a str, &'a str),
}

/// The stage of a test.
pub(super) struct Scene(Sitting);

impl Scene {
    pub(super) async fn with(persona: &str) -> Self {
        let sitting = Sitting::with(persona).await;
        sitting.witness.hear_of_the_daemon_itself().await;
        Self(sitting)
    }

    /// An attempt that nothing happens to, and the points at which something could have.
    pub(super) async fn rehearse(&mut self, act: Act<'_>) -> Vec<Point> {
        let tracer = self.trace(&REHEARSAL);
        self.attempt(act).await;
        points(&tracer.detach().unwrap())
    }

    /// An attempt in which the daemon is killed at this point.
    pub(super) async fn killed_at(&mut self, point: &Point, act: Act<'_>) -> Fate {
        let [option, injection] = point.kill();
        let tracer = self.trace(&[&option, &injection]);
        let fate = self.attempt(act).await;
        tracer.detach().unwrap();
        fate
    }

    fn trace(&mut self, options: &[&str]) -> Tracer {
        let Sitting { stack, daemon, .. } = &mut self.0;
        Tracer::attach(stack, daemon.process(), THREAD, options).unwrap()
    }

    /// Somebody does that, and risks the last try.
    pub(super) async fn attempt(&mut self, act: Act<'_>) -> Fate {
        match act {
            Act::SignsInWith(passcode) => {
                self.0.person.then(Does::types_with_yes(passcode));
                self.request().await
            }
            Act::Changes(current, new) => {
                for entry in [current, new, new] {
                    self.0.person.then(Does::types_with_yes(entry));
                }
                let card = self.0.witness.cards().await.remove(0);
                self.0.witness.change(card, Options::new()).await;
                self.0.witness.signal(fate).await
            }
        }
    }

    /// Somebody wants to be authenticated.
    pub(super) async fn request(&mut self) -> Fate {
        self.0.witness.request("/", Options::new()).await;
        self.0.witness.signal(fate).await
    }

    /// The daemon is started again, on the same records; the tries that it publishes once it has read the
    /// card.
    pub(super) async fn again(&mut self) -> i32 {
        let Sitting { stack, daemon, .. } = &mut self.0;
        daemon.restart(stack).unwrap();
        self.0.witness.register_agent().await;
        self.published().await
    }

    /// The tries that are published.
    pub(super) async fn published(&mut self) -> i32 {
        self.0.published().await
    }

    /// How often the audit log has this event.
    pub(super) fn recorded(&self, event: &str) -> usize {
        let log = fs::read_to_string(self.audit_log()).unwrap();
        log.matches(&format!("\"event\":\"{event}\"")).count()
    }

    /// The audit log is whole, its torn ends closed.
    pub(super) fn audit_log_is_whole(&self) {
        let report = lanyard_audit::verify(&[self.audit_log()], None).unwrap();
        assert!(report.is_whole(), "{report:?}");
    }

    fn audit_log(&self) -> PathBuf {
        self.0.stack.folder().join("records/audit.jsonl")
    }

    /// An administrator gives the card its tries here back.
    pub(super) async fn release(&mut self) {
        let card = self.0.witness.cards().await.remove(0);
        self.0.witness.card(card).await.release_block().await.unwrap();
        self.0.witness.card_in_state("ready").await;
    }

    /// The tries that the card itself has, and whether it is verified.
    pub(super) fn on_card(&self) -> (i32, bool) {
        let status = self.0.card.command("status").unwrap();
        let verified = status.get("verified").and_then(Value::as_bool).unwrap();
        (self.0.tries(), verified)
    }
}

fn fate(message: &Message) -> Option<Fate> {
    let header = message.header();
    match header.member()?.as_str() {
        "Completed" => {
            let body = message.body();
            let (outcome, _): (String, Properties) = body.deserialize().unwrap();
            Some(Fate::Told(outcome))
        }
        "NameOwnerChanged" => {
            let body = message.body();
            let (_, _, owner): (String, String, String) = body.deserialize().unwrap();
            owner.is_empty().then_some(Fate::Silence)
        }
        _ => None,
    }
}
