//! Desks as they change, with python-dbusmock's logind.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use lanyard_seats::{Class, Desk, DeskEvent, Doubt, Place, Seating, Standing};
use lanyard_stand_ins::{Answer, MockedLogind, PrivateBus};
use zbus::Message;

use crate::{
    machine::{Machine, behind, desk, id, own_uid, patient, seat},
    scripted::{properties, script, scripted},
};

const NURSE: u32 = 61001;
const DOCTOR: u32 = 61002;

/// Two people at one seat, the nurse in the foreground; everything about it was heard.
async fn two_at_one_seat() -> (Machine, MockedLogind) {
    let (mut machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", NURSE).await;
    machine.heard.until(|event| *event == DeskEvent::Came(desk("c2", NURSE))).await;
    logind.log_in("c3", "seat0", DOCTOR).await;
    machine.heard.until(|event| *event == DeskEvent::Came(behind("c3", DOCTOR))).await;
    (machine, logind)
}

#[tokio::test]
async fn sessions_that_were_there_before_are_known_at_once() {
    let (machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", NURSE).await;
    logind.log_in("c9", "seat1", DOCTOR).await;
    let mut late = Machine::on(machine.bus, patient()).await;
    let elsewhere = Desk { place: Place::Seat(seat("seat1")), ..desk("c9", DOCTOR) };
    let expected = DeskEvent::Known(vec![desk("c2", NURSE), elsewhere]);
    assert_eq!(late.heard.next().await, expected);
    drop(logind);
}

#[tokio::test]
async fn somebody_logs_in_and_out() {
    let (mut machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", NURSE).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Came(desk("c2", NURSE)));
    logind.log_out("c2").await;
    assert_eq!(machine.heard.next().await, DeskEvent::Ended(id("c2")));
    assert_eq!(machine.heard.so_far(), []);
}

/// logind tells nobody that a session is closing: its notes alone say that something is new.
#[tokio::test]
async fn who_logs_out_and_leaves_processes_behind_is_noticed_by_logind_s_notes() {
    let (bus, folder) = (PrivateBus::start().await, tempfile::tempdir().unwrap());
    let closing = Arc::new(AtomicBool::new(false));
    let state = Arc::clone(&closing);
    let logind = move |member: &str, call: &Message| {
        let mut properties = properties();
        if state.load(Ordering::SeqCst) {
            properties.extend([("State", "closing".into()), ("Active", false.into())]);
        }
        (member == "GetAll").then(|| Answer::with(call, &(properties,)))
    };
    let _logind = scripted(&bus, script(logind)).await;
    let mut machine = Machine::with_notes(bus, patient(), folder.path()).await;
    let there = desk("c2", own_uid());
    assert_eq!(machine.heard.next().await, DeskEvent::Known(vec![there.clone()]));
    closing.store(true, Ordering::SeqCst);
    fs::write(folder.path().join("c2"), "STATE=closing\n").unwrap();
    let left = Desk { standing: Standing::Closing, ..there };
    assert_eq!(machine.heard.next().await, DeskEvent::Redescribed(left));
}

#[tokio::test]
async fn who_is_switched_away_from_is_told_of_before_who_is_switched_to() {
    let (mut machine, logind) = two_at_one_seat().await;
    logind.switch_to("c3").await;
    assert_eq!(machine.heard.next().await, DeskEvent::Deactivated(id("c2")));
    assert_eq!(machine.heard.next().await, DeskEvent::Activated(id("c3")));
    logind.switch_to("c2").await;
    // The stand-in's seat and both sessions say so; each change is told once.
    assert_eq!(machine.heard.next().await, DeskEvent::Deactivated(id("c3")));
    assert_eq!(machine.heard.next().await, DeskEvent::Activated(id("c2")));
}

#[tokio::test]
async fn at_no_moment_of_a_switch_are_two_in_the_foreground() {
    let (mut machine, logind) = two_at_one_seat().await;
    let mut seating = Seating::read(vec![desk("c2", NURSE), behind("c3", DOCTOR)]);
    for newcomer in ["c3", "c2", "c3"] {
        logind.switch_to(newcomer).await;
        let heard = machine.heard.until(|event| *event == DeskEvent::Activated(id(newcomer))).await;
        for event in &heard {
            seating.follow(event);
            let active = seating.desks().filter(|desk| desk.active_at().is_some()).count();
            assert!(active <= 1, "after {event:?}");
        }
        assert_eq!(seating.active_at(&seat("seat0")).unwrap().session, id(newcomer));
    }
}

#[tokio::test]
async fn a_locked_screen_is_told_and_so_is_the_wish_to_lock_it() {
    let (mut machine, logind) = two_at_one_seat().await;
    logind.lock("c2").await;
    assert_eq!(machine.heard.next().await, DeskEvent::LockAsked(id("c2")));
    logind.screen_is_locked("c2", true).await;
    assert_eq!(machine.heard.next().await, DeskEvent::ScreenLocked(id("c2")));
    logind.unlock("c2").await;
    assert_eq!(machine.heard.next().await, DeskEvent::UnlockAsked(id("c2")));
    logind.screen_is_locked("c2", false).await;
    assert_eq!(machine.heard.next().await, DeskEvent::ScreenUnlocked(id("c2")));
}

#[tokio::test]
async fn a_session_that_is_being_ended_is_not_in_the_foreground() {
    let (mut machine, logind) = two_at_one_seat().await;
    logind.becomes("c2", &[("State", "closing".into())]).await;
    let closing = Desk { standing: Standing::Closing, ..desk("c2", NURSE) };
    assert_eq!(machine.heard.next().await, DeskEvent::Redescribed(closing));
}

#[tokio::test]
async fn a_session_that_becomes_something_else_is_described_anew() {
    let (mut machine, logind) = two_at_one_seat().await;
    logind.becomes("c2", &[("Class", "lock-screen".into())]).await;
    let other = Desk { class: Class::LockScreen, ..desk("c2", NURSE) };
    assert_eq!(machine.heard.next().await, DeskEvent::Redescribed(other));
}

#[tokio::test]
async fn without_logind_nobody_is_known_until_it_comes() {
    let bus = PrivateBus::start().await;
    let mut machine = Machine::on(bus, patient()).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Unknown(Doubt::LogindAbsent));
    let absent = lanyard_seats::NoDesk::Unknown(Doubt::LogindAbsent);
    assert_eq!(machine.who_am_i().await.desk, Err(absent));
    let logind = MockedLogind::start(&machine.bus).await;
    // It has its name before it has its methods, and may be read in between.
    machine.heard.until(|event| *event == DeskEvent::Known(vec![])).await;
    logind.log_in("c2", "seat0", NURSE).await;
    machine.heard.until(|event| *event == DeskEvent::Came(desk("c2", NURSE))).await;
}
