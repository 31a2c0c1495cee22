//! Certificates that mean harm, cards that have none, callers who may not know, and a daemon that does not
//! know yet.

use std::{fs, net::TcpListener};

use lanyard_stack::Stack;
use lanyard_test_pki::{CertificateDraft, Key, der};
use lanyard_witness::Witness;
use serde_json::Value;

use super::desk::{Desk, json, runs};
use crate::stage;

/// PIV's object with the certificate for signing in (SP 800-73-4 part 1 §4.3).
const CERTIFICATE_OBJECT: u32 = 0x005F_C105;

#[tokio::test]
async fn a_name_on_a_card_cannot_command_the_terminal() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let card = stack.card_outside(0, "gp").unwrap();
    let hostile =
        der::name(&[("2.5.4.3", "\u{1b}[2Jx\u{9b}31m\u{202e}y\nHolder:     999900000101")]);
    let key = Key::p256();
    let certificate = CertificateDraft::new(hostile.clone(), hostile, &key, 7).signed(&key);
    forge(&stack, &certificate);
    card.command("insert nurse").unwrap();
    witness.card_in_state("unusable").await;

    let words = runs(&stack, &["certificate"], "");
    assert_eq!(words.status.code(), Some(8), "{words:?}");
    let is_hostile = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!words.stdout.contains(is_hostile), "{words:?}");
    assert!(words.stdout.contains("[2Jx"), "{words:?}");
    assert!(!words.stdout.lines().any(|line| line.starts_with("Holder:")), "{words:?}");
    let (told, _) = json(&runs(&stack, &["certificate", "--json"], ""));
    assert!(told["holder"].is_null(), "{told}");
    assert!(told["subject"].as_str().unwrap().contains("[2Jx"), "{told}");
}

/// The nurse's card is a copy of the GP's, with this certificate.
fn forge(stack: &Stack, certificate: &[u8]) {
    let cards = stack.folder().join("cards");
    let mut card: Value =
        serde_json::from_slice(&fs::read(cards.join("gp.json")).unwrap()).unwrap();
    let mut object = vec![0x70, 0x82];
    object.extend(u16::try_from(certificate.len()).unwrap().to_be_bytes());
    object.extend(certificate);
    object.extend([0x71, 0x01, 0x00, 0xFE, 0x00]);
    let hex: Vec<String> = object.iter().map(|byte| format!("{byte:02x}")).collect();
    let there = card.pointer_mut(&format!("/objects/{CERTIFICATE_OBJECT}")).unwrap();
    *there = hex.concat().into();
    fs::write(cards.join("nurse.json"), card.to_string()).unwrap();
}

#[tokio::test]
async fn while_a_responder_is_silent_the_certificate_is_still_being_checked() {
    let stack = Stack::start().unwrap();
    // It takes connections, and nobody answers.
    let responder = stack.inside(|| TcpListener::bind("127.0.0.1:0")).unwrap().unwrap();
    let address = responder.local_addr().unwrap();
    let settings = format!(
        "[revocation]\nlists = \"\"\nresponders = \"\"\ncache = \"\"\nresponder = \"http://{address}/\"\n\
         fetch-within-ms = 60000\n"
    );
    let _daemon = stack.daemon(&settings).unwrap();
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    let (told, ended) = json(&runs(&stack, &["certificate", "--json"], ""));
    assert_eq!((&told["verdict"], ended), (&"checking".into(), Some(9)), "{told}");
    assert!(told["reason"].is_null() && told["message"].is_null(), "{told}");
    assert_eq!(told["holder"], "999900000102");
    let words = runs(&stack, &["certificate"], "");
    assert_eq!(words.status.code(), Some(9), "{words:?}");
    assert!(words.stdout.starts_with("STILL BEING CHECKED: nothing is against it"), "{words:?}");

    drop(responder);
    witness.card_in_state("unusable").await;
    let (told, ended) = json(&runs(&stack, &["certificate", "--json"], ""));
    assert_eq!((&told["reason"], ended), (&"not-checked".into(), Some(8)), "{told}");
    assert_eq!(told["revocation"]["status"], "not-checked");
}

#[tokio::test]
async fn the_card_is_chosen_as_other_commands_choose_it() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let none = runs(&stack, &["certificate"], "");
    assert_eq!(none.status.code(), Some(1), "{none:?}");
    assert_eq!(none.stdout, "It failed: no card is in a reader.\n");

    let card = stack.card(0, "blank").unwrap();
    witness.card_in_state("unusable").await;
    let blank = runs(&stack, &["certificate"], "");
    assert_eq!((blank.status.code(), &*blank.stdout), (Some(1), ""), "{blank:?}");
    assert!(blank.stderr.starts_with("lanyardctl: "), "{blank:?}");

    let other = stack.card(1, "nurse").unwrap();
    witness.card_in_state("ready").await;
    let only = runs(&stack, &["certificate", "--pem"], "");
    assert_eq!(only.status.code(), Some(0), "the card that has told one is meant: {only:?}");

    card.swap("gp").unwrap();
    witness.card_removed().await;
    let (path, _) = witness.card_inserted().await;
    while witness.card(path.clone()).await.state().await.unwrap() != "ready" {
        witness.card_state_changed().await;
    }
    let several = runs(&stack, &["certificate"], "");
    assert_eq!(several.status.code(), Some(6), "{several:?}");
    assert_eq!(several.stdout.lines().count(), 3, "{several:?}");
    let named = runs(&stack, &["certificate", "--pem", "--card", &path], "");
    assert_eq!(named.status.code(), Some(0), "{named:?}");
    drop(other);
}

#[tokio::test]
async fn a_stranger_is_told_nothing() {
    let desk = Desk::with("nurse").await;
    let program = lanyard_stack::own_program("lanyardctl").unwrap();
    let stranger = desk
        .stack()
        .command("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(program)
        .args(["--bus", desk.stack().bus().address(), "certificate"])
        .run()
        .unwrap();
    assert_eq!((stranger.status.code(), &*stranger.stdout), (Some(1), ""), "{stranger:?}");
    assert!(stranger.stderr.contains("not allowed: "), "{stranger:?}");
}
