//! The daemon as a process: settings, signals, one at a time.

use std::time::Duration;

use lanyard_stack::{Stack, StackError};

use crate::stage;

#[tokio::test]
async fn it_stops_cleanly_and_leaves_the_card_as_found() {
    let (stack, mut daemon, mut witness) = stage(2).await;
    let card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    card.command("counts reset").unwrap();
    assert!(daemon.terminate().unwrap().success());
    let counts = card.counts().unwrap();
    assert_eq!(counts["apdus"], 0, "the card was talked to: {counts}");
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
