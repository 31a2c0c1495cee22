//! Certificates: nobody is asked whose certificate is refused, and nothing is sent before the last word.

use lanyard_card::Identity;
use lanyard_dbus::{CardState, Outcome, Reason};
use lanyard_evidence::Stamp;
use lanyard_ledger::Purpose;
use lanyard_trust::RevocationMode::{Hard, Off};
use lanyardd::engine::{CardId, CardReport, Conclusion, Effect, Event, Options, Question};

use crate::{
    day::{Day, IDENTITY, JUDGED_WITHIN, identified, identity, removed, report},
    desktop::{cancelled, entered, prompted, sent_to_card},
    keys::{keys, with_keys},
};

/// A day with an agent, and the card of this persona in a reader; the judges take their time.
pub(crate) fn slow_judges(persona: &'static str) -> (Day, CardId) {
    let mut day = Day { judges_are_prompt: false, ..Day::new() };
    day.ask("agent", Question::RegisterAgent("/agent".into())).unwrap();
    let card = day.with_card();
    day.on(report(card, identified(identity(persona))));
    (day, card)
}

pub(crate) fn judges(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Judge { .. }))
}

pub(crate) fn publishes(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Publish(_)))
}

#[test]
fn a_card_is_being_read_until_the_first_verdict() {
    let mut day = Day { judges_are_prompt: false, ..Day::new() };
    let card = day.with_card();
    let effects = day.on(report(card, identified(IDENTITY.clone())));
    assert!(judges(&effects) && !publishes(&effects));
    assert_eq!(day.card(card), (CardState::Reading, ""));
    let effects = day.judged(Hard, false);
    assert!(publishes(&effects));
    assert_eq!(day.card(card), (CardState::Ready, ""), "what is missing may still come");
    day.judged(Hard, true);
    assert_eq!(day.card(card), (CardState::Unusable, "certificate-not-checked"));
}

#[test]
fn the_first_verdict_is_enough_to_ask_and_the_last_one_to_send() {
    let (mut day, card) = slow_judges("nurse");
    let asked = day.authenticate("app", Some(card));
    assert!(prompted(&asked.effects).is_none(), "nothing is known yet");
    let effects = day.judged(Hard, false);
    let (prompt, _, _) = prompted(&effects).unwrap();
    let effects = day.agent(prompt, entered("123456"));
    assert!(!sent_to_card(&effects), "it may still be refused");
    let effects = day.judged(Off, true);
    assert!(sent_to_card(&effects));
}

#[test]
fn who_asks_while_the_last_word_is_awaited_is_asked_at_once() {
    let (mut day, card) = slow_judges("nurse");
    day.judged(Hard, false);
    let asked = day.authenticate("app", Some(card));
    let (prompt, _, _) = prompted(&asked.effects).unwrap();
    assert!(!judges(&asked.effects), "that is under way");
    assert!(!sent_to_card(&day.agent(prompt, entered("123456"))));
    assert!(sent_to_card(&day.judged(Off, true)));
}

#[test]
fn what_was_entered_is_not_sent_when_the_last_word_is_no() {
    let (mut day, card) = slow_judges("nurse");
    let request = day.authenticate("app", Some(card)).request();
    let effects = day.judged(Hard, false);
    let (prompt, _, _) = prompted(&effects).unwrap();
    day.agent(prompt, entered("123456"));
    let effects = day.judged(Hard, true);
    assert!(!sent_to_card(&effects));
    let conclusion = day.outcome(request, "app").unwrap();
    assert_eq!(
        (conclusion.outcome, conclusion.reason),
        (Outcome::NotTrusted, Some(Reason::NotChecked))
    );
    assert_eq!(conclusion.tries_left, Some(3));
}

#[test]
fn a_prompt_is_closed_when_the_certificate_turns_out_to_be_refused() {
    let (mut day, card) = slow_judges("nurse");
    let request = day.authenticate("app", Some(card)).request();
    day.judged(Hard, false);
    let effects = day.judged(Hard, true);
    assert!(cancelled(&effects));
    assert_eq!(day.outcome(request, "app").unwrap().outcome, Outcome::NotTrusted);
}

#[test]
fn nobody_is_asked_whose_certificate_nothing_can_mend() {
    for (persona, reason) in [
        ("expired", Reason::Expired),
        ("not-yet-valid", Reason::NotYetValid),
        ("untrusted", Reason::UntrustedIssuer),
    ] {
        let (mut day, card) = slow_judges(persona);
        let request = day.authenticate("app", Some(card)).request();
        let effects = day.judged(Off, false);
        assert!(prompted(&effects).is_none(), "{persona}");
        let Conclusion { outcome, reason: why, .. } = day.outcome(request, "app").unwrap();
        assert_eq!((outcome, why), (Outcome::NotTrusted, Some(reason)), "{persona}");
    }
}

#[test]
fn who_asks_after_a_first_verdict_that_nothing_can_mend_is_not_asked() {
    let (mut day, card) = slow_judges("expired");
    day.judged(Off, false);
    let asked = day.authenticate("app", Some(card));
    assert!(prompted(&asked.effects).is_none());
    assert!(prompted(&day.judged(Off, true)).is_none());
}

#[test]
fn who_asks_later_has_the_certificate_judged_again() {
    let (mut day, card) = slow_judges("nurse");
    day.judged(Hard, true);
    assert_eq!(day.card(card).0, CardState::Unusable);
    let asked = day.authenticate("app", Some(card));
    assert!(judges(&asked.effects) && prompted(&asked.effects).is_none());
    let effects = day.judged(Off, true);
    assert!(prompted(&effects).is_some());
    assert_eq!(day.card(card), (CardState::Ready, ""));
}

#[test]
fn a_verdict_of_before_is_not_enough_to_send() {
    let (mut day, card) = slow_judges("nurse");
    day.judged(Off, true);
    day.authenticate("app", Some(card));
    let effects = day.judged(Off, false);
    let (prompt, _, _) = prompted(&effects).unwrap();
    assert!(!sent_to_card(&day.agent(prompt, entered("123456"))));
    assert!(sent_to_card(&day.judged(Off, true)));
}

#[test]
fn a_change_of_passcode_waits_for_no_verdict() {
    let (mut day, card) = slow_judges("expired");
    day.judged(Off, true);
    let options = Options::default();
    let asked = day.ask("app", Question::ChangePasscode { card, options });
    assert!(prompted(&asked.effects).is_some());
}

#[test]
fn keys_are_opened_after_the_last_word() {
    let (mut day, card) = slow_judges("nurse");
    with_keys(&mut day, Some(keys()));
    day.authenticate("app", Some(card));
    assert!(!sent_to_card(&day.judged(Hard, false)));
    assert!(sent_to_card(&day.judged(Off, true)));
}

#[test]
fn a_verdict_that_does_not_come_is_a_no() {
    let (mut day, card) = slow_judges("nurse");
    let request = day.authenticate("app", Some(card)).request();
    day.passed += JUDGED_WITHIN;
    day.on(Event::DeadlineReached);
    let conclusion = day.outcome(request, "app").unwrap();
    assert_eq!(
        (conclusion.outcome, conclusion.reason),
        (Outcome::NotTrusted, Some(Reason::NotChecked))
    );
    assert_eq!(day.card(card), (CardState::Unusable, "certificate-not-checked"));
    assert!(day.judged(Off, true).is_empty(), "too late");
}

#[test]
fn other_evidence_has_everybody_judged_again() {
    let (mut day, card) = slow_judges("nurse");
    day.judged(Off, true);
    assert!(judges(&day.on(Event::EvidenceChanged(Stamp(2)))));
    day.judged_by(Hard, true, 2);
    assert_eq!(day.card(card), (CardState::Unusable, "certificate-not-checked"));
}

#[test]
fn a_verdict_by_evidence_of_before_is_followed_by_another() {
    let (mut day, _) = slow_judges("nurse");
    assert!(!judges(&day.on(Event::EvidenceChanged(Stamp(2)))), "that is under way");
    assert!(judges(&day.judged_by(Off, true, 1)));
    assert!(!judges(&day.judged_by(Off, true, 2)));
}

#[test]
fn evidence_against_it_closes_a_prompt() {
    let (mut day, card) = slow_judges("nurse");
    let request = day.authenticate("app", Some(card)).request();
    assert!(prompted(&day.judged(Off, true)).is_some());
    day.on(Event::EvidenceChanged(Stamp(2)));
    assert!(cancelled(&day.judged_by(Hard, true, 2)));
    assert_eq!(day.outcome(request, "app").unwrap().outcome, Outcome::NotTrusted);
}

#[test]
fn verdicts_about_a_card_that_has_gone_are_void() {
    let (mut day, _) = slow_judges("nurse");
    day.on(removed(0));
    assert!(day.judged(Off, true).is_empty());
}

#[test]
fn another_certificate_of_the_same_card_is_judged_anew() {
    let (mut day, card) = slow_judges("nurse");
    day.judged(Off, true);
    let same = day.on(report(card, identified(identity("nurse"))));
    assert!(!judges(&same), "it is the same");
    let certificate = identity("gp").certificate;
    let renewed = Identity { certificate, ..identity("nurse") };
    let effects =
        day.on(report(card, CardReport::Identified { identity: renewed, tries_here: None }));
    assert!(judges(&effects));
    assert_eq!(day.card(card), (CardState::Reading, ""));
}

#[test]
fn the_card_that_is_believed_is_chosen_of_two() {
    let (mut day, card) = slow_judges("nurse");
    day.judged(Off, true);
    let other = day.another_card();
    day.on(report(other, identified(identity("expired"))));
    day.judged(Off, true);
    let request = day.authenticate("app", None).request();
    assert!(day.outcome(request, "app").is_none());
    let effects = day.judged(Off, true);
    assert_eq!(prompted(&effects).unwrap().2.card, card);
}

#[test]
fn orders_to_sign_in_carry_the_proof() {
    let (mut day, card) = slow_judges("nurse");
    day.authenticate("app", Some(card));
    let effects = day.judged(Off, true);
    let (prompt, _, _) = prompted(&effects).unwrap();
    let effects = day.agent(prompt, entered("123456"));
    let order = effects.iter().find_map(|effect| match effect {
        Effect::Attempt { order, .. } => Some(order),
        _ => None,
    });
    let task = &order.unwrap().task;
    assert_eq!(task.purpose(), Purpose::SignIn);
    let certificate = &identity("nurse").certificate;
    assert!(task.trusted().unwrap().is_for(certificate));
}
