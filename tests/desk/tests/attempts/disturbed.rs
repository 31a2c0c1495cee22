//! Attempts that something comes between: other programs, hands at the card, silence.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use lanyard_dbus::Error;
use lanyard_desk::{CURRENT, Desk, Sitting, card, card_of_new, reader};
use lanyard_iso7816::Status;
use lanyard_settings::Settings;
use lanyard_virtcard::{Card, Fault};
use lanyard_witness::{Does, Options, Person, ended, number, text};

use crate::elsewhere;

/// What another program is answered when it verifies a passcode with the card in this reader.
fn verified_elsewhere(sitting: &Sitting, passcode: &str) -> Status {
    let verify = |card: &mut Card| elsewhere::verify(card, passcode);
    sitting.desk.readers.with_card(&sitting.front, verify).unwrap()
}

#[tokio::test]
async fn a_try_that_another_program_spent_meanwhile_is_shown_before_the_next_is() {
    let mut sitting = Sitting::with("nurse").await;
    let held = sitting.held().await;
    sitting.person.then(Does::types("999999")).then(Does::types(CURRENT));
    let request = sitting.desk.client.request("/", Options::new()).await;
    sitting.person.is_shown_something().await;
    assert_eq!(verified_elsewhere(&sitting, "000000"), Status::with_tries_left(2));
    drop(held);
    assert_eq!(ended(&request).await.words(), ("ok", ""));
    let shown: Vec<_> = sitting.person.shown().iter().map(|it| it.number("tries-left")).collect();
    assert_eq!(shown, [Some(3), Some(2)]);
    assert_eq!(sitting.passcodes_heard(), 1, "what was entered for three tries was not sent");
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_another_program_verified_is_no_open_door() {
    let mut sitting = Sitting::with("nurse").await;
    sitting.desk.client.card_in_state("ready").await;
    assert_eq!(verified_elsewhere(&sitting, CURRENT), Status::SUCCESS);
    let refused = sitting.enters(Does::types("999999")).await;
    assert_eq!((refused.words(), refused.tries_left()), (("refused", ""), Some(2)));
    assert!(!sitting.is_verified());
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_was_reset_before_is_recognised_and_sent_the_passcode_once() {
    let mut sitting = Sitting::with("nurse").await;
    let held = sitting.held().await;
    sitting.person.then(Does::types(CURRENT));
    let request = sitting.desk.client.request("/", Options::new()).await;
    sitting.person.is_shown_something().await;
    sitting.desk.readers.reset(&sitting.front);
    drop(held);
    assert_eq!(ended(&request).await.words(), ("ok", ""));
    assert_eq!((sitting.person.shown().len(), sitting.passcodes_heard()), (1, 1));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_is_reset_with_the_passcode_on_its_way_is_sent_it_never_again() {
    let mut sitting = Sitting::with("nurse").await;
    sitting.fails(Fault::ResetAfter(2)).await;
    let lost = sitting.enters(Does::types(CURRENT)).await;
    assert_eq!(lost.words(), ("failed", "no-answer"));
    assert_eq!((sitting.tries(), sitting.passcodes_heard()), (3, 1));
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_is_taken_out_while_the_person_is_asked_takes_the_prompt_along() {
    let mut sitting = Sitting::with("nurse").await;
    let request = sitting.desk.client.request("/", Options::new()).await;
    sitting.person.is_shown_something().await;
    sitting.person.shown();
    sitting.pulled().await;
    assert_eq!(ended(&request).await.words(), ("card-removed", ""));
    sitting.person.is_shown_something().await;
    let told = sitting.person.shown();
    assert_eq!((told[0].method, told[0].text("reason")), ("Cancel", Some("card-removed")));
    assert_eq!(sitting.passcodes_heard(), 0);
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_is_pulled_with_the_passcode_on_its_way_keeps_its_strike() {
    let mut sitting = Sitting::with("nurse").await;
    sitting.desk.tap.pulls_the_card();
    assert_eq!(sitting.enters(Does::types("999999")).await.words(), ("card-removed", ""));
    sitting.desk.client.card_removed().await;
    let card = sitting.desk.tap.pulled().unwrap();
    sitting.desk.readers.insert_again(&sitting.front, card);
    let properties = sitting.desk.client.card_in_state("ready").await;
    assert_eq!(number(&properties, "PasscodeTriesLeft"), 2);
    sitting.person.shown();
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    assert_eq!(sitting.person.shown()[0].number("tries-left"), Some(2));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_takes_another_s_place_while_the_person_types_hears_no_passcode() {
    let mut sitting = Sitting::with("nurse").await;
    let held = sitting.held().await;
    sitting.person.then(Does::types(CURRENT));
    let request = sitting.desk.client.request("/", Options::new()).await;
    sitting.person.is_shown_something().await;
    sitting.desk.readers.insert(&sitting.front, card("rich"));
    drop(held);
    assert_eq!(ended(&request).await.words(), ("card-removed", ""));
    sitting.desk.client.card_in_state("ready").await;
    assert_eq!(sitting.passcodes_heard(), 0);

    let first = sitting.person.shown()[0].text("holder").unwrap().to_owned();
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    let shown = sitting.person.shown();
    let second = shown.iter().find_map(|it| it.text("holder")).unwrap();
    assert_ne!(second, first, "the holder of the other card was asked");
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_is_known_is_read_with_three_commands() {
    let mut sitting = Sitting::with("nurse").await;
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    let card = sitting.pulled().await;
    sitting.desk.tap.forget();
    sitting.desk.readers.insert_again(&sitting.front, card);
    sitting.desk.client.card_in_state("ready").await;
    assert_eq!(sitting.desk.tap.heard().exchanges.len(), 3);
    sitting.desk.tap.forget();
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    assert_eq!(sitting.desk.tap.heard().exchanges.len(), 4 + 2, "and two that log it out");
    sitting.desk.stop().await.unwrap();
}

/// The nurse's card with new certificates, as after a repair: the same number, another kind of key.
const REPAIRED: &str = "[[persona]]\nname = \"nurse\"\nabout = \"repaired\"\n\
    holder-uuid = \"999900000102\"\nholder-name = \"Test Nurse\"\nalgorithm = \"p384\"\n";

#[tokio::test]
async fn a_card_that_was_repaired_is_read_anew_when_it_does_not_prove_what_was_remembered() {
    let mut sitting = Sitting::with("nurse").await;
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    sitting.pulled().await;
    sitting.desk.readers.insert(&sitting.front, card_of_new("nurse", REPAIRED));
    sitting.desk.client.card_in_state("ready").await;
    let first = sitting.enters(Does::types(CURRENT)).await;
    assert_eq!(first.words(), ("not-trusted", "no-signature"));
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_copy_of_a_card_is_not_trusted_however_often_it_tries() {
    let sitting = Sitting::with("clone").await;
    for _ in 0..2 {
        let ended = sitting.enters(Does::types(CURRENT)).await;
        assert_eq!(ended.words(), ("not-trusted", "key-not-held"));
        assert!(!sitting.is_verified());
    }
    sitting.desk.stop().await.unwrap();
}

/// Settings under which no card is waited for long.
fn impatient() -> Settings {
    let mut settings = Settings::default();
    settings.card.answer_within_ms = Duration::from_secs(1);
    settings
}

#[tokio::test]
async fn a_card_that_falls_silent_with_the_passcode_is_mute_until_it_is_taken_out() {
    let mut sitting = Sitting::with_settings("nurse", impatient()).await;
    sitting.fails(Fault::DiesAfter(2)).await;
    let mute = sitting.enters(Does::types(CURRENT)).await;
    assert_eq!(mute.words(), ("failed", "mute"));
    let properties = sitting.desk.client.card_in_state("unusable").await;
    assert_eq!(text(&properties, "Reason"), "mute");
    assert_eq!(sitting.desk.client.authenticate("/").await.words(), ("failed", "mute"));

    let silent = sitting.pulled().await;
    silent.lock().unwrap().set_fault(None);
    sitting.desk.readers.insert_again(&sitting.front, silent);
    sitting.desk.client.card_inserted().await;
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_release_that_waits_for_a_card_at_work_takes_no_attempt_s_place() {
    let mut sitting = Sitting::with("nurse").await;
    assert_eq!(sitting.enters(Does::types("999999")).await.outcome, "refused");
    let held = sitting.held().await;
    sitting.person.then(Does::types(CURRENT));
    let request = sitting.desk.client.request("/", Options::new()).await;
    let card = sitting.desk.client.card(sitting.card.clone()).await;
    let (released, ()) = tokio::join!(card.release_block(), async { drop(held) });
    assert!(released.is_ok(), "{released:?}");
    assert_eq!(ended(&request).await.words(), ("ok", ""));
    drop(card);
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn who_wants_a_card_released_that_never_comes_back_from_work_is_told_so() {
    let mut sitting = Sitting::with("nurse").await;
    sitting.fails(Fault::DiesAfter(2)).await;
    sitting.person.then(Does::types(CURRENT));
    let request = sitting.desk.client.request("/", Options::new()).await;
    sitting.desk.tap.hears_a_passcode().await;
    let card = sitting.desk.client.card(sitting.card.clone()).await;
    let (first, second) = tokio::join!(card.release_block(), async {
        let second = card.release_block().await;
        sitting.desk.readers.remove(&sitting.front);
        second
    });
    assert!(matches!(first, Err(Error::NotIdentified(_))), "{first:?}");
    assert!(matches!(second, Err(Error::CardBusy(_))), "{second:?}");
    assert_eq!(ended(&request).await.words(), ("card-removed", ""));
    drop(card);
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_released_card_is_asked_for_once() {
    let sitting = Sitting::with("ten-tries").await;
    for _ in 0..2 {
        assert_eq!(sitting.enters(Does::types("999999")).await.outcome, "refused");
    }
    let card = sitting.card.clone();
    sitting.desk.client.card(card).await.release_block().await.unwrap();
    sitting.person.shown();
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    let shown: Vec<_> = sitting.person.shown().iter().map(|it| it.number("tries-left")).collect();
    assert_eq!(shown, [Some(3)]);
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn two_cards_in_two_readers_do_not_disturb_each_other() {
    let (left, right) = (reader("Left"), reader("Right"));
    let mut desk = Desk::with_readers(Settings::default(), &[&left, &right]).await;
    let person = Person::new();
    person.sit_at(desk.client.connection()).await;
    desk.client.register_agent().await;
    let mut requests = Vec::new();
    let mut held = Vec::new();
    for (name, persona, types) in [(&left, "nurse", CURRENT), (&right, "rich", "999999")] {
        desk.readers.insert(name, card(persona));
        let (path, _) = desk.client.card_inserted().await;
        while desk.tap.heard().exchanges.iter().all(|heard| heard.reader != *name) {
            desk.client.signal(|_| Some(())).await;
        }
        held.extend(desk.readers.hold(name));
        person.then(Does::types(types));
        requests.push(desk.client.request(&path, Options::new()).await);
        person.is_shown_something().await;
        person.shown();
    }
    drop(held);
    assert_eq!(ended(&requests[0]).await.words(), ("ok", ""));
    let refused = ended(&requests[1]).await;
    assert_eq!((refused.words(), refused.tries_left()), (("refused", ""), Some(2)));
    let tries = |name| desk.readers.with_card(name, |card| card.tries().passcode).unwrap();
    assert_eq!((tries(&left), tries(&right)), (3, 2));
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn refusals_are_counted_across_readers() {
    let (left, right) = (reader("Left"), reader("Right"));
    let mut desk = Desk::with_readers(Settings::default(), &[&left, &right]).await;
    let person = Person::new();
    person.sit_at(desk.client.connection()).await;
    desk.client.register_agent().await;
    let card = Arc::new(Mutex::new(card("ten-tries")));
    for (name, does, words) in [
        (&left, Does::types("999991"), ("refused", "")),
        (&right, Does::types("999992"), ("refused", "")),
        (&left, Does::types_with_yes("999993"), ("now-blocked", "blocked-here")),
        (&right, Does::Hangs, ("was-blocked", "blocked-here")),
    ] {
        desk.readers.insert_again(name, card.clone());
        desk.client.card_inserted().await;
        person.forget();
        person.then(does);
        assert_eq!(desk.client.authenticate("/").await.words(), words);
        desk.readers.remove(name);
        desk.client.card_removed().await;
    }
    assert_eq!(card.lock().unwrap().tries().passcode, 7);
    desk.stop().await.unwrap();
}
