//! Fast user switching, logging out and sleep, while somebody is asked for a passcode.

use lanyard_dbus::RequestProxy;
use lanyard_stack::Card;
use lanyard_witness::{Does, Options, PATIENCE, ended};
use tokio::time::timeout;
use zbus::OwnedObjectPath;

use super::machine::{COLLEAGUE, DESKS, Desktop, HERS, Machine, NURSE, THEIRS, each_method, why};
use crate::sitting::RIGHT;

/// The prompt is closed, and the request with it.
async fn is_over(desktop: &Desktop, request: &RequestProxy<'_>) {
    assert_eq!(ended(request).await.words(), ("cancelled", ""));
    timeout(PATIENCE, desktop.person.is_shown_something()).await.unwrap();
    let shown = desktop.person.shown();
    assert_eq!(shown.iter().map(|shown| shown.method).collect::<Vec<_>>(), ["Cancel"]);
}

/// A machine on which the nurse is being asked for her passcode.
struct Asked {
    request: RequestProxy<'static>,
    desktop: Desktop,
    card: Card,
    path: OwnedObjectPath,
    machine: Machine,
}

async fn nurse_is_asked(machine: Machine) -> Asked {
    let desktop = machine.desktop_of(NURSE).await;
    let (card, path) = machine.card_in().await;
    let request = desktop.witness.request(path.as_str(), Options::new()).await;
    desktop.person.is_shown_something().await;
    let shown = desktop.person.shown();
    assert!(shown.iter().all(|shown| shown.method == "RequestPasscode"));
    Asked { request, desktop, card, path, machine }
}

#[tokio::test]
async fn a_user_switch_closes_the_prompt_and_the_newcomer_hears_nothing_of_it() {
    let Asked { request, machine, desktop, card: _card, path } =
        nurse_is_asked(Machine::new().await).await;
    let newcomer = machine.desktop_of(COLLEAGUE).await;
    machine.logind.switch_to(THEIRS).await;
    is_over(&desktop, &request).await;
    assert!(newcomer.person.shown().is_empty());
    let refused = newcomer.witness.card(path.clone()).await.describe().await.map(drop);
    assert!(why(refused).contains("not put in at this desk"));
    let root = zbus::ObjectPath::try_from("/").unwrap();
    let manager = newcomer.witness.manager().await;
    let refused = manager.authenticate(&root, Options::new()).await.map(drop);
    assert!(why(refused).contains("not put in at this desk"));
    let objects = newcomer.witness.objects().await;
    assert!(objects.keys().all(|path| !path.as_str().contains("equest")));

    machine.logind.switch_to(HERS).await;
    let refused = desktop.witness.card(path).await.describe().await.map(drop);
    assert!(why(refused).contains("not put in at this desk"));
}

#[tokio::test]
async fn who_puts_a_card_in_after_the_switch_is_asked_by_their_own_agent() {
    let Asked { request, machine, desktop, card, .. } = nurse_is_asked(Machine::new().await).await;
    let newcomer = machine.desktop_of(COLLEAGUE).await;
    machine.logind.switch_to(THEIRS).await;
    is_over(&desktop, &request).await;
    machine.card_out(card).await;
    let (_card, path) = machine.card_in().await;
    newcomer.person.then(Does::types(RIGHT));
    assert_eq!(newcomer.witness.authenticate(path.as_str()).await.words(), ("ok", ""));
    assert!(desktop.person.shown().is_empty());
}

#[tokio::test]
async fn logging_out_closes_the_prompt_and_takes_the_agent_along() {
    let Asked { request, machine, desktop, card: _card, .. } =
        nurse_is_asked(Machine::new().await).await;
    machine.logind.log_out(HERS).await;
    is_over(&desktop, &request).await;
    machine.logind.log_in("c9", "seat0", NURSE).await;
    machine.logind.shows(NURSE, "c9").await;
    desktop.witness.register_agent().await;
}

#[tokio::test]
async fn before_the_machine_sleeps_prompts_are_closed_and_it_is_let_sleep() {
    for access in [DESKS, ONE_USER] {
        let there = Machine::under(access, &[(HERS, NURSE)]).await;
        let Asked { request, mut machine, desktop, card: _card, .. } = nurse_is_asked(there).await;
        assert!(is_delayed(&machine).await);
        machine.logind.sleeps(true).await;
        is_over(&desktop, &request).await;
        // logind sees a closed descriptor in its own time, and each question lets it go on.
        let free = async { while is_delayed(&machine).await {} };
        timeout(PATIENCE, free).await.unwrap();
        let journal = machine.daemon.process().stderr();
        assert!(!journal.contains("not everything was done"), "{journal}");
        machine.logind.sleeps(false).await;
        desktop.person.forget().then(Does::types(RIGHT));
        assert_eq!(desktop.witness.authenticate("/").await.words(), ("ok", ""));
    }
}

/// The nurse alone, without regard to where she sits.
const ONE_USER: &str = "[access]\nmode = \"single-user\"\nuser = 1\n";

async fn is_delayed(machine: &Machine) -> bool {
    let held = machine.logind.inhibitors().await;
    held.iter().any(|(what, _, _, mode)| what == "sleep" && mode == "delay")
}

#[tokio::test]
async fn where_one_user_decides_nobody_else_is_let_in_and_no_switch_matters() {
    let there = Machine::under(ONE_USER, &[(HERS, NURSE), (THEIRS, COLLEAGUE)]).await;
    let Asked { request, machine, desktop: _desktop, card: _card, path } =
        nurse_is_asked(there).await;
    machine.logind.switch_to(THEIRS).await;
    let colleague = machine.program_of(COLLEAGUE).await;
    for (method, answer) in each_method(&colleague, &path).await {
        match method {
            "ReleaseBlock" => assert!(why(answer).contains("only an administrator")),
            "UnregisterPasscodeAgent" => assert!(why(answer).contains("NoSuchAgent")),
            "Unsubscribe" => answer.unwrap(),
            _ => assert!(why(answer).contains("another user's"), "{method}"),
        }
    }
    assert_eq!(request.outcome().await.unwrap(), "");
    drop(machine);
}
