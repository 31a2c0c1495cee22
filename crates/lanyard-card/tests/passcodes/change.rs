//! Changing the passcode: same tries, same ledger, same limits.

use lanyard_card::piv::{LoggedOut, Tries, Unclear, Verdict};
use lanyard_card::{
    ChangeOfPasscode, Dates, IdentifiedCard, NewPasscode, NotSent, RepeatedPasscode, Rules, change,
};
use lanyard_ledger::{LedgerError, Purpose};
use lanyard_virtcard::Fault;

use crate::desk::{Desk, entered, intent, passcode};

fn repeated(text: &str, rules: &Rules) -> RepeatedPasscode {
    let new = NewPasscode::parse(entered(text), rules, Dates::Allowed, None).unwrap();
    new.repeated(entered(text)).unwrap()
}

fn changed(
    desk: &mut Desk,
    current: &str,
    new: &RepeatedPasscode,
) -> Result<ChangeOfPasscode, NotSent<LedgerError>> {
    let shown = desk.shown();
    let Desk { witness, identity, ledger, slot, continuity, .. } = desk;
    let card = IdentifiedCard { identity, slot: *slot, continuity: *continuity };
    change(witness, &card, &passcode(current), new, shown, |tries| {
        ledger.begin(intent(identity, tries, Purpose::ChangePasscode))
    })
}

#[test]
fn the_passcode_is_changed_with_three_commands_and_the_card_logged_out() {
    let mut desk = Desk::of("nurse");
    let outcome = changed(&mut desk, "123456", &repeated("739150", &Rules::SETTING)).unwrap();
    assert!(matches!(outcome.verdict, Verdict::Accepted(_)));
    assert_eq!(outcome.logged_out, LoggedOut::Yes(Tries::Left(3)));
    assert_eq!(desk.witness.card.counts().apdus, 3 + 2);
    assert!(!desk.witness.card.is_verified());
    desk.ledger.settle(outcome.settlement).unwrap();

    let outcome = desk.enter("123456").unwrap();
    assert!(matches!(outcome.verdict, Verdict::Refused(Tries::Left(2))));
    desk.ledger.settle(outcome.settlement).unwrap();
    desk.look_again();
    let outcome = desk.enter("739150").unwrap();
    assert!(matches!(outcome.verdict, Verdict::Accepted(Ok(_))));
    desk.ledger.settle(outcome.settlement).unwrap();
}

#[test]
fn a_wrong_current_passcode_costs_a_try_and_the_third_blocks() {
    let mut desk = Desk::of("nurse");
    let new = repeated("739150", &Rules::SETTING);
    for strikes in 1..=2 {
        let outcome = changed(&mut desk, "654321", &new).unwrap();
        assert!(matches!(outcome.verdict, Verdict::Refused(Tries::Left(_))));
        assert_eq!(desk.ledger.settle(outcome.settlement).unwrap().strikes, strikes);
        desk.look_again();
    }
    let outcome = changed(&mut desk, "654321", &new).unwrap();
    assert!(matches!(outcome.verdict, Verdict::NowBlocked));
    desk.ledger.settle(outcome.settlement).unwrap();
    assert!(matches!(changed(&mut desk, "123456", &new), Err(NotSent::WasBlocked)));
    assert_eq!(desk.tries(), 0);
}

#[test]
fn a_new_passcode_that_the_card_does_not_take_costs_nothing() {
    let mut desk = Desk::of("nurse");
    let outcome = changed(&mut desk, "123456", &repeated("ward77", &Rules::VERIFYING)).unwrap();
    assert!(matches!(outcome.verdict, Verdict::WrongFormat(Tries::Left(3))));
    assert_eq!(desk.ledger.settle(outcome.settlement).unwrap().strikes, 0);
}

#[test]
fn a_change_that_is_not_answered_is_unclear_and_sent_once() {
    let mut desk = Desk::of("nurse");
    desk.witness.card.set_fault(Some(Fault::DiesAfter(2)));
    let outcome = changed(&mut desk, "123456", &repeated("739150", &Rules::SETTING)).unwrap();
    assert!(matches!(outcome.verdict, Verdict::Unclear(Unclear::NoAnswer(_), _)));
    assert_eq!(outcome.logged_out, LoggedOut::NeedsReset);
    assert_eq!((desk.passcodes_heard(), desk.witness.heard.len()), (1, 3));
    desk.ledger.settle(outcome.settlement).unwrap();
}

#[test]
fn a_blocked_card_is_not_asked_to_change() {
    for persona in ["blocked", "issued-locked"] {
        let mut desk = Desk::of(persona);
        let new = repeated("739150", &Rules::SETTING);
        assert!(matches!(changed(&mut desk, "123456", &new), Err(NotSent::WasBlocked)));
        assert_eq!(desk.passcodes_heard(), 0);
    }
}
