//! What must be as it was shown before a passcode leaves.

use lanyard_card::piv::{LoggedOut, Tries, Verdict, tries_left};
use lanyard_card::{Continuity, LastTry, NotSent, Shown, identify};
use lanyard_iso7816::CardChannel;
use lanyard_ledger::Purpose;

use crate::desk::{CHALLENGE, Desk, intent, passcode};

/// Another program enters a passcode behind our back.
fn elsewhere(desk: &mut Desk, text: &str) -> Vec<u8> {
    let mut padded = [0xFF; 8];
    padded[..text.len()].copy_from_slice(text.as_bytes());
    let verify = [&[0, 0x20, 0, 0x80, 8][..], &padded].concat();
    desk.witness.card.transmit(&verify).unwrap()
}

#[test]
fn fewer_tries_than_shown_stop_the_conversation() {
    let mut desk = Desk::of("nurse");
    assert_eq!(elsewhere(&mut desk, "000000"), [0x63, 0xC2]);
    let stopped = desk.enter(&desk.right.clone()).unwrap_err();
    assert!(matches!(stopped, NotSent::FewerTries(Tries::Left(2))));
    assert_eq!((desk.tries(), desk.passcodes_heard()), (2, 0));
}

#[test]
fn the_last_try_is_spent_only_with_consent() {
    let mut desk = Desk::of("one-try-left");
    let shown = Shown { tries: Tries::Left(1), last_try: LastTry::Kept };
    let stopped = desk.enter_when_shown(&desk.right.clone(), shown).unwrap_err();
    assert!(matches!(stopped, NotSent::LastTry));
    assert_eq!((desk.tries(), desk.passcodes_heard()), (1, 0));
    let outcome = desk.enter("654321").unwrap();
    assert!(matches!(outcome.verdict, Verdict::NowBlocked));
    desk.ledger.settle(outcome.settlement).unwrap();
}

#[test]
fn a_card_that_somebody_else_verified_is_logged_out_first() {
    let mut desk = Desk::of("nurse");
    assert_eq!(elsewhere(&mut desk, "123456"), [0x90, 0]);
    let outcome = desk.enter("654321").unwrap();
    assert!(matches!(outcome.verdict, Verdict::Refused(Tries::Left(2))));
    assert!(!desk.witness.card.is_verified());
    desk.ledger.settle(outcome.settlement).unwrap();
}

#[test]
fn another_card_behind_a_connection_made_anew_is_sent_nothing() {
    let mut desk = Desk::of("nurse");
    desk.witness.card = Desk::of("gp").witness.card;
    desk.continuity = Continuity::Broken;
    let stopped = desk.enter(&desk.right.clone()).unwrap_err();
    assert!(matches!(stopped, NotSent::AnotherCard));
    assert_eq!(desk.passcodes_heard(), 0);
}

#[test]
fn the_same_card_behind_a_connection_made_anew_costs_one_command_more() {
    let mut desk = Desk::of("nurse");
    desk.continuity = Continuity::Broken;
    let outcome = desk.enter(&desk.right.clone()).unwrap();
    assert!(matches!(outcome.verdict, Verdict::Accepted(Ok(_))));
    assert_eq!(desk.witness.card.counts().apdus, 5 + 2);
    desk.ledger.settle(outcome.settlement).unwrap();
}

#[test]
fn an_intent_for_another_card_or_purpose_sends_nothing() {
    let other = Desk::of("gp").identity;
    for purpose in [Purpose::SignIn, Purpose::ChangePasscode] {
        let mut desk = Desk::of("nurse");
        let Desk { witness, identity, ledger, slot, continuity, .. } = &mut desk;
        let meant = if purpose == Purpose::SignIn { &other } else { &*identity };
        let card = lanyard_card::IdentifiedCard { identity, slot: *slot, continuity: *continuity };
        let shown = Shown { tries: Tries::Left(3), last_try: LastTry::Kept };
        let begin = |tries| ledger.begin(intent(meant, tries, purpose));
        let stopped = lanyard_card::authenticate(
            witness,
            &card,
            &passcode("123456"),
            shown,
            CHALLENGE,
            begin,
        );
        let Err(NotSent::BegunForAnother(settlement)) = stopped else { panic!("{stopped:?}") };
        assert_eq!(ledger.settle(settlement).unwrap().strikes, 0);
        assert_eq!((desk.passcodes_heard(), desk.tries()), (0, 3));
    }
}

#[test]
fn the_tries_are_told_to_whoever_begins() {
    let mut desk = Desk::of("ten-tries");
    let Desk { witness, identity, slot, continuity, .. } = &mut desk;
    let card = lanyard_card::IdentifiedCard { identity, slot: *slot, continuity: *continuity };
    let shown = Shown { tries: Tries::Left(3), last_try: LastTry::Kept };
    let begin = Err::<lanyard_ledger::IntentSynced, _>;
    let stopped =
        lanyard_card::authenticate(witness, &card, &passcode("123456"), shown, CHALLENGE, begin);
    assert!(matches!(stopped, Err(NotSent::NotBegun(Tries::Left(10)))), "{stopped:?}");
    assert_eq!(desk.passcodes_heard(), 0);
}

#[test]
fn nobody_rides_on_a_passcode_afterwards() {
    let mut desk = Desk::of("nurse");
    let outcome = desk.enter(&desk.right.clone()).unwrap();
    assert_eq!(outcome.logged_out, LoggedOut::Yes(Tries::Left(3)));
    assert_eq!(tries_left(&mut desk.witness), Ok(Tries::Left(3)));
    let digest = [&[0, 0x87, 0x11, 0x9A, 38, 0x7C, 36, 0x82, 0, 0x81, 32][..], &[7; 32]].concat();
    assert_eq!(desk.witness.transmit(&digest), Ok(vec![0x69, 0x82]));
    desk.ledger.settle(outcome.settlement).unwrap();
    let again = identify(&mut desk.witness, desk.slot, &|_| None).unwrap();
    assert_eq!(again, desk.identity);
}
