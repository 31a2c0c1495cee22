//! The workspace's own programs in a stack: the daemon and the virtual card.

use lanyard_stack::{Stack, StackError};

#[test]
fn a_virtual_card_comes_goes_and_is_counted() {
    let stack = Stack::start().unwrap();
    let card = stack.card(1, "nurse").unwrap();
    stack.wait_until_in(1).unwrap();
    let list = || {
        let list = stack.command("opensc-tool").arg("--list-readers");
        let text = list.run().unwrap().stdout;
        text.lines().map(|line| line.contains("Yes")).skip(2).collect::<Vec<_>>()
    };
    assert_eq!(list(), [false, true]);
    let name = stack.command("opensc-tool").args(["--reader", "1", "--name"]);
    let name = name.run().unwrap();
    assert!(
        name.stdout.contains("Personal Identity Verification"),
        "{} {}",
        name.stdout,
        name.stderr
    );
    assert!(card.counts().unwrap()["apdus"].as_u64() > Some(0));

    card.remove().unwrap();
    stack.wait_until_out(1).unwrap();
    assert_eq!(list(), [false, false]);
    assert!(matches!(
        card.command("dance"),
        Err(StackError::CardRefused { command, .. }) if command == "dance"
    ));
    let other = stack.card_outside(0, "student").unwrap();
    assert_eq!(other.command("status").unwrap()["inserted"], false);
    other.swap("unsupported").unwrap();
    assert_eq!(other.command("status").unwrap()["persona"], "unsupported");
}

#[test]
fn the_daemon_is_up_when_its_name_is_owned_and_ends_on_sigterm() {
    let stack = Stack::start().unwrap();
    let mut daemon = stack.daemon("").unwrap();
    let version = || {
        let property = stack.command("busctl").args([
            "get-property",
            lanyard_dbus::BUS_NAME,
            lanyard_dbus::ROOT,
            "org.lanyard.Lanyard1.Manager",
            "Version",
        ]);
        property.run().unwrap()
    };
    assert!(version().status.success());
    daemon.restart(&stack).unwrap();
    assert!(version().status.success());
    daemon.kill().unwrap();
    assert!(!version().status.success());
    daemon.restart(&stack).unwrap();
    println!("start took {:?}", daemon.start_took());
    assert!(daemon.terminate().unwrap().success());
    assert!(!version().status.success());
}

#[test]
fn a_daemon_that_refuses_its_settings_says_so_at_once() {
    let stack = Stack::builder().without_pcscd().unwrap();
    let error = stack.daemon("nonsense = true\n").unwrap_err();
    let StackError::Ended { output, .. } = error else { panic!("{error}") };
    assert!(output.contains("lanyard.toml:1"), "{output}");
}

#[test]
fn cards_in_two_stacks_come_from_one_drawer_and_lead_their_own_lives() {
    let (ward, desk) = (Stack::start().unwrap(), Stack::start().unwrap());
    let first = ward.card(0, "receptionist").unwrap();
    let second = desk.card(0, "receptionist").unwrap();
    let content = |stack: &Stack| {
        let file = stack.folder().join("cards/receptionist.json");
        serde_json::from_slice::<serde_json::Value>(&std::fs::read(file).unwrap()).unwrap()
    };
    assert_eq!(content(&ward)["keys"], content(&desk)["keys"]);
    drop(first);
    assert_eq!(second.command("status").unwrap()["plugged"], true);
}
