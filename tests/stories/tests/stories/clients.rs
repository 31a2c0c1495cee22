//! Clients that are not ours see the same as ours.

use std::{path::Path, time::Duration};

use crate::stage;

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn busctl_and_gdbus_read_a_card_s_properties() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "gp").unwrap();
    let (path, _) = witness.card_inserted().await;
    witness.card_in_state("ready").await;
    let address = stack.bus().address();

    let tree = stack.command("busctl").args(["--address", address, "tree", "org.lanyard.Lanyard1"]);
    let tree = tree.run().unwrap();
    assert!(tree.stdout.contains(path.as_str()), "{}", tree.stdout);
    let property = ["org.lanyard.Lanyard1.Card", "PasscodeTriesLeft"];
    let tries = stack
        .command("busctl")
        .args(["--address", address, "get-property", "org.lanyard.Lanyard1", path.as_str()])
        .args(property)
        .run()
        .unwrap();
    assert_eq!(tries.stdout.trim(), "i 3");

    let state = stack
        .command("gdbus")
        .args(["call", "--address", address, "--dest", "org.lanyard.Lanyard1"])
        .args(["--object-path", path.as_str()])
        .args(["--method", "org.freedesktop.DBus.Properties.Get"])
        .args(["org.lanyard.Lanyard1.Card", "State"])
        .run()
        .unwrap();
    assert_eq!(state.stdout.trim(), "(<'ready'>,)", "{}", state.stderr);
}

#[tokio::test]
async fn the_python_example_follows_a_card() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/watch_cards.py");
    // Debian's own: the example needs Debian's python3-dbus-next.
    let python = stack.command("/usr/bin/python3").arg(example).arg(stack.bus().address());
    let mut python = python.start().unwrap();
    let mut hears = |what: &str| {
        let line = python.wait_for_line(what, PATIENCE, |line| line.contains(what));
        line.unwrap();
    };
    hears("smartcard service running");
    let card = stack.card(0, "nurse").unwrap();
    let (path, reader) = witness.card_inserted().await;
    hears(&format!("inserted {path} {reader}"));
    hears(&format!("card {path} ready"));
    card.remove().unwrap();
    hears(&format!("removed {path} {reader}"));
}

#[tokio::test]
async fn lanyardctl_lists_and_watches() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let address = stack.bus().address();
    let ctl = |arguments: &[&str]| {
        let program = stack.own("lanyardctl").unwrap().args(["--bus", address]);
        let finished = program.args(arguments).run().unwrap();
        assert!(finished.status.success(), "{}", finished.stderr);
        finished.stdout
    };
    assert_eq!(ctl(&["cards"]).trim(), "There is no card.");
    let watch = stack.own("lanyardctl").unwrap().args(["--bus", address, "watch", "--json"]);
    let mut watch = watch.start().unwrap();
    let mut hears = |event: &str| {
        let wanted = format!("\"event\":\"{event}\"");
        watch.wait_for_line(event, PATIENCE, |line| line.contains(&wanted)).unwrap();
    };
    hears("daemon-present");
    hears("reader-present");
    let card = stack.card(0, "gp").unwrap();
    hears("card-inserted");
    hears("card-changed");
    witness.card_in_state("ready").await;

    let words = ctl(&["cards"]);
    assert!(words.contains("ready to be used, 3 tries left"), "{words}");
    assert!(words.contains("holder "), "the owner may know: {words}");
    let cards: serde_json::Value = serde_json::from_str(&ctl(&["cards", "--json"])).unwrap();
    assert_eq!(cards["state"], "ready");
    assert_eq!(cards["passcode-tries-left"], 3);
    let readers = ctl(&["readers"]);
    assert!(readers.contains("a card in it") && readers.contains("empty"), "{readers}");

    card.remove().unwrap();
    hears("card-removed");
}

#[tokio::test]
async fn lanyardctl_watch_sees_the_daemon_go_and_come_back() {
    let (stack, mut daemon, _witness) = stage(2).await;
    let address = stack.bus().address();
    let watch = stack.own("lanyardctl").unwrap().args(["--bus", address, "watch"]);
    let mut watch = watch.start().unwrap();
    let mut hears = |words: &str| {
        watch.wait_for_line(words, PATIENCE, |line| line.contains(words)).unwrap();
    };
    hears("lanyardd 0.1.0 runs; the smartcard service works");
    daemon.terminate().unwrap();
    hears("lanyardd does not run; waiting for it");
    daemon.restart(&stack).unwrap();
    hears("lanyardd 0.1.0 runs; the smartcard service works");
}

#[tokio::test]
async fn lanyardctl_says_what_is_missing() {
    let stack = lanyard_stack::Stack::builder().without_pcscd().unwrap();
    let address = stack.bus().address();
    let alone = stack.own("lanyardctl").unwrap().args(["--bus", address, "readers"]).run().unwrap();
    assert!(!alone.status.success());
    assert!(alone.stderr.contains("lanyardd is not running on this bus"), "{}", alone.stderr);
    let nowhere = ["--bus", "unix:path=/nowhere/bus", "readers"];
    let nowhere = stack.own("lanyardctl").unwrap().args(nowhere).run().unwrap();
    assert!(nowhere.stderr.contains("cannot be reached"), "{}", nowhere.stderr);
}
