//! Each method from whoever should not call it.

use lanyard_dbus::Error;
use lanyard_stack::Stack;
use lanyard_stand_ins::MockedLogind;
use lanyard_witness::{Does, Options, Witness, ended};
use zbus::Variant;

use super::{
    machine::{
        COLLEAGUE, DESKS, HERS, Machine, NOT_DENIED, NURSE, STRANGER, THEIRS, each_method, why,
    },
    program::Program,
};
use crate::sitting::RIGHT;

/// Calls each method, and expects to be refused with these words where a desk or an owner is wanted.
async fn is_refused(who: &Witness, card: &zbus::OwnedObjectPath, words: &str) {
    for (method, answer) in each_method(who, card).await {
        let told = why(answer);
        match method {
            "ReleaseBlock" => assert!(told.contains("only an administrator"), "{told}"),
            // Of an agent that nobody registered it is said only that.
            "UnregisterPasscodeAgent" => assert!(told.contains("NoSuchAgent"), "{told}"),
            "Unsubscribe" => assert_eq!(told, NOT_DENIED),
            _ => assert!(told.contains(words), "{method}: {told}"),
        }
    }
}

#[tokio::test]
async fn she_who_sits_there_is_signed_in_and_told_whose_card_it_is() {
    let machine = Machine::new().await;
    let desktop = machine.desktop_of(NURSE).await;
    let (_card, path) = machine.card_in().await;
    let described = desktop.witness.card(path.clone()).await;
    assert!(described.describe().await.unwrap().contains_key("holder"));
    desktop.person.then(Does::types(RIGHT));
    assert_eq!(desktop.witness.authenticate(path.as_str()).await.words(), ("ok", ""));
    desktop.person.then(Does::types(RIGHT));
    assert_eq!(desktop.witness.authenticate("/").await.words(), ("ok", ""));
}

#[tokio::test]
async fn each_method_from_a_user_who_is_not_logged_in() {
    let machine = Machine::new().await;
    let (_card, path) = machine.card_in().await;
    let stranger = machine.program_of(STRANGER).await;
    is_refused(&stranger, &path, "not logged in").await;
}

#[tokio::test]
async fn each_method_from_the_session_in_the_background() {
    let machine = Machine::new().await;
    let (_card, path) = machine.card_in().await;
    let colleague = machine.program_of(COLLEAGUE).await;
    let words = "somebody else's session is in the foreground at seat0";
    for (method, answer) in each_method(&colleague, &path).await {
        match method {
            // Her agent may be there before she is.
            "RegisterPasscodeAgent"
            | "HasPasscodeAgent"
            | "UnregisterPasscodeAgent"
            | "Subscribe"
            | "Unsubscribe" => {
                answer.unwrap();
            }
            "CurrentSession" => assert!(matches!(answer, Err(Error::NoSession(_)))),
            "ReleaseBlock" => assert!(why(answer).contains("only an administrator")),
            _ => assert!(why(answer).contains(words), "{method}"),
        }
    }
}

#[tokio::test]
async fn each_method_from_another_seat_and_from_another_machine() {
    let machine = Machine::new().await;
    let (_card, path) = machine.card_in().await;
    let stranger = machine.program_of(STRANGER).await;
    machine.logind.log_in("7", "seat1", STRANGER).await;
    machine.logind.shows(STRANGER, "7").await;
    for (method, answer) in each_method(&stranger, &path).await {
        match method {
            "RegisterPasscodeAgent"
            | "HasPasscodeAgent"
            | "UnregisterPasscodeAgent"
            | "Subscribe"
            | "Unsubscribe" => {
                answer.unwrap();
            }
            "CurrentSession" => assert!(matches!(answer, Err(Error::NoSession(_)))),
            // There is no card at her seat: that is how the request ends.
            "Authenticate /" => assert!(answer.is_ok()),
            "ReleaseBlock" => assert!(why(answer).contains("only an administrator")),
            _ => assert!(why(answer).contains("the reader is at seat0, the caller at seat1")),
        }
    }
    let ssh = [("Remote", Variant::from(true)), ("Type", "tty".into())];
    machine.logind.log_in("8", "", STRANGER).await;
    machine.logind.becomes("8", &ssh).await;
    machine.logind.shows(STRANGER, "8").await;
    is_refused(&stranger, &path, "logged in from another machine").await;
}

#[tokio::test]
async fn each_method_from_a_session_of_nobody_s() {
    let machine = Machine::new().await;
    let (_card, path) = machine.card_in().await;
    let stranger = machine.program_of(STRANGER).await;
    machine.logind.log_in("7", "seat0", STRANGER).await;
    machine.logind.shows(STRANGER, "7").await;
    for class in ["greeter", "lock-screen", "background"] {
        machine.logind.becomes("7", &[("Class", class.into())]).await;
        is_refused(&stranger, &path, "which is nobody's desk").await;
    }
}

#[tokio::test]
async fn root_may_administer_and_look_and_signs_nobody_in() {
    let machine = Machine::new().await;
    let (_card, path) = machine.card_in().await;
    let root = machine.program_of(0).await;
    for (method, answer) in each_method(&root, &path).await {
        match method {
            "Describe" | "ReleaseBlock" | "Unsubscribe" => answer.unwrap(),
            "CurrentSession" => assert!(matches!(answer, Err(Error::NoSession(_)))),
            "UnregisterPasscodeAgent" => assert!(matches!(answer, Err(Error::NoSuchAgent(_)))),
            _ => assert!(why(answer).contains("not logged in"), "{method}"),
        }
    }
}

#[tokio::test]
async fn without_logind_nobody_is_let_in() {
    let stack = Stack::start().unwrap();
    let _daemon = stack.daemon(DESKS).unwrap();
    let mut witness = Program::start(&stack, STRANGER).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    let path = witness.cards().await.remove(0);
    for (method, answer) in each_method(&witness, &path).await {
        if !matches!(method, "ReleaseBlock" | "UnregisterPasscodeAgent" | "Unsubscribe") {
            assert!(why(answer).contains("logind is not running"), "{method}");
        }
    }
}

#[tokio::test]
async fn a_logind_that_dies_lets_nobody_in_and_one_that_comes_back_does() {
    let mut machine = Machine::new().await;
    let desktop = machine.desktop_of(NURSE).await;
    let (card, path) = machine.card_in().await;
    let request = desktop.witness.request(path.as_str(), Options::new()).await;
    desktop.person.is_shown_something().await;
    machine.logind.kill().await;
    assert_eq!(ended(&request).await.words(), ("cancelled", ""));
    for (method, answer) in each_method(&desktop.witness, &path).await {
        match method {
            "UnregisterPasscodeAgent" | "Unsubscribe" => answer.unwrap(),
            "ReleaseBlock" => assert!(why(answer).contains("only an administrator")),
            _ => assert!(why(answer).contains("logind is not running"), "{method}"),
        }
    }
    machine.logind = MockedLogind::start(&machine.bus).await;
    machine.logind.log_in(HERS, "seat0", NURSE).await;
    machine.logind.shows(NURSE, HERS).await;
    desktop.witness.register_agent().await;
    desktop.person.forget().then(Does::types(RIGHT));
    // It may have been read before she was logged in: then the card has lost its owner.
    machine.card_out(card).await;
    let _card = machine.card_in().await;
    assert_eq!(desktop.witness.authenticate("/").await.words(), ("ok", ""));
}

#[tokio::test]
async fn whoever_leaves_before_logind_has_answered_gets_nothing_done() {
    let machine = Machine::new().await;
    let desktop = machine.desktop_of(NURSE).await;
    let (_card, path) = machine.card_in().await;
    let hasty = machine.program_of(NURSE).await;
    machine.logind.hang();
    let connection = hasty.connection().clone();
    let asked = tokio::spawn(async move {
        let manager = lanyard_dbus::ManagerProxy::new(&connection).await.unwrap();
        manager.authenticate(&path, Options::new()).await.map(drop)
    });
    // On its way, for certain: the daemon has answered something that was asked after it.
    assert_eq!(hasty.cards().await.len(), 1);
    hasty.connection().clone().close().await.unwrap();
    machine.logind.go_on();
    assert!(asked.await.unwrap().is_err());
    // The next is asked, and only she.
    desktop.person.then(Does::types(RIGHT));
    assert_eq!(desktop.witness.authenticate("/").await.words(), ("ok", ""));
    assert_eq!(desktop.person.shown().len(), 1);
}

#[tokio::test]
async fn each_method_from_another_session_of_the_same_user_and_from_somebody_else_s() {
    let machine = Machine::new().await;
    let (_card, path) = machine.card_in().await;
    machine.logind.log_in("c7", "seat0", NURSE).await;
    let elsewhere = machine.program_of(NURSE).await;
    machine.logind.runs(elsewhere.pid(), "c7").await;
    for (method, answer) in each_method(&elsewhere, &path).await {
        match method {
            "RegisterPasscodeAgent"
            | "HasPasscodeAgent"
            | "UnregisterPasscodeAgent"
            | "Subscribe"
            | "Unsubscribe" => {
                answer.unwrap();
            }
            "CurrentSession" => assert!(matches!(answer, Err(Error::NoSession(_)))),
            "ReleaseBlock" => assert!(why(answer).contains("only an administrator")),
            _ => assert!(why(answer).contains("in the foreground at seat0"), "{method}"),
        }
    }
    // As with su: a process of hers in a session that is her colleague's.
    machine.logind.runs(elsewhere.pid(), THEIRS).await;
    is_refused(&elsewhere, &path, "in another user's login session").await;
}
