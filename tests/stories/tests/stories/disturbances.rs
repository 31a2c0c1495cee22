//! What happens to a card in the middle: it is pulled, reset, held or tried by others, or is a copy.

use std::io::pipe;

use lanyard_witness::{Does, Options, PATIENCE, ended};
use tokio::time::timeout;

use crate::sitting::{RIGHT, Sitting, WRONG};

impl Sitting {
    /// A request to which the person types this, after something else has happened.
    async fn enters_after(&mut self, passcode: &str, what: impl FnOnce(&Self)) -> (String, String) {
        self.person.then(Does::types_when_told(passcode));
        let request = self.witness.request("/", Options::new()).await;
        timeout(PATIENCE, self.person.is_shown_something()).await.unwrap();
        what(self);
        self.person.goes_on();
        let ended = ended(&request).await;
        (ended.outcome.clone(), ended.reason().to_owned())
    }
}

fn words(outcome: &str, reason: &str) -> (String, String) {
    (outcome.to_owned(), reason.to_owned())
}

#[tokio::test]
async fn a_card_pulled_during_verify_has_spent_one_try_and_everybody_knows() {
    let mut sitting = Sitting::with("nurse").await;
    for tries in [2, 1] {
        sitting.card.command("fault pulled-during-verify").unwrap();
        let ended = sitting.enters(Does::types(WRONG)).await;
        assert_eq!(ended.words(), ("card-removed", ""), "{tries}");
        sitting.witness.card_removed().await;
        sitting.card.insert().unwrap();
        sitting.witness.card_in_state("ready").await;
        assert_eq!((sitting.published().await, sitting.tries()), (tries, tries));
    }
    assert_eq!(sitting.enters(Does::types_with_yes(RIGHT)).await.words(), ("ok", ""));
    assert_eq!((sitting.published().await, sitting.tries()), (3, 3));
}

#[tokio::test]
async fn a_card_pulled_while_the_person_is_asked_ends_the_prompt() {
    let sitting = Sitting::with("nurse").await;
    sitting.person.then(Does::Hangs);
    let request = sitting.witness.request("/", Options::new()).await;
    timeout(PATIENCE, sitting.person.is_shown_something()).await.unwrap();
    sitting.person.shown();
    sitting.card.remove().unwrap();
    assert_eq!(ended(&request).await.words(), ("card-removed", ""));
    timeout(PATIENCE, sitting.person.is_shown_something()).await.unwrap();
    assert_eq!(sitting.person.shown()[0].method, "Cancel");
    assert_eq!(sitting.tries(), 3);
}

#[tokio::test]
async fn a_reset_by_another_program_while_the_person_is_asked_costs_nothing() {
    for kind in ["warm", "cold"] {
        let mut sitting = Sitting::with("nurse").await;
        let reset = |sitting: &Sitting| {
            let (done, said) = sitting.ask(&format!("opensc-tool --reset={kind}"));
            assert!(done, "{said}");
        };
        assert_eq!(sitting.enters_after(RIGHT, reset).await, words("ok", ""), "{kind}");
        assert_eq!((sitting.published().await, sitting.tries()), (3, 3), "{kind}");
    }
}

/// Two tries are left when three were shown: the person is asked again, and sees two.
#[tokio::test]
async fn a_try_that_another_program_spends_meanwhile_is_shown_before_the_next() {
    let mut sitting = Sitting::with("nurse").await;
    let spend = |sitting: &Sitting| {
        let verify = format!("yubico-piv-tool --reader Virtual -a verify-pin -P {WRONG}");
        assert!(!sitting.ask(&verify).0);
        sitting.person.then(Does::types(RIGHT));
    };
    assert_eq!(sitting.enters_after(WRONG, spend).await, words("ok", ""));
    let shown = sitting.person.shown();
    let tries: Vec<_> = shown.iter().filter_map(|shown| shown.number("tries-left")).collect();
    assert_eq!(tries, [3, 2], "{shown:?}");
    assert_eq!((sitting.published().await, sitting.tries()), (3, 3), "the wrong one was not sent");
}

#[tokio::test]
async fn a_card_that_another_program_holds_is_busy_and_no_try_is_spent() {
    let mut sitting = Sitting::with_settings("nurse", "[card]\nfree-within-ms = 500\n").await;
    let reader = sitting.stack.reader_names().remove(0);
    let (input, let_go) = pipe().unwrap();
    let holder = sitting.stack.own("lanyard-pcsc").unwrap().args(["hold", &reader, "20000"]);
    let mut holder = holder.stdin(input).start().unwrap();
    holder.wait_for_line("held", PATIENCE, |line| line == "held").unwrap();
    assert_eq!(sitting.enters(Does::types(WRONG)).await.words(), ("busy", ""));
    assert_eq!(sitting.tries(), 3);
    drop(let_go);
    assert!(holder.wait(PATIENCE).unwrap().success());
    let refused = sitting.enters(Does::types(WRONG)).await;
    assert_eq!(
        refused.tries_left(),
        Some(2),
        "what was given up is not sent when the card is free"
    );
    assert_eq!(sitting.enters(Does::types(RIGHT)).await.words(), ("ok", ""));
    assert_eq!((sitting.published().await, sitting.tries()), (3, 3));
}

#[tokio::test]
async fn a_copy_of_a_card_is_told_apart_by_its_key() {
    let mut sitting = Sitting::with("clone").await;
    let ended = sitting.enters(Does::types(RIGHT)).await;
    assert_eq!(ended.words(), ("not-trusted", "key-not-held"));
    assert_eq!(sitting.tries(), 3);
    let log = sitting.stack.folder().join("records/audit.jsonl");
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("\"outcome\":\"not-trusted\""), "{log}");
}
