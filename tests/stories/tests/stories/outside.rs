//! Outside programs beside us at the same card: they cannot ride on a passcode that was entered with us, and
//! they say the same of its tries.

use std::fs;

use lanyard_witness::{Does, text};

use crate::sitting::{RIGHT, Sitting, WRONG};

const SELECT: &str = "-s 00:A4:04:00:05:A0:00:00:03:08";

/// VERIFY with [`RIGHT`].
const VERIFY: &str = "-s 00:20:00:80:08:31:32:33:34:35:36:FF:FF";

/// A card, the mechanism of PKCS#11 for its sign-in key, and GENERAL AUTHENTICATE with that key.
fn kinds() -> [(&'static str, &'static str, String); 2] {
    let bytes = |byte: &str, count: usize| vec![byte; count].join(":");
    let p256 = format!("-s 00:87:11:9A:26:7C:24:82:00:81:20:{}:00", bytes("5A", 32));
    let head = "7C:82:01:06:82:00:81:82:01:00:00";
    let (first, last) = (bytes("5A", 255 - 11), bytes("5A", 11));
    let rsa = format!("-s 10:87:07:9A:FF:{head}:{first} -s 00:87:07:9A:0B:{last}:00");
    [("nurse", "ECDSA", p256), ("gp", "SHA256-RSA-PKCS", rsa)]
}

#[tokio::test]
async fn nobody_rides_on_a_passcode_that_was_entered_with_us() {
    for (persona, mechanism, authenticate) in kinds() {
        let mut sitting = Sitting::with(persona).await;
        fs::write(sitting.stack.folder().join("data"), [0x5A; 32]).unwrap();
        let read = "yubico-piv-tool --reader Virtual -a read-certificate -s 9a -o certificate.pem";
        assert!(sitting.ask(read).0);
        assert_eq!(sitting.enters(Does::types(RIGHT)).await.outcome, "ok");

        let sign = format!("--sign --mechanism {mechanism} --id 01 -i data -o signature");
        let test = "-a test-signature -s 9a -i certificate.pem";
        let (opensc, said) = sitting.ask(&format!("pkcs11-tool {sign}"));
        assert!(!opensc, "{persona}: OpenSC signs without the passcode: {said}");
        let (yubico, said) = sitting.ask(&format!("yubico-piv-tool --reader Virtual {test}"));
        assert!(!yubico, "{persona}: yubico-piv-tool signs without the passcode: {said}");

        let (_, said) = sitting.ask(&format!("opensc-tool {SELECT} {authenticate}"));
        assert!(
            said.contains("(SW1=0x69, SW2=0x82)"),
            "{persona}: no passcode, no signature: {said}"
        );

        let (_, said) = sitting.ask(&format!("opensc-tool {SELECT} {VERIFY} {authenticate}"));
        assert!(!said.contains("SW1=0x69") && said.contains("7C "), "{persona}: {said}");
        let (opensc, said) = sitting.ask(&format!("pkcs11-tool --login --pin {RIGHT} {sign}"));
        assert!(opensc, "{persona}: {said}");
        let with = format!("yubico-piv-tool --reader Virtual -a verify-pin -P {RIGHT} {test}");
        let (yubico, said) = sitting.ask(&with);
        assert!(yubico, "{persona}: {said}");
        // What they verified helps nobody with us either.
        assert_eq!(sitting.enters(Does::types(WRONG)).await.outcome, "refused");
    }
}

/// The tries of the card in the reader, as two outside programs say.
fn as_others_say(sitting: &Sitting) -> [i32; 2] {
    let (_, status) = sitting.ask("yubico-piv-tool --reader Virtual -a status");
    let line = status.lines().find_map(|line| line.strip_prefix("PIN tries left:"));
    let yubico = line.and_then(|number| number.trim().parse().ok());
    let (_, said) = sitting.ask(&format!("opensc-tool {SELECT} -s 00:20:00:80"));
    let word = said.rsplit("(SW1=0x").next().and_then(|word| word.get(..12));
    let opensc = match word {
        Some("69, SW2=0x83") => Some(0),
        word => {
            word.and_then(|word| i32::from_str_radix(word.strip_prefix("63, SW2=0xC")?, 16).ok())
        }
    };
    // A program that says nothing of the kind is seen in what is compared.
    [yubico.unwrap_or(-1), opensc.unwrap_or(-1)]
}

/// We say so many, and so do all others.
async fn all_say(sitting: &mut Sitting, tries: i32, after: &str) {
    assert_eq!(sitting.published().await, tries, "after {after}");
    assert_eq!(as_others_say(sitting), [tries; 2], "after {after}");
    assert_eq!(sitting.published().await, tries, "others have looked after {after}");
}

#[tokio::test]
async fn others_count_as_we_do() {
    let mut sitting = Sitting::with("nurse").await;
    all_say(&mut sitting, 3, "nothing").await;
    for (does, outcome, tries) in [
        (Does::types(WRONG), "refused", 2),
        (Does::types(RIGHT), "ok", 3),
        (Does::types(WRONG), "refused", 2),
        (Does::types(WRONG), "refused", 1),
        (Does::types(RIGHT), "cancelled", 1),
        (Does::types_with_yes(RIGHT), "ok", 3),
        (Does::types("12"), "wrong-format", 3),
        (Does::types(WRONG), "refused", 2),
        (Does::types(WRONG), "refused", 1),
        (Does::types_with_yes(WRONG), "now-blocked", 0),
    ] {
        let said = format!("{does:?}");
        assert_eq!(sitting.enters(does).await.outcome, outcome, "{said}");
        all_say(&mut sitting, tries, &said).await;
    }
    assert_eq!(sitting.witness.authenticate("/").await.outcome, "was-blocked");
    all_say(&mut sitting, 0, "was-blocked").await;
}

#[tokio::test]
async fn others_count_as_we_do_when_a_passcode_is_changed() {
    let mut sitting = Sitting::with("nurse").await;
    let changed = sitting.changes([WRONG, "739150", "739150"]).await;
    assert_eq!((changed.outcome.as_str(), changed.tries_left()), ("refused", Some(2)));
    all_say(&mut sitting, 2, "a change with a wrong passcode").await;
    assert_eq!(sitting.changes([RIGHT, "739150", "739150"]).await.outcome, "ok");
    all_say(&mut sitting, 3, "a change").await;
    let verify = "yubico-piv-tool --reader Virtual -a verify-pin -P 739150";
    assert!(sitting.ask(verify).0, "another program takes the new passcode");
}

#[tokio::test]
async fn cards_that_come_with_few_tries_keep_them() {
    for (persona, outcome, tries) in [
        ("blocked", "was-blocked", 0),
        ("issued-locked", "was-blocked", 0),
        ("one-try-left", "cancelled", 1),
    ] {
        let mut sitting = Sitting::with(persona).await;
        all_say(&mut sitting, tries, persona).await;
        assert_eq!(sitting.enters(Does::types(RIGHT)).await.outcome, outcome, "{persona}");
        all_say(&mut sitting, tries, persona).await;
    }
    for (passcode, outcome, tries) in [(RIGHT, "ok", 3), (WRONG, "now-blocked", 0)] {
        let mut sitting = Sitting::with("one-try-left").await;
        assert_eq!(sitting.enters(Does::types_with_yes(passcode)).await.outcome, outcome);
        all_say(&mut sitting, tries, outcome).await;
    }
}

/// We are stricter than the card, and say so.
#[tokio::test]
async fn a_card_with_ten_tries_is_blocked_here_and_nowhere_else() {
    let mut sitting = Sitting::with("ten-tries").await;
    for (outcome, reason, here, card) in
        [("refused", "", 2, 9), ("refused", "", 1, 8), ("now-blocked", "blocked-here", 0, 7)]
    {
        let ended = sitting.enters(Does::types_with_yes(WRONG)).await;
        assert_eq!(ended.words(), (outcome, reason));
        assert_eq!((sitting.published().await, as_others_say(&sitting)), (here, [card; 2]));
    }
    let properties = sitting.witness.card_in_state("blocked").await;
    assert_eq!(text(&properties, "Reason"), "");
    assert_eq!(sitting.witness.authenticate("/").await.words(), ("was-blocked", "blocked-here"));
    assert_eq!(as_others_say(&sitting), [7; 2]);

    // Whoever knows the passcode unblocks it: elsewhere, or with another program.
    let verify = format!("yubico-piv-tool --reader Virtual -a verify-pin -P {RIGHT}");
    assert!(sitting.ask(&verify).0);
    sitting.card.remove().unwrap();
    sitting.witness.card_removed().await;
    sitting.card.insert().unwrap();
    sitting.witness.card_in_state("ready").await;
    assert_eq!((sitting.published().await, as_others_say(&sitting)), (3, [10; 2]));
}
