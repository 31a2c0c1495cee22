//! The settings' files: as `lanyardctl config` shows them, and read again by a daemon that runs.

use std::{fs, os::unix::net::UnixDatagram, time::Duration};

use lanyard_stack::{Finished, Signal, Stack};
use lanyard_witness::{Does, Options, Person, Witness, ended};
use tokio::time::timeout;

fn config(stack: &Stack, arguments: &[&str]) -> Finished {
    let file = stack.folder().join("lanyard.toml");
    let program = stack.own("lanyardctl").unwrap().args(["config"]).args(arguments);
    program.arg("--config").arg(file).run().unwrap()
}

#[tokio::test]
async fn an_administrator_sees_where_each_setting_comes_from_and_what_is_wrong() {
    let stack = Stack::builder().without_pcscd().unwrap();
    fs::write(stack.folder().join("lanyard.toml"), "[audit]\nkeep = 7\n").unwrap();
    let further = stack.folder().join("lanyard.d");
    fs::create_dir(&further).unwrap();
    fs::write(further.join("ward.toml"), "[reader]\npin-pad = \"off\"\n").unwrap();

    let checked = config(&stack, &["check"]);
    assert!(checked.status.success(), "{}", checked.stderr);
    assert_eq!(checked.stdout, "The settings are in order.\n");
    let shown = config(&stack, &["show"]).stdout;
    assert!(shown.contains("keep = 7  # /") && shown.contains("lanyard.toml:2\n"), "{shown}");
    assert!(shown.contains("lanyard.d/ward.toml:2\n") && shown.contains("# default\n"), "{shown}");
    let shown = config(&stack, &["show", "--json"]).stdout;
    assert!(shown.contains("{\"section\":\"audit\",\"key\":\"keep\",\"value\":7,"), "{shown}");

    fs::write(further.join("ward.toml"), "[reader]\npin-pads = \"off\"\n").unwrap();
    let checked = config(&stack, &["check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(checked.stdout.contains("lanyard.d/ward.toml:2: unknown field"), "{}", checked.stdout);
    let checked = config(&stack, &["check", "--json"]).stdout;
    assert!(checked.starts_with("{\"in-order\":false,\"wrong\":\"/"), "{checked}");
    let shown = config(&stack, &["show"]);
    assert_eq!((shown.status.code(), shown.stdout.as_str()), (Some(1), ""));
    assert!(shown.stderr.contains("lanyard.d/ward.toml:2: unknown field"), "{}", shown.stderr);
}

#[tokio::test]
async fn settings_that_are_not_in_order_change_nothing_in_a_daemon_that_runs() {
    let stack = Stack::builder().without_pcscd().unwrap();
    let (socket, file) = (stack.folder().join("notify"), stack.folder().join("lanyard.toml"));
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let hears = |what: &str| loop {
        let mut message = [0; 4096];
        let length = manager.recv(&mut message).unwrap();
        let message = String::from_utf8_lossy(&message[..length]).into_owned();
        if message.contains(what) {
            break message;
        }
    };
    fs::write(&file, "[prompt]\nanswer-within-s = 30\n").unwrap();
    let daemon = stack.own("lanyardd").unwrap().args(["--bus", stack.bus().address()]);
    let daemon = daemon.arg("--config").arg(&file).env("NOTIFY_SOCKET", &socket).start().unwrap();
    hears("READY=1");
    fs::write(&file, "[prompt]\nanswer-within-s = 3\n").unwrap();
    daemon.signal(Signal::HUP).unwrap();
    let told = hears("STATUS=0 readers, 0 cards; settings refused: ");
    assert!(told.contains("lanyard.toml:2: "), "{told}");
    fs::write(&file, "[prompt]\nanswer-within-s = 31\n[reader]\nseat = \"seat1\"\n").unwrap();
    daemon.signal(Signal::HUP).unwrap();
    hears("; settings that wait for a restart: prompt.answer-within-s reader.seat");
    fs::write(&file, "[prompt]\nanswer-within-s = 31\n").unwrap();
    daemon.signal(Signal::HUP).unwrap();
    assert_eq!(hears("STATUS="), "STATUS=0 readers, 0 cards\n", "what was held back is mended");
}

/// Terms, passcodes and profiles of a daemon that runs, with a card in and somebody being asked.
#[tokio::test]
async fn what_the_engine_holds_is_another_after_a_hangup_and_who_is_being_asked_is_not_disturbed() {
    let stack = Stack::start().unwrap();
    let _card = stack.card(0, "nurse").unwrap();
    stack.wait_until_in(0).unwrap();
    let mut daemon = stack.daemon("[prompt]\nanswer-within-s = 60\n").unwrap();
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    let person = Person::new();
    person.sit_at(witness.connection()).await;
    witness.register_agent().await;
    witness.card_in_state("ready").await;
    person.then(Does::types_when_told("123456"));
    let begun = witness.request("/", Options::new()).await;
    person.is_shown_something().await;

    let file = daemon.config().clone();
    let running = fs::read_to_string(&file).unwrap();
    let other =
        "[terms]\nversion = \"2\"\nline = \"Other terms.\"\n[profiles]\nward = [\"B0107\"]\n";
    fs::write(&file, format!("{running}{other}")).unwrap();
    daemon.process().signal(Signal::HUP).unwrap();
    let manager = witness.manager().await;
    // Each question is an event to the daemon, which takes the settings over between two of them.
    let is_taken_over = async { while !manager.profiles().await.unwrap().contains_key("ward") {} };
    timeout(Duration::from_secs(20), is_taken_over).await.unwrap();
    drop(manager);
    person.goes_on();
    assert_eq!(ended(&begun).await.words(), ("ok", ""));
    person.then(Does::types("123456"));
    let fresh = Options::from([("fresh", true.into())]);
    assert_eq!(ended(&witness.request("/", fresh).await).await.words(), ("ok", ""));
    let shown = person.shown();
    let versions: Vec<_> = shown.iter().map(|it| it.text("terms-version").unwrap()).collect();
    assert_eq!(versions, ["1", "2"]);
    daemon.terminate().unwrap();
    let log = fs::read_to_string(stack.folder().join("records/audit.jsonl")).unwrap();
    let accepted = log.lines().filter(|line| line.contains("\"event\":\"terms-accepted\""));
    let accepted: Vec<_> = accepted.collect();
    assert_eq!(accepted.len(), 2, "{log}");
    for (line, version) in accepted.iter().zip(["1", "2"]) {
        assert!(line.contains(&format!("\"terms\":\"{version}\"")), "{line}");
    }
}
