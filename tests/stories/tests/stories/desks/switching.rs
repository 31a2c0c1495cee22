//! Fast user switching, logging out and sleep, while somebody is asked for a passcode.

use lanyard_witness::{Does, Options, ended};
use tokio::time::timeout;

use super::machine::{COLLEAGUE, Desktop, HERS, Machine, NURSE, THEIRS, why};
use crate::sitting::RIGHT;

/// The prompt is closed, and the request with it.
async fn is_over(desktop: &Desktop, request: &lanyard_dbus::RequestProxy<'_>) {
    assert_eq!(ended(request).await.words(), ("cancelled", ""));
    timeout(lanyard_witness::PATIENCE, desktop.person.is_shown_something()).await.unwrap();
    let shown = desktop.person.shown();
    assert_eq!(shown.iter().map(|shown| shown.method).collect::<Vec<_>>(), ["Cancel"]);
}

/// A machine on which the nurse is being asked for her passcode.
macro_rules! nurse_is_asked {
    ($machine:ident, $desktop:ident, $card:ident, $path:ident, $request:ident) => {
        let $machine = Machine::new().await;
        let $desktop = $machine.desktop_of(NURSE).await;
        let ($card, $path) = $machine.card_in().await;
        let $request = $desktop.witness.request($path.as_str(), Options::new()).await;
        $desktop.person.is_shown_something().await;
        assert_eq!($desktop.person.shown()[0].method, "RequestPasscode");
    };
}

#[tokio::test]
async fn a_user_switch_closes_the_prompt_and_the_newcomer_hears_nothing_of_it() {
    nurse_is_asked!(machine, desktop, _card, path, request);
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
    nurse_is_asked!(machine, desktop, card, _path, request);
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
    nurse_is_asked!(machine, desktop, _card, _path, request);
    machine.logind.log_out(HERS).await;
    is_over(&desktop, &request).await;
    machine.logind.log_in("c9", "seat0", NURSE).await;
    machine.logind.shows(NURSE, "c9").await;
    desktop.witness.register_agent().await;
}

#[tokio::test]
async fn before_the_machine_sleeps_prompts_are_closed_and_it_is_let_sleep() {
    nurse_is_asked!(machine, desktop, _card, _path, request);
    let ours = |held: Vec<(String, String, String, String)>| {
        held.iter().filter(|(what, _, _, mode)| what == "sleep" && mode == "delay").count()
    };
    assert_eq!(ours(machine.logind.inhibitors().await), 1);
    machine.logind.sleeps(true).await;
    is_over(&desktop, &request).await;
    machine.logind.sleeps(false).await;
    desktop.person.forget().then(Does::types(RIGHT));
    assert_eq!(desktop.witness.authenticate("/").await.words(), ("ok", ""));
}
