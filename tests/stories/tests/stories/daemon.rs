//! The daemon as a process: settings, signals, one at a time.

use std::{os::unix::net::UnixDatagram, time::Duration};

use lanyard_stack::{Signal, Stack, StackError};

use lanyard_witness::{Options, Person, Witness};

use crate::stage;

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn it_stops_cleanly_and_leaves_the_card_as_found() {
    let (stack, mut daemon, mut witness) = stage(2).await;
    let card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    card.command("counts reset").unwrap();
    assert!(daemon.terminate().unwrap().success());
    witness.card_removed().await;
    let counts = card.counts().unwrap();
    assert_eq!(counts["apdus"], 0, "the card was talked to: {counts}");
}

#[tokio::test]
async fn it_waits_for_nobody_when_it_stops() {
    let (stack, mut daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    let person = Person::new();
    person.sit_at(witness.connection()).await;
    witness.register_agent().await;
    let _open = witness.request("/", Options::new()).await;
    person.is_shown_something().await;
    assert!(daemon.terminate().unwrap().success());
    let journal = daemon.process().stderr();
    assert!(!journal.contains("WARN"), "{journal}");
}

#[tokio::test]
async fn whoever_finds_its_name_finds_the_readers_too() {
    for _ in 0..5 {
        let stack = Stack::start().unwrap();
        let witness = Witness::on_bus(stack.bus().address()).await;
        let _daemon = stack.daemon("").unwrap();
        assert_eq!(witness.objects().await.len(), 2);
    }
}

#[tokio::test]
async fn the_service_manager_is_told_when_it_is_ready_what_it_sees_and_when_it_stops() {
    let stack = Stack::start().unwrap();
    let path = stack.folder().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let hears = |what: &str| {
        let mut message = [0; 4096];
        loop {
            let length = manager.recv(&mut message).unwrap();
            if String::from_utf8_lossy(&message[..length]).contains(what) {
                break;
            }
        }
    };
    let daemon = stack.own("lanyardd").unwrap().args(["--bus", stack.bus().address()]);
    let daemon = daemon.env("NOTIFY_SOCKET", &path).start().unwrap();
    hears("READY=1");
    let _card = stack.card(0, "nurse").unwrap();
    hears("STATUS=2 readers, 1 cards");
    daemon.signal(Signal::TERM).unwrap();
    hears("STOPPING=1");
}

#[tokio::test]
async fn a_service_manager_that_watches_hears_again_and_again_that_the_daemon_goes_on() {
    let stack = Stack::builder().without_pcscd().unwrap();
    let path = stack.folder().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let daemon = stack.own("lanyardd").unwrap().args(["--bus", stack.bus().address()]);
    let daemon = daemon.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "100000");
    let _daemon = daemon.start().unwrap();
    let mut signs_of_life = 0;
    while signs_of_life < 3 {
        let mut message = [0; 4096];
        let length = manager.recv(&mut message).unwrap();
        signs_of_life += u8::from(&message[..length] == b"WATCHDOG=1\n");
    }
}

#[tokio::test]
async fn wrong_settings_are_named_and_nothing_starts() {
    let stack = Stack::builder().without_pcscd().unwrap();
    let started = stack.daemon("[card]\nsign-in-key = \"9E\"\n");
    let Err(StackError::Ended { output, .. }) = started else {
        panic!("it started: {started:?}");
    };
    assert!(output.contains("lanyard.toml:2: sign-in-key is \"9A\" or \"9C\""), "{output}");
}

#[tokio::test]
async fn settings_can_be_checked_without_a_bus() {
    let stack = Stack::builder().without_pcscd().unwrap();
    let file = stack.folder().join("checked.toml");
    let check = || {
        let program = stack.own("lanyardd").unwrap().arg("--check-config");
        program.arg("--config").arg(&file).run().unwrap()
    };
    std::fs::write(&file, "[log]\nlevel = \"warn\"\n").unwrap();
    assert!(check().status.success());
    std::fs::write(&file, "[log]\nlevle = \"warn\"\n").unwrap();
    let finished = check();
    assert!(!finished.status.success());
    assert!(
        finished.stderr.contains("checked.toml:2: unknown field `levle`"),
        "{}",
        finished.stderr
    );
}

#[tokio::test]
async fn a_second_daemon_on_the_same_bus_ends_at_once_and_says_why() {
    let (stack, _daemon, _witness) = stage(2).await;
    let second = stack.own("lanyardd").unwrap().args(["--bus", stack.bus().address()]);
    let second = second.patience(Duration::from_secs(10)).run().unwrap();
    assert!(!second.status.success());
    assert!(
        second.stderr.contains("does not give the name org.lanyard.Lanyard1"),
        "{}",
        second.stderr
    );
}

#[tokio::test]
async fn it_ends_when_its_bus_ends() {
    let (stack, mut daemon, _witness) = stage(2).await;
    stack.bus().end().unwrap();
    let status = daemon.process().wait(Duration::from_secs(10)).unwrap();
    assert!(!status.success());
    assert!(daemon.process().stderr().contains("the connection to the bus ended"));
}
