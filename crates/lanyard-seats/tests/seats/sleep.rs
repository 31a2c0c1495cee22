//! Going to sleep, with python-dbusmock's logind: it waits until we are ready, and not for ever.

use lanyard_seats::{DeskEvent, SleepId};
use lanyard_stand_ins::{MockedLogind, PrivateBus};

use crate::machine::{Machine, impatient, patient};

type Row = (String, String, String, String);

fn delays(rows: &[Row]) -> bool {
    rows.iter().any(|(what, who, _, mode)| {
        (what.as_str(), who.as_str(), mode.as_str()) == ("sleep", "Lanyard", "delay")
    })
}

/// Returns when nobody delays sleep any more. The stand-in sees a closed descriptor in its own time, and each
/// question lets it go on.
async fn free(logind: &MockedLogind) {
    let until_free = async { while delays(&logind.inhibitors().await) {} };
    tokio::time::timeout(lanyard_stand_ins::PATIENCE, until_free).await.unwrap();
}

async fn going_to_sleep(machine: &mut Machine) -> SleepId {
    match machine.heard.next().await {
        DeskEvent::GoingToSleep(which) => which,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_machine_waits_until_we_are_ready_and_is_delayed_again_after_it_woke_up() {
    let (mut machine, logind) = Machine::with_logind().await;
    assert!(delays(&logind.inhibitors().await));
    logind.sleeps(true).await;
    let first = going_to_sleep(&mut machine).await;
    assert!(delays(&logind.inhibitors().await));
    machine.desks.ready_to_sleep(first);
    free(&logind).await;
    logind.sleeps(false).await;
    assert_eq!(machine.heard.next().await, DeskEvent::WokenUp);
    assert_eq!(machine.heard.next().await, DeskEvent::Known(vec![]));
    assert!(delays(&logind.inhibitors().await));
    logind.sleeps(true).await;
    let second = going_to_sleep(&mut machine).await;
    // Late, and about the sleep before.
    machine.desks.ready_to_sleep(first);
    machine.who_am_i().await;
    assert!(delays(&logind.inhibitors().await));
    machine.desks.ready_to_sleep(second);
    free(&logind).await;
}

#[tokio::test]
async fn the_machine_does_not_wait_for_ever() {
    let bus = PrivateBus::start().await;
    let logind = MockedLogind::start(&bus).await;
    let deadlines = lanyard_seats::Deadlines { sleep: impatient().sleep, ..patient() };
    let mut machine = Machine::on(bus, deadlines).await;
    machine.heard.next().await;
    logind.sleeps(true).await;
    going_to_sleep(&mut machine).await;
    free(&logind).await;
}

#[tokio::test]
async fn a_machine_that_was_going_to_sleep_before_we_listened_is_told_of() {
    let bus = PrivateBus::start().await;
    let logind = MockedLogind::start(&bus).await;
    logind.sleeps(true).await;
    let mut machine = Machine::on(bus, patient()).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Known(vec![]));
    going_to_sleep(&mut machine).await;
}
