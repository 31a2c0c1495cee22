//! Cards that do not behave, each in its own way.

use crate::common::{card, select, tries};
use lanyard_iso7816::{CardChannel as _, ChannelError, Command, ExchangeError, exchange};
use lanyard_virtcard::{Card, Fault, Reply};

fn with(fault: Fault) -> Card {
    let mut card = card("nurse");
    select(&mut card);
    card.set_fault(Some(fault));
    card
}

fn get_certificate() -> Command {
    let list = [0x5C, 3, 0x5F, 0xC1, 0x05];
    Command::new(0xCB, 0x3F, 0xFF).plain(list).expecting_most()
}

#[test]
fn a_mute_card_never_answers() {
    assert_eq!(card("mute").transmit(&[0, 0xA4, 4, 0]), Err(ChannelError::Mute));
}

#[test]
fn a_dying_card_answers_so_many_commands_and_no_more() {
    let mut card = with(Fault::DiesAfter(2));
    assert_eq!((tries(&mut card), tries(&mut card)), (0x63C3, 0x63C3));
    for _ in 0..3 {
        assert_eq!(card.transmit(&[0, 0x20, 0, 0x80]), Err(ChannelError::Mute));
    }
}

#[test]
fn a_card_reset_by_another_program_has_forgotten_what_was_proved() {
    let mut card = with(Fault::ResetAfter(1));
    assert_eq!(crate::common::verify(&mut card, "123456"), 0x9000);
    assert_eq!(card.transmit(&[0, 0x20, 0, 0x80]), Err(ChannelError::CardReset));
    select(&mut card);
    assert_eq!(tries(&mut card), 0x63C3);
}

#[test]
fn an_endless_answer_does_not_end() {
    let mut card = with(Fault::Endless);
    assert_eq!(exchange(&mut card, &get_certificate()), Err(ExchangeError::Endless));
}

#[test]
fn a_huge_certificate_is_exactly_as_long_as_an_answer_can_be() {
    let mut card = with(Fault::HugeCertificate);
    let response = exchange(&mut card, &get_certificate()).unwrap();
    assert_eq!(response.data.len(), 65_536);
    assert_eq!(response.status.0, 0x9000);
}

#[test]
fn short_answers_have_one_byte() {
    let mut card = with(Fault::Short);
    assert_eq!(card.transmit(&[0, 0x20, 0, 0x80]), Ok(vec![0x63]));
}

#[test]
fn a_card_may_insist_on_the_exact_length() {
    let mut card = with(Fault::ExactLength);
    let discovery = [0, 0xCB, 0x3F, 0xFF, 3, 0x5C, 1, 0x7E, 0];
    assert_eq!(card.transmit(&discovery), Ok(vec![0x6C, 20]));
    let list = [0x5C, 1, 0x7E];
    let command = Command::new(0xCB, 0x3F, 0xFF).plain(list).expecting_most();
    assert_eq!(exchange(&mut card, &command).unwrap().data.len(), 20);
}

#[test]
fn garbage_is_never_what_was_asked_for() {
    let mut card = card("garbage");
    for _ in 0..20 {
        let answer = card.transmit(&[0, 0xCB, 0x3F, 0xFF, 3, 0x5C, 1, 0x7E, 0]).unwrap();
        assert!(!answer.starts_with(&[0x7E]));
    }
}

#[test]
fn a_slow_card_says_how_slow_it_is() {
    let mut card = card("slow");
    let reply = card.reply(&[0, 0x20, 0, 0x80]);
    let Reply::Late(delay, answer) = reply else {
        panic!("{reply:?}");
    };
    assert_eq!((delay.as_millis(), answer), (150, vec![0x6D, 0]));
}

#[test]
fn counts_are_of_what_went_through_and_start_again() {
    let mut card = card("nurse");
    select(&mut card);
    tries(&mut card);
    let counts = card.counts();
    assert_eq!((counts.apdus, counts.bytes_in), (2, 17 + 4));
    assert_eq!(counts.instructions.iter().collect::<Vec<_>>(), [(&0x20, &1), (&0xA4, &1)]);
    assert_eq!(counts.headers, [[0, 0xA4, 4, 0], [0, 0x20, 0, 0x80]]);
    card.reset_counts();
    tries(&mut card);
    assert_eq!((card.counts().apdus, card.counts().bytes_out), (1, 2));
}
