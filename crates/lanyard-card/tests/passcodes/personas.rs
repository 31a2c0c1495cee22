//! Cards as they are issued: right, wrong and blocked, and what each costs.

use lanyard_card::piv::{LoggedOut, Tries, Verdict};
use lanyard_card::{NotSent, UnsuitableKey};

use crate::desk::{CHALLENGE, Desk};

#[test]
fn the_right_passcode_and_the_right_key_are_proved_within_the_budget() {
    for (persona, commands) in [
        ("nurse", 4),
        ("receptionist", 4),
        ("ten-tries", 4),
        ("one-try-left", 4),
        ("gp", 6),
        ("pharmacist", 6),
    ] {
        let mut desk = Desk::of(persona);
        let outcome = desk.enter(&desk.right.clone()).unwrap();
        let Verdict::Accepted(Ok(held)) = outcome.verdict else {
            panic!("{persona}: {:?}", outcome.verdict);
        };
        assert_eq!(held.certificate(), &desk.identity.certificate);
        assert_eq!(held.challenge(), &CHALLENGE);
        let counts = desk.witness.card.counts();
        assert_eq!(counts.apdus, commands + 2, "{persona}: two log it out");
        assert_eq!(desk.passcodes_heard(), 1);
        assert!(!desk.witness.card.is_verified());
        let LoggedOut::Yes(Tries::Left(left)) = outcome.logged_out else {
            panic!("{persona}: {:?}", outcome.logged_out);
        };
        assert_eq!(left, desk.tries());
        assert_eq!(desk.ledger.settle(outcome.settlement).unwrap().strikes, 0);
    }
}

#[test]
fn nothing_comes_between_the_passcode_and_the_signature() {
    for persona in ["nurse", "gp"] {
        let mut desk = Desk::of(persona);
        let outcome = desk.enter(&desk.right.clone()).unwrap();
        let instructions: Vec<u8> = desk.witness.heard.iter().map(|heard| heard[1]).collect();
        let expected: &[u8] = match persona {
            "gp" => &[0xA4, 0x20, 0x20, 0x87, 0x87, 0xC0, 0x20, 0x20],
            _ => &[0xA4, 0x20, 0x20, 0x87, 0x20, 0x20],
        };
        assert_eq!(instructions, expected);
        desk.ledger.settle(outcome.settlement).unwrap();
    }
}

#[test]
fn a_wrong_passcode_costs_one_try_and_three_commands() {
    let mut desk = Desk::of("nurse");
    let outcome = desk.enter("654321").unwrap();
    assert!(matches!(outcome.verdict, Verdict::Refused(Tries::Left(2))));
    assert_eq!(outcome.logged_out, LoggedOut::Yes(Tries::Left(2)));
    assert_eq!((desk.tries(), desk.witness.card.counts().apdus), (2, 3));
    let standing = desk.ledger.settle(outcome.settlement).unwrap();
    assert_eq!(standing.strikes, 1);
}

#[test]
fn the_third_wrong_passcode_blocks_the_card_and_a_fourth_is_not_sent() {
    let mut desk = Desk::of("nurse");
    for left in [2, 1] {
        let outcome = desk.enter("654321").unwrap();
        assert!(matches!(outcome.verdict, Verdict::Refused(Tries::Left(tries)) if tries == left));
        desk.ledger.settle(outcome.settlement).unwrap();
        desk.look_again();
    }
    let outcome = desk.enter("654321").unwrap();
    assert!(matches!(outcome.verdict, Verdict::NowBlocked));
    assert_eq!(outcome.logged_out, LoggedOut::Yes(Tries::Blocked));
    desk.ledger.settle(outcome.settlement).unwrap();
    desk.look_again();
    let stopped = desk.enter(&desk.right.clone()).unwrap_err();
    assert!(matches!(stopped, NotSent::WasBlocked));
    assert_eq!((desk.tries(), desk.passcodes_heard()), (0, 0));
}

#[test]
fn a_card_that_allows_ten_is_sent_three_wrong_passcodes() {
    let mut desk = Desk::of("ten-tries");
    for left in [9, 8, 7] {
        let outcome = desk.enter("654321").unwrap();
        assert!(matches!(outcome.verdict, Verdict::Refused(Tries::Left(tries)) if tries == left));
        desk.ledger.settle(outcome.settlement).unwrap();
        desk.look_again();
    }
    let stopped = desk.enter(&desk.right.clone()).unwrap_err();
    assert!(matches!(stopped, NotSent::NotBegun(_)));
    assert_eq!((desk.tries(), desk.passcodes_heard()), (7, 0));
}

#[test]
fn blocked_cards_are_sent_nothing() {
    for persona in ["blocked", "issued-locked"] {
        let mut desk = Desk::of(persona);
        let stopped = desk.enter(&desk.right.clone()).unwrap_err();
        assert!(matches!(stopped, NotSent::WasBlocked), "{persona}");
        assert_eq!((desk.passcodes_heard(), desk.witness.card.counts().apdus), (0, 2));
    }
}

#[test]
fn a_strict_card_does_not_take_letters_for_a_passcode() {
    let mut desk = Desk::of("nurse");
    for entry in ["desk42", "2468"] {
        let outcome = desk.enter(entry).unwrap();
        assert!(matches!(outcome.verdict, Verdict::WrongFormat(Tries::Left(3))), "{entry}");
        assert_eq!(outcome.logged_out, LoggedOut::Yes(Tries::Left(3)));
        assert_eq!(desk.ledger.settle(outcome.settlement).unwrap().strikes, 0);
    }
    assert_eq!((desk.tries(), desk.passcodes_heard()), (3, 2));
}

#[test]
fn letters_are_small_or_capital() {
    let mut desk = Desk::of("receptionist");
    let outcome = desk.enter("DESK42").unwrap();
    assert!(matches!(outcome.verdict, Verdict::Refused(Tries::Left(2))));
    desk.ledger.settle(outcome.settlement).unwrap();
    desk.look_again();
    let outcome = desk.enter("desk42\n").unwrap();
    assert!(matches!(outcome.verdict, Verdict::Accepted(Ok(_))));
    assert_eq!(desk.ledger.settle(outcome.settlement).unwrap().strikes, 0);
}

#[test]
fn a_copied_certificate_without_its_key_proves_nothing() {
    let mut desk = Desk::of("clone");
    let outcome = desk.enter(&desk.right.clone()).unwrap();
    assert!(matches!(
        outcome.verdict,
        Verdict::Accepted(Err(lanyard_card::piv::NotHeld::WrongSignature))
    ));
    assert!(!desk.witness.card.is_verified());
    assert_eq!(desk.ledger.settle(outcome.settlement).unwrap().strikes, 0);
}

#[test]
fn a_key_of_no_known_kind_is_named_before_the_card_is_asked() {
    let mut desk = Desk::of("nurse");
    let pkcs = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let other = rcgen::CertificateParams::default().self_signed(&pkcs).unwrap();
    desk.identity.certificate = lanyard_card::Certificate::parse(other.der()).unwrap();
    let stopped = desk.enter(&desk.right.clone()).unwrap_err();
    assert!(matches!(stopped, NotSent::UnsuitableKey(UnsuitableKey::Unsupported)));
    assert_eq!(desk.witness.heard.len(), 0);
}
