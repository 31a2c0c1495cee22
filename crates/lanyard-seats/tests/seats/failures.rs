//! A logind that restarts, hangs, talks nonsense, is imitated: doubt is told, and nobody counts until it is over.

use std::{collections::HashMap, sync::atomic::Ordering};

use lanyard_seats::{DeskEvent, Desks, Doubt, NoDesk};
use lanyard_stand_ins::{Answer, Heard, MockedLogind, PATIENCE, PrivateBus};
use zbus::{Message, Variant};

use crate::{
    machine::{
        MANAGER, Machine, NO_NOTES, PATH, SESSION, desk, id, impatient, own_uid, patient,
        session_path,
    },
    scripted::{properties, script, scripted},
};

const NURSE: u32 = 61001;

#[tokio::test]
async fn a_logind_that_starts_again_is_read_again() {
    let (mut machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", NURSE).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Came(desk("c2", NURSE)));
    logind.kill().await;
    assert_eq!(machine.heard.next().await, DeskEvent::Unknown(Doubt::LogindAbsent));
    assert_eq!(machine.who_am_i().await.desk, Err(NoDesk::Unknown(Doubt::LogindAbsent)));
    let again = MockedLogind::start(&machine.bus).await;
    machine.heard.until(|event| matches!(event, DeskEvent::Known(_))).await;
    again.log_in("c2", "seat0", NURSE).await;
    machine.heard.until(|event| *event == DeskEvent::Came(desk("c2", NURSE))).await;
    assert_eq!(again.inhibitors().await.len(), 1);
}

#[tokio::test]
async fn a_logind_that_hangs_puts_everything_in_doubt_until_it_answers() {
    let bus = PrivateBus::start().await;
    let logind = MockedLogind::start(&bus).await;
    logind.log_in("c2", "seat0", own_uid()).await;
    logind.runs(std::process::id(), "c2").await;
    let mut machine = Machine::on(bus, impatient()).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Known(vec![desk("c2", own_uid())]));
    logind.hang();
    let silent = Err(NoDesk::Unknown(Doubt::LogindSilent));
    assert_eq!(machine.who_am_i().await.desk, silent);
    assert_eq!(machine.heard.next().await, DeskEvent::Unknown(Doubt::LogindSilent));
    assert_eq!(machine.who_am_i().await.desk, silent);
    logind.go_on();
    let known = DeskEvent::Known(vec![desk("c2", own_uid())]);
    assert_eq!(machine.heard.next().await, known);
    assert_eq!(machine.who_am_i().await.desk, Ok(desk("c2", own_uid())));
}

async fn first_event(
    of: impl FnMut(&str, &Message) -> Option<Answer> + Send + 'static,
) -> DeskEvent {
    let bus = PrivateBus::start().await;
    let _logind = scripted(&bus, script(of)).await;
    let mut machine = Machine::on(bus, patient()).await;
    machine.heard.next().await
}

#[tokio::test]
async fn a_logind_without_delays_is_read_all_the_same() {
    let known = DeskEvent::Known(vec![desk("c2", own_uid())]);
    assert_eq!(first_event(|_, _| None).await, known);
}

#[tokio::test]
async fn a_list_of_sessions_that_is_none_is_doubt() {
    let unclear = DeskEvent::Unknown(Doubt::LogindUnclear);
    let nonsense = |member: &str, call: &Message| {
        (member == "ListSessions").then(|| Answer::with(call, &("nobody", 7_u64)))
    };
    assert_eq!(first_event(nonsense).await, unclear);
    let refused = |member: &str, call: &Message| {
        let denied = "org.freedesktop.DBus.Error.AccessDenied";
        (member == "ListSessions").then(|| Answer::error(call, denied))
    };
    assert_eq!(first_event(refused).await, unclear);
}

#[tokio::test]
async fn a_session_that_cannot_be_understood_is_nobody_s_desk() {
    let without = |member: &str, call: &Message| {
        let mut properties = properties();
        properties.insert("Seat", Variant::from((7_u32,)));
        (member == "GetAll").then(|| Answer::with(call, &(properties,)))
    };
    assert_eq!(first_event(without).await, DeskEvent::Known(vec![]));
}

#[tokio::test]
async fn a_session_that_ends_while_the_list_is_read_is_left_out() {
    let gone = |member: &str, call: &Message| {
        let unknown = "org.freedesktop.DBus.Error.UnknownObject";
        (member == "GetAll").then(|| Answer::error(call, unknown))
    };
    assert_eq!(first_event(gone).await, DeskEvent::Known(vec![]));
}

#[tokio::test]
async fn a_session_that_becomes_unreadable_has_ended() {
    let bus = PrivateBus::start().await;
    let mut read = 0;
    let logind = scripted(
        &bus,
        script(move |member, call| {
            read += u32::from(member == "GetAll");
            (member == "GetAll" && read > 1).then(|| Answer::with(call, &("nonsense",)))
        }),
    )
    .await;
    let mut machine = Machine::on(bus, patient()).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Known(vec![desk("c2", own_uid())]));
    let new = ("c2", session_path("c2"));
    logind.service.say(PATH, MANAGER, "SessionNew", &new).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Ended(id("c2")));
}

#[tokio::test]
async fn a_logind_that_takes_another_s_place_is_doubted_and_read_anew() {
    let bus = PrivateBus::start().await;
    let before = scripted(&bus, script(|_, _| None)).await;
    let mut machine = Machine::on(bus, patient()).await;
    let known = DeskEvent::Known(vec![desk("c2", own_uid())]);
    assert_eq!(machine.heard.next().await, known);
    let _after = scripted(&machine.bus, script(|_, _| None)).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Unknown(Doubt::LogindAbsent));
    assert_eq!(machine.heard.next().await, known);
    // Who was logind says nothing that counts any more.
    before.service.say(session_path("c2").as_str(), SESSION, "Lock", &()).await;
    assert_eq!(machine.who_am_i().await.desk, Ok(desk("c2", own_uid())));
    assert_eq!(machine.heard.so_far(), []);
}

#[tokio::test]
async fn a_seat_that_shows_something_else_is_enough_to_look() {
    let bus = PrivateBus::start().await;
    let mut read = 0;
    let hidden = move |member: &str, call: &Message| {
        read += u32::from(member == "GetAll");
        let mut properties = properties();
        properties.insert("Active", Variant::from(false));
        (member == "GetAll" && read > 1).then(|| Answer::with(call, &(properties,)))
    };
    let logind = scripted(&bus, script(hidden)).await;
    let mut machine = Machine::on(bus, patient()).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Known(vec![desk("c2", own_uid())]));
    let changed = (
        "org.freedesktop.login1.Seat",
        HashMap::<&str, Variant<'_>>::new(),
        ["ActiveSession"].as_slice(),
    );
    let seat = format!("{PATH}/seat/seat0");
    logind
        .service
        .say(&seat, "org.freedesktop.DBus.Properties", "PropertiesChanged", &changed)
        .await;
    assert_eq!(machine.heard.next().await, DeskEvent::Deactivated(id("c2")));
}

#[tokio::test]
async fn a_signal_that_cannot_be_understood_is_doubt_and_everything_is_read_again() {
    let bus = PrivateBus::start().await;
    let logind = scripted(&bus, script(|_, _| None)).await;
    let mut machine = Machine::on(bus, patient()).await;
    let known = DeskEvent::Known(vec![desk("c2", own_uid())]);
    assert_eq!(machine.heard.next().await, known);
    logind.service.say(PATH, MANAGER, "SessionRemoved", &("c2",)).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Unknown(Doubt::LogindUnclear));
    assert_eq!(machine.heard.next().await, known);
}

#[tokio::test]
async fn a_session_that_is_not_read_in_time_is_doubt_and_nothing_asks_again_and_again() {
    let bus = PrivateBus::start().await;
    let (pings, mut pinged) = Heard::channel(8);
    let silent = move |member: &str, _: &Message| {
        if member == "Ping" {
            pings.try_send(()).unwrap();
        }
        matches!(member, "GetAll" | "Ping").then_some(Answer::Silence)
    };
    let logind = scripted(&bus, script(silent)).await;
    let mut machine = Machine::on(bus, impatient()).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Unknown(Doubt::LogindSilent));
    // What tells when it answers again.
    pinged.next().await;
    let asked = logind.asked.load(Ordering::SeqCst);
    let caller = machine.who_am_i().await;
    assert_eq!(caller.desk, Err(NoDesk::Unknown(Doubt::LogindSilent)));
    // The caller's own question, and nothing besides.
    assert_eq!(logind.asked.load(Ordering::SeqCst), asked + 1);
}

#[tokio::test]
async fn whoever_calls_while_logind_is_not_understood_has_it_asked_again() {
    let bus = PrivateBus::start().await;
    let mut lists = 0;
    let nonsense_at_first = move |member: &str, call: &Message| {
        lists += u32::from(member == "ListSessions");
        (member == "ListSessions" && lists == 1).then(|| Answer::with(call, &(7_u64,)))
    };
    let _logind = scripted(&bus, script(nonsense_at_first)).await;
    let mut machine = Machine::on(bus, patient()).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Unknown(Doubt::LogindUnclear));
    assert_eq!(machine.who_am_i().await.desk, Ok(desk("c2", own_uid())));
    assert_eq!(machine.heard.next().await, DeskEvent::Known(vec![desk("c2", own_uid())]));
}

#[tokio::test]
async fn a_session_that_changes_its_name_is_nobody_s_desk() {
    let bus = PrivateBus::start().await;
    let mut read = 0;
    let renamed = move |member: &str, call: &Message| {
        read += u32::from(member == "GetAll");
        let mut properties = properties();
        properties.insert("Id", Variant::from("c3"));
        (member == "GetAll" && read > 1).then(|| Answer::with(call, &(properties,)))
    };
    let logind = scripted(&bus, script(renamed)).await;
    let mut machine = Machine::on(bus, patient()).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Known(vec![desk("c2", own_uid())]));
    logind.service.say(PATH, MANAGER, "SessionNew", &("c2", session_path("c2"))).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Ended(id("c2")));
}

#[tokio::test]
async fn more_changes_than_can_be_followed_are_doubt_and_everything_is_read_again() {
    let bus = PrivateBus::start().await;
    let logind = scripted(&bus, script(|_, _| None)).await;
    let connection = bus.connect().await;
    // An engine that takes nothing: the watch stands still.
    let (events, mut heard) = Heard::channel(1);
    let desks = Desks::connect(&connection, patient(), events.downgrade(), NO_NOTES.as_ref())
        .await
        .unwrap();
    let known = DeskEvent::Known(vec![desk("c2", own_uid())]);
    for _ in 0..600 {
        logind.service.say(session_path("c2").as_str(), SESSION, "Lock", &()).await;
    }
    // The connection lives on: it is asked something else, after all those signals.
    let names = zbus::fdo::DBusProxy::new(&connection).await.unwrap();
    let later = async {
        logind.service.connection().request_name("org.freedesktop.Later").await.unwrap();
        names.get_id().await.unwrap();
    };
    tokio::time::timeout(PATIENCE, later).await.unwrap();
    let doubt = DeskEvent::Unknown(Doubt::ChangesMissed);
    let before: Vec<DeskEvent> = heard.until(|event| *event == doubt).await;
    assert_eq!(before.first(), Some(&known));
    assert_eq!(heard.next().await, known);
    drop(desks);
}
