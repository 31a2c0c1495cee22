//! `lanyardctl doctor` and `support-bundle` beside the real daemon: well, without pcscd, without daemon and bus.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use lanyard_stack::{Finished, Stack, own_program};
use lanyard_witness::Does;
use serde_json::Value;

use crate::sitting::{RIGHT, Sitting};
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

/// A journal in which the daemon said what it should not have, as journalctl(1) writes it.
const JOURNAL: &str = r#"#!/bin/sh
echo '{"__REALTIME_TIMESTAMP":"1767600000654321","PRIORITY":"4","_PID":"7","MESSAGE":"of 999900000102","_HOSTNAME":"CANARY-HOST","_CMDLINE":"CANARY-LINE"}'
"#;

/// A bundle that is made beside that journal, and what is in it.
fn bundle(stack: &Stack, name: &str, more: &[&str]) -> (Finished, String) {
    let (file, programs) = (stack.folder().join(name), stack.folder().join("programs"));
    fs::create_dir_all(&programs).unwrap();
    let journalctl = programs.join("journalctl");
    fs::write(&journalctl, JOURNAL).unwrap();
    fs::set_permissions(&journalctl, Permissions::from_mode(0o755)).unwrap();
    let path = format!("PATH={}:/usr/bin:/bin", programs.display());
    let told = stack.command("env").arg(path).arg(own_program("lanyardctl").unwrap());
    let told = told.args(["--bus", stack.bus().address(), "support-bundle", "--config"]);
    let told = told.arg(stack.folder().join("lanyard.toml")).arg("--output").arg(&file);
    let told = told.args(more).run().unwrap();
    (told, unpacked(&file))
}

#[tokio::test]
async fn a_support_bundle_tells_nobody_who_works_here() {
    let Sitting { stack, daemon: _daemon, witness, card: _card, person } =
        Sitting::with("nurse").await;
    person.then(Does::types(RIGHT));
    assert_eq!(witness.authenticate("/").await.words(), ("ok", ""));
    // A private key among the anchors, a person's document.
    let key = "-----BEGIN PRIVATE KEY-----\nQ0FOQVJZLUtFWQ==\n-----END PRIVATE KEY-----\n";
    fs::write(stack.pki().join("anchors/oops.pem"), key).unwrap();
    let roles = stack.roles().settings().folder.clone();
    fs::write(roles.join("999900000555.jws"), "Jane Canary").unwrap();

    let (told, first) = bundle(&stack, "bundle.tar.gz", &[]);
    assert!(told.status.success(), "{}", told.stderr);
    assert!(told.stdout.contains("Look through it before you send it"), "{}", told.stdout);
    for there in [
        "of …0102",
        "\"holder\":\"…0102\"",
        "\"pcsc-state\": \"running\"",
        "lanyardctl 0.",
        "oops.pem",
    ] {
        assert!(first.contains(there), "{there}: {first}");
    }
    let (again, _) = bundle(&stack, "bundle.tar.gz", &[]);
    assert_eq!(again.status.code(), Some(1));
    assert!(again.stderr.contains("bundle.tar.gz: cannot be written"), "{}", again.stderr);

    // A secret in a file, which the daemon would refuse.
    let further = stack.folder().join("lanyard.d");
    fs::create_dir(&further).unwrap();
    fs::write(further.join("site.toml"), "[roles]\nldap-password = \"CANARY-WORD\"\n").unwrap();
    let (_, second) = bundle(&stack, "second.tar.gz", &[]);
    for there in ["ldap-password = \"(left out)\"", "unknown field"] {
        assert!(second.contains(there), "{there}: {second}");
    }
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let canaries = ["99990000", "Jane", "Test Nurse", "CANARY", "Q0FOQVJZ", RIGHT, host.trim()];
    for canary in canaries.into_iter().filter(|canary| !canary.is_empty()) {
        assert!(!first.contains(canary), "{canary}: {first}");
        assert!(!second.contains(canary), "{canary}: {second}");
    }
    let (_, full) = bundle(&stack, "full.tar.gz", &["--full-uuids"]);
    assert!(full.contains("of 999900000102") && !full.contains("CANARY"), "{full}");
}
