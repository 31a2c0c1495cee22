//! `lanyardctl doctor` and `support-bundle` beside the real daemon: well, without pcscd, without daemon and bus.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use lanyard_stack::{Finished, Stack};
use lanyard_witness::Witness;
use serde_json::Value;

use crate::stage;

/// Runs a command of `lanyardctl` with the daemon's settings, on this bus.
fn on(stack: &Stack, bus: &str, arguments: &[&str]) -> Finished {
    let config = stack.folder().join("lanyard.toml");
    let program = stack.own("lanyardctl").unwrap().args(["--bus", bus]).args(arguments);
    program.arg("--config").arg(config).run().unwrap()
}

fn doctor(stack: &Stack) -> (Finished, BTreeMap<String, Vec<Value>>) {
    let bus = stack.bus().address();
    let words = on(stack, bus, &["doctor"]);
    let told = on(stack, bus, &["doctor", "--json"]);
    assert_eq!(words.status, told.status);
    (words, by_check(&told.stdout))
}

/// The findings of each check.
pub(crate) fn by_check(json: &str) -> BTreeMap<String, Vec<Value>> {
    let mut checks: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in json.lines() {
        let finding: Value = serde_json::from_str(line).unwrap();
        checks.entry(text(&finding, "check").to_owned()).or_default().push(finding);
    }
    checks
}

fn text<'a>(finding: &'a Value, member: &str) -> &'a str {
    finding.get(member).and_then(Value::as_str).unwrap()
}

/// The verdict of a check's first finding.
pub(crate) fn verdict<'a>(checks: &'a BTreeMap<String, Vec<Value>>, check: &str) -> &'a str {
    text(checks.get(check).and_then(|findings| findings.first()).unwrap(), "verdict")
}

#[tokio::test]
async fn a_workstation_that_works_is_found_well_and_an_illness_is_named() {
    let (mut stack, _daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    let (words, checks) = doctor(&stack);
    assert_eq!(words.status.code(), Some(0), "{}", words.stdout);
    for check in [
        "daemon",
        "settings",
        "settings-read",
        "pcscd",
        "pcscd-socket",
        "readers",
        "cards",
        "anchors",
        "intermediates",
        "revocation-lists",
        "role-keys",
        "role-documents",
        "ledger-folder",
        "audit-folder",
        "audit-log",
        "clock",
        "desk",
    ] {
        assert_eq!(verdict(&checks, check), "good", "{check}: {}", words.stdout);
    }
    assert_eq!(verdict(&checks, "agent"), "attention", "{}", words.stdout);
    // What is not on this bus is not said to be good.
    for check in
        ["unit", "bus-policy", "activation", "polkit-actions", "polkit-rule", "clock-synchronized"]
    {
        assert_eq!(verdict(&checks, check), "unknown", "{check}: {}", words.stdout);
    }
    witness.register_agent().await;
    assert_eq!(verdict(&doctor(&stack).1, "agent"), "good");

    stack.pcscd().kill().unwrap();
    while witness.pcsc_state_changed().await != "unavailable" {}
    let (words, checks) = doctor(&stack);
    assert_eq!(words.status.code(), Some(1), "{}", words.stdout);
    for check in ["pcscd", "pcscd-socket"] {
        assert_eq!(verdict(&checks, check), "wrong", "{check}: {}", words.stdout);
    }
    assert_eq!(verdict(&checks, "readers"), "unknown", "{}", words.stdout);
    assert!(
        words.stdout.contains("✗ pcscd does not run or does not answer - `systemctl"),
        "{}",
        words.stdout
    );
}

#[tokio::test]
async fn what_is_wrong_with_card_lists_and_log_is_told_with_what_to_do() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "expired").unwrap();
    witness.card_in_state("unusable").await;
    let log = stack.folder().join("records/audit.jsonl");
    fs::write(&log, fs::read_to_string(&log).unwrap().replacen("\"event\":\"", "\"event\":\"x", 1))
        .unwrap();
    for list in fs::read_dir(stack.pki().join("lists")).unwrap() {
        fs::write(list.unwrap().path(), "no list").unwrap();
    }
    let (words, checks) = doctor(&stack);
    assert_eq!(words.status.code(), Some(1), "{}", words.stdout);
    for (check, advice) in [("cards", "renews it"), ("audit-log", "audit verify")] {
        assert_eq!(verdict(&checks, check), "wrong", "{check}: {}", words.stdout);
        let told = checks[check][0]["advice"].as_str().unwrap();
        assert!(told.contains(advice), "{check}: {told}");
    }
    let lists = &checks["revocation-lists"];
    assert!(lists.iter().all(|finding| finding["verdict"] != "good"), "{lists:?}");
}

#[tokio::test]
async fn without_daemon_and_without_bus_the_rest_is_told() {
    let stack = Stack::builder().without_pcscd().unwrap();
    fs::write(stack.folder().join("lanyard.toml"), "[reader]\npin-pads = \"off\"\n").unwrap();
    let (words, checks) = doctor(&stack);
    assert_eq!(words.status.code(), Some(1), "{}", words.stdout);
    assert!(words.stdout.contains("✗ lanyardd does not run"), "{}", words.stdout);
    assert!(words.stdout.contains("lanyard.toml:2: unknown field"), "{}", words.stdout);
    assert_eq!(verdict(&checks, "pcscd-socket"), "wrong", "{}", words.stdout);
    assert_eq!(verdict(&checks, "anchors"), "unknown", "{}", words.stdout);

    let words = on(&stack, "unix:path=/nowhere/bus", &["doctor"]);
    assert_eq!(words.status.code(), Some(1), "{}", words.stdout);
    assert!(words.stdout.contains("✗ the bus cannot be reached"), "{}", words.stdout);
}

/// A bus on which nobody answers.
#[tokio::test]
async fn a_bus_that_hangs_is_not_waited_for() {
    let stack = Stack::builder().without_pcscd().unwrap();
    fs::write(stack.folder().join("lanyard.toml"), "").unwrap();
    let socket = stack.folder().join("silent");
    let _silent = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let address = format!("unix:path={}", socket.display());
    let words = on(&stack, &address, &["doctor"]);
    assert_eq!(words.status.code(), Some(1), "{}", words.stdout);
    assert!(
        words.stdout.contains("✗ the bus cannot be reached: it does not answer"),
        "{}",
        words.stdout
    );
}

/// Everything that is in a bundle, as text.
fn unpacked(bundle: &Path) -> String {
    let tar = Command::new("tar").arg("-xzOf").arg(bundle).output().unwrap();
    assert!(tar.status.success(), "{tar:?}");
    String::from_utf8(tar.stdout).unwrap()
}

#[tokio::test]
async fn a_support_bundle_tells_nobody_who_works_here() {
    let stack = Stack::start().unwrap();
    let further = stack.folder().join("lanyard.d");
    fs::create_dir(&further).unwrap();
    let roles = stack.roles().settings().folder.clone();
    let daemon = stack.daemon("").unwrap();
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    witness.readers(2).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    witness.register_agent().await;
    // A private key among the anchors, a person's document, a secret in a file, a record in the log.
    let key = "-----BEGIN PRIVATE KEY-----\nQ0FOQVJZLUtFWQ==\n-----END PRIVATE KEY-----\n";
    fs::write(stack.pki().join("anchors/oops.pem"), key).unwrap();
    fs::write(roles.join("999900000555.jws"), "Jane Canary").unwrap();
    fs::write(further.join("site.toml"), "[roles]\nldap-password = \"CANARY-WORD\"\n").unwrap();

    let bundle = |name: &str, more: &[&str]| {
        let file = stack.folder().join(name);
        let output = file.to_str().unwrap();
        let arguments = [&["support-bundle", "--output", output], more].concat();
        (on(&stack, stack.bus().address(), &arguments), file)
    };
    let (told, file) = bundle("bundle.tar.gz", &[]);
    assert!(told.status.success(), "{}", told.stderr);
    assert!(told.stdout.contains("Look through it before you send it"), "{}", told.stdout);
    let text = unpacked(&file);
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let canaries = ["99990000", "Jane", "Test Nurse", "CANARY", "Q0FOQVJZ", host.trim()];
    for canary in canaries.into_iter().filter(|canary| !canary.is_empty()) {
        assert!(!text.contains(canary), "{canary}: {text}");
    }
    for there in [
        "ldap-password = \"(left out)\"",
        "unknown field",
        "\"pcsc-state\": \"running\"",
        "lanyardctl 0.",
    ] {
        assert!(text.contains(there), "{there}: {text}");
    }
    let (again, _) = bundle("bundle.tar.gz", &[]);
    assert_eq!(again.status.code(), Some(1));
    assert!(again.stderr.contains("bundle.tar.gz: cannot be written"), "{}", again.stderr);
    drop(daemon);
}
