//! Identifying cards of every persona, in process, counted at the card.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{collections::VecDeque, time::SystemTime};

use lanyard_card::{
    Identity, Unidentified, identify,
    piv::{Slot, Tries},
};
use lanyard_iso7816::{CardChannel, ChannelError};
use lanyard_virtcard::{Authorities, Card, Fault, Personas};
use proptest::prelude::*;

fn card(persona: &str) -> Card {
    #[expect(clippy::disallowed_methods, reason = "certificates are issued as of today")]
    let now = SystemTime::now();
    let authorities = Authorities::in_memory(now).unwrap();
    let personas = Personas::compiled_in().unwrap();
    Card::issue(personas.named(persona).unwrap(), &authorities, now).unwrap()
}

fn look(card: &mut Card) -> Result<Identity, Unidentified> {
    identify(card, Slot::Authentication, &|_| None)
}

#[test]
fn a_new_card_is_identified_with_at_most_8_commands() {
    for (persona, holder) in [("gp", "rsa2048"), ("nurse", "p256")] {
        let mut card = card(persona);
        let identity = look(&mut card).unwrap();
        assert_eq!(identity.tries, Tries::Left(3), "{persona}");
        assert!(identity.certificate.holder().is_some());
        assert!(card.counts().apdus <= 8, "{holder}: {:?}", card.counts());
    }
}

#[test]
fn a_known_card_is_identified_with_3_commands() {
    let mut card = card("gp");
    let identity = look(&mut card).unwrap();
    card.reset_counts();
    let known = |serial: &_| (*serial == identity.serial).then(|| identity.certificate.clone());
    let again = identify(&mut card, Slot::Authentication, &known).unwrap();
    assert_eq!(again, identity);
    assert_eq!(card.counts().apdus, 3);
}

#[test]
fn another_card_is_not_taken_for_a_known_one() {
    let first = look(&mut card("gp")).unwrap();
    let known = |serial: &_| (*serial == first.serial).then(|| first.certificate.clone());
    let second = identify(&mut card("nurse"), Slot::Authentication, &known).unwrap();
    assert_ne!(second.certificate, first.certificate);
}

#[test]
fn a_card_found_verified_is_logged_out_before_its_tries_are_read() {
    let mut card = card("nurse");
    card.transmit(&[0, 0xA4, 4, 0, 9, 0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0]).unwrap();
    let passcode = Personas::compiled_in().unwrap().named("nurse").unwrap().passcode.clone();
    let mut verify = vec![0, 0x20, 0, 0x80, 8];
    verify.extend(passcode.bytes().chain([0xFF; 8]).take(8));
    assert_eq!(card.transmit(&verify), Ok(vec![0x90, 0]));
    assert!(card.is_verified());

    assert_eq!(look(&mut card).unwrap().tries, Tries::Left(3));
    assert!(!card.is_verified());
}

#[test]
fn tries_are_told_as_they_are() {
    for (persona, tries) in [
        ("one-try-left", Tries::Left(1)),
        ("ten-tries", Tries::Left(10)),
        ("blocked", Tries::Blocked),
        ("issued-locked", Tries::Blocked),
    ] {
        assert_eq!(look(&mut card(persona)).unwrap().tries, tries, "{persona}");
    }
}

#[test]
fn a_card_without_our_application_hears_two_selects_and_nothing_more() {
    let mut card = card("unsupported");
    assert_eq!(look(&mut card), Err(Unidentified::Unsupported));
    assert_eq!(card.counts().apdus, 2);
    assert_eq!(card.counts().instructions.get(&0xA4), Some(&2));
}

#[test]
fn a_card_never_personalised_is_blank() {
    assert_eq!(look(&mut card("blank")), Err(Unidentified::Blank));
}

#[test]
fn a_card_without_sense_is_unreadable_and_spends_no_try() {
    let mut garbage = card("garbage");
    let unidentified = look(&mut garbage).unwrap_err();
    assert!(matches!(unidentified, Unidentified::Unreadable(_)), "{unidentified}");
    for fault in [Fault::Endless, Fault::HugeCertificate, Fault::Short] {
        let mut card = card("nurse");
        card.set_fault(Some(fault));
        let outcome = look(&mut card);
        assert!(matches!(outcome, Err(Unidentified::Unreadable(_))), "{fault}: {outcome:?}");
        assert_eq!(card.tries().passcode, 3, "{fault}");
    }
}

#[test]
fn a_card_that_insists_on_exact_lengths_is_served() {
    let mut card = card("gp");
    card.set_fault(Some(Fault::ExactLength));
    look(&mut card).unwrap();
}

#[test]
fn a_card_that_goes_or_is_reset_in_the_middle_is_lost() {
    for commands in 0..4 {
        let mut card = card("nurse");
        card.set_fault(Some(Fault::DiesAfter(commands)));
        assert_eq!(look(&mut card), Err(Unidentified::Lost(ChannelError::Mute)), "{commands}");
        card.set_fault(Some(Fault::ResetAfter(commands)));
        assert_eq!(look(&mut card), Err(Unidentified::Lost(ChannelError::CardReset)), "{commands}");
    }
}

/// A card that says whatever it likes.
#[derive(Debug)]
struct Babble {
    answers: VecDeque<Vec<u8>>,
    heard: usize,
}

impl CardChannel for Babble {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.heard += 1;
        let is_verify_with_data = matches!(command, [_, 0x20, _, _, _, ..]);
        assert!(!is_verify_with_data, "a try was spent");
        let answer = self.answers.pop_front();
        Ok(answer.unwrap_or_else(|| vec![0x61, 0]))
    }
}

fn answer() -> impl Strategy<Value = Vec<u8>> {
    let status = prop::sample::select(vec![
        [0x90, 0],
        [0x61, 0],
        [0x61, 9],
        [0x6C, 5],
        [0x6A, 0x82],
        [0x63, 0xC2],
    ]);
    let data = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        (any::<u8>(), prop::collection::vec(any::<u8>(), 0..40)).prop_map(|(length, value)| [
            vec![0x53, length, 0x34, 16],
            value
        ]
        .concat()),
    ];
    prop_oneof![
        9 => (data, status).prop_map(|(data, status)| [data, status.to_vec()].concat()),
        1 => prop::collection::vec(any::<u8>(), 0..3),
    ]
}

proptest! {
    #[test]
    fn whatever_a_card_says_it_ends_soon_and_spends_no_try(
        answers in prop::collection::vec(answer(), 0..40),
    ) {
        let mut card = Babble { answers: answers.into(), heard: 0 };
        let _ = identify(&mut card, Slot::Authentication, &|_| None);
        prop_assert!(card.heard < 80, "{} commands", card.heard);
    }
}
