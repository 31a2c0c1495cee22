//! Cards that are pulled, reset or die at every point of the conversation.

use lanyard_card::NotSent;
use lanyard_card::piv::{LoggedOut, NotHeld, Tries, Unclear, Unsigned, Verdict};
use lanyard_iso7816::{ChannelError, ExchangeError};
use lanyard_virtcard::Fault;

use crate::desk::{Desk, holds_a_passcode};

#[test]
fn a_card_pulled_during_verify_is_unclear_and_asked_no_more() {
    let mut desk = Desk::of("nurse");
    desk.witness.card.set_fault(Some(Fault::PulledDuringVerify));
    let outcome = desk.enter(&desk.right.clone()).unwrap();
    let Verdict::Unclear(Unclear::NoAnswer(lost), Tries::Untold) = outcome.verdict else {
        panic!("{:?}", outcome.verdict);
    };
    assert_eq!(lost, ExchangeError::Channel(ChannelError::CardRemoved));
    assert_eq!(outcome.logged_out, LoggedOut::NeedsReset);
    assert!(holds_a_passcode(desk.witness.heard.last().unwrap()), "nothing follows");
    assert_eq!((desk.passcodes_heard(), desk.tries()), (1, 2));
    desk.ledger.settle(outcome.settlement).unwrap();
    let seen = desk.ledger.saw(&desk.identity.serial, Tries::Left(2).into()).unwrap();
    assert_eq!(seen.strikes, 1, "what the card says when it is back decides");
}

/// Every command of the conversation may be the last that the card answers, and any may find it reset.
#[test]
fn a_card_that_dies_or_is_reset_anywhere_is_sent_at_most_one_passcode() {
    for persona in ["nurse", "gp"] {
        let commands = if persona == "gp" { 6 } else { 4 };
        let mut desk = Desk::of(persona);
        for answered in 0..=commands + 2 {
            for fault in [Fault::DiesAfter(answered), Fault::ResetAfter(answered)] {
                desk.put_in_again();
                desk.witness.card.set_fault(Some(fault));
                let outcome = desk.enter(&desk.right.clone());
                let what = format!("{persona}, {fault}: {outcome:?}");
                match (answered, outcome) {
                    (0 | 1, Err(NotSent::Lost(ExchangeError::Channel(_)))) => {
                        assert_eq!(desk.passcodes_heard(), 0, "{what}");
                    }
                    (2.., Ok(outcome)) => {
                        assert_eq!(desk.passcodes_heard(), 1, "{what}");
                        judge(answered, commands, &outcome.verdict, outcome.logged_out);
                        desk.ledger.settle(outcome.settlement).unwrap();
                    }
                    _ => panic!("{what}"),
                }
                assert_eq!(desk.tries(), 3, "{what}");
            }
        }
    }
}

fn judge(
    answered: u32,
    commands: u32,
    verdict: &Verdict<Result<lanyard_card::piv::KeyHeld, NotHeld>>,
    logged_out: LoggedOut,
) {
    let what = format!("after {answered}: {verdict:?}, {logged_out:?}");
    match verdict {
        Verdict::Unclear(Unclear::NoAnswer(_), Tries::Untold) => assert_eq!(answered, 2, "{what}"),
        Verdict::Accepted(Err(NotHeld::Unsigned(Unsigned::Exchange(_)))) => {
            assert!((3..commands).contains(&answered), "{what}");
        }
        Verdict::Accepted(Ok(_)) => assert!(answered >= commands, "{what}"),
        _ => panic!("{what}"),
    }
    let left_well = answered >= commands + 2;
    assert_eq!(logged_out != LoggedOut::NeedsReset, left_well, "{what}");
}

#[test]
fn a_wrong_passcode_at_a_card_that_dies_costs_what_the_card_counts() {
    for answered in 0..=4 {
        let mut desk = Desk::of("nurse");
        desk.witness.card.set_fault(Some(Fault::DiesAfter(answered)));
        if let Ok(outcome) = desk.enter("654321") {
            desk.ledger.settle(outcome.settlement).unwrap();
        }
        assert!(desk.passcodes_heard() <= 1);
        // A virtual card that dies has not heard the command it does not answer.
        assert_eq!(desk.tries(), if answered >= 3 { 2 } else { 3 }, "{answered}");
    }
}

#[test]
fn a_card_of_nonsense_is_sent_nothing_or_proves_nothing() {
    for fault in [Fault::Garbage, Fault::Short, Fault::Endless, Fault::Mute, Fault::HugeCertificate]
    {
        let mut desk = Desk::of("nurse");
        desk.witness.card.set_fault(Some(fault));
        match desk.enter(&desk.right.clone()) {
            Err(NotSent::BegunForAnother(_)) => unreachable!("the intent was right"),
            Err(_) => assert_eq!(desk.passcodes_heard(), 0, "{fault}"),
            Ok(outcome) => {
                assert_eq!(desk.passcodes_heard(), 1, "{fault}");
                let held = matches!(outcome.verdict, Verdict::Accepted(Ok(_)));
                assert_eq!(held, fault == Fault::HugeCertificate, "{fault}: {:?}", outcome.verdict);
                desk.ledger.settle(outcome.settlement).unwrap();
            }
        }
    }
}

#[test]
fn a_card_that_insists_on_exact_lengths_is_served() {
    let mut desk = Desk::of("gp");
    desk.witness.card.set_fault(Some(Fault::ExactLength));
    let outcome = desk.enter(&desk.right.clone()).unwrap();
    assert!(matches!(outcome.verdict, Verdict::Accepted(Ok(_))), "{outcome:?}");
    assert_eq!(desk.passcodes_heard(), 1);
    desk.ledger.settle(outcome.settlement).unwrap();
}
