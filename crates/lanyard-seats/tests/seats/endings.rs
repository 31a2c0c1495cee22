//! What ends: a process while it is asked about, the bus, the watch, and whoever would be told.

use std::{
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use lanyard_seats::{Caller, Deadlines, DeskEvent, Desks, Doubt, NoDesk};
use lanyard_stand_ins::{Heard, MockedLogind, PATIENCE, PrivateBus};
use zbus::Message;

use crate::{
    machine::{Machine, NO_NOTES, impatient, own_uid, patient},
    scripted::{script, scripted},
};

const NURSE: u32 = 61001;

#[tokio::test]
async fn a_process_that_ends_while_logind_is_asked_sits_nowhere() {
    let bus = PrivateBus::start().await;
    let child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    let running = Arc::new(Mutex::new(child));
    let ending = Arc::clone(&running);
    let ends_it = move |member: &str, _: &Message| {
        if member == "GetSessionByPID" {
            end(&ending);
        }
        None
    };
    let _logind = scripted(&bus, script(ends_it)).await;
    let mut machine = Machine::on(bus, patient()).await;
    machine.heard.next().await;
    let caller = machine.desks.process(own_uid(), Some(pid)).await;
    end(&running);
    assert_eq!(caller.desk, Err(NoDesk::ProcessGone));
}

fn end(process: &Mutex<Child>) {
    let mut process = process.lock().unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
}

#[tokio::test]
async fn a_caller_waits_no_longer_because_the_engine_takes_nothing() {
    let bus = PrivateBus::start().await;
    let _logind = scripted(&bus, script(|_, _| None)).await;
    let connection = bus.connect().await;
    let (engine, _heard) = Heard::channel(1);
    engine.send(DeskEvent::WokenUp).await.unwrap();
    let desks = Desks::connect(&connection, impatient(), engine.downgrade(), NO_NOTES.as_ref())
        .await
        .unwrap();
    let caller = desks.process(own_uid(), Some(std::process::id())).await;
    assert_eq!(caller.desk, Err(NoDesk::NotInTime));
}

#[tokio::test]
async fn when_the_bus_ends_nobody_is_known_any_more() {
    let (mut machine, _logind) = Machine::with_logind().await;
    machine.bus.end().await;
    let gone = Doubt::BusGone;
    machine.heard.until(|event| *event == DeskEvent::Unknown(gone)).await;
    let caller = machine.desks.process(own_uid(), None).await;
    assert!(matches!(caller.desk, Err(NoDesk::Unknown(_))));
}

/// Returns when nobody delays the machine's sleep any more, which is the last that the watch lets go.
async fn nobody_delays(logind: &MockedLogind) {
    let free = async { while !logind.inhibitors().await.is_empty() {} };
    tokio::time::timeout(PATIENCE, free).await.unwrap();
}

#[tokio::test]
async fn the_watch_ends_with_the_last_that_asks_it() {
    let (machine, logind) = Machine::with_logind().await;
    drop(machine.desks);
    nobody_delays(&logind).await;
}

#[tokio::test]
async fn the_watch_ends_when_there_is_nobody_to_tell() {
    let (machine, logind) = Machine::with_logind().await;
    let Machine { desks, mut heard, engine, bus, connection } = machine;
    // The watch alone does not keep the engine from ending.
    drop(engine);
    heard.end().await;
    logind.log_in("c2", "seat0", NURSE).await;
    nobody_delays(&logind).await;
    let caller = desks.process(own_uid(), None).await;
    assert!(matches!(caller.desk, Err(NoDesk::NotLoggedIn | NoDesk::Unknown(_))));
    drop((bus, connection));
}

#[tokio::test]
async fn without_a_watch_users_are_known_and_desks_are_not_asked_about() {
    let bus = PrivateBus::start().await;
    let desks = Desks::not_asked(&bus.connect().await);
    let caller = bus.connect().await;
    let name = caller.unique_name().unwrap().as_ref();
    let known = desks.caller(&name).await.unwrap();
    let expected =
        Caller { uid: own_uid(), pid: Some(std::process::id()), desk: Err(NoDesk::NotAsked) };
    assert_eq!(known, expected);
}

#[test]
fn nobody_waits_longer_than_the_deadlines_say() {
    let deadlines = Deadlines::default();
    assert!(deadlines.sleep < std::time::Duration::from_secs(5));
    assert_eq!(deadlines.caller(), deadlines.bus + deadlines.logind * 4);
}
