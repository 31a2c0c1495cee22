//! Certificates that are judged again, and attempts that must not outlive what they wait for.

use std::time::Duration;

use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::{CardState, Outcome, UnusableReason};
use lanyard_evidence::Stamp;
use lanyard_trust::RevocationMode::{Hard, Off};
use lanyardd::engine::{CardReport, Event, Question, RequestId};

use crate::{
    day::{Day, JUDGED_WITHIN, identity, report, verdict},
    desktop::{cancelled, entered, prompted, sent_to_card},
    judging::{judges, publishes, slow_judges},
};

/// Time passes until nothing is waited for that could still end this; whether it has ended.
fn ends(day: &mut Day, request: RequestId) -> bool {
    for _ in 0..20 {
        if day.outcome(request, "app").is_some() {
            return true;
        }
        let Some(deadline) = day.engine.deadline() else { break };
        day.passed = day.passed.max(deadline - day.start);
        day.on(Event::DeadlineReached);
    }
    false
}

#[test]
fn a_card_that_becomes_useless_ends_what_nobody_has_sent_yet() {
    let unreadable = || CardReport::Unusable(UnusableReason::Unreadable);
    for is_entered in [false, true] {
        let (mut day, card) = slow_judges("nurse");
        day.judged(Hard, false);
        let asked = day.authenticate("app", Some(card));
        let (prompt, _, _) = prompted(&asked.effects).unwrap();
        if is_entered {
            day.agent(prompt, entered("123456"));
        }
        let effects = day.on(report(card, unreadable()));
        assert_eq!(cancelled(&effects), !is_entered);
        assert!(ends(&mut day, asked.request()), "entered: {is_entered}");
        assert!(!sent_to_card(&day.judged(Off, true)));
    }
}

#[test]
fn a_card_that_an_order_of_before_has_blocked_ends_what_came_after() {
    for is_entered in [false, true] {
        let (mut day, card) = slow_judges("nurse");
        day.judged(Off, true);
        let first = day.authenticate("app", Some(card));
        let effects = day.judged(Off, true);
        let (prompt, _, _) = prompted(&effects).unwrap();
        assert!(sent_to_card(&day.agent(prompt, entered("999999"))));
        day.ask("app", Question::Cancel(first.request())).unwrap();
        let second = day.authenticate("app", Some(card)).request();
        let effects = day.judged(Off, false);
        let (prompt, _, _) = prompted(&effects).unwrap();
        if is_entered {
            day.agent(prompt, entered("123456"));
        }
        day.concluded(card, Outcome::NowBlocked, Some(Tries::Blocked));
        assert_eq!(day.outcome(second, "app").unwrap().outcome, Outcome::WasBlocked);
        assert!(!sent_to_card(&day.judged(Off, true)));
    }
}

#[test]
fn a_second_application_shares_what_was_entered_until_it_is_sent() {
    let (mut day, card) = slow_judges("nurse");
    day.judged(Hard, false);
    let asked = day.authenticate("app", Some(card));
    let (prompt, _, _) = prompted(&asked.effects).unwrap();
    day.agent(prompt, entered("123456"));
    let second = day.authenticate("app", Some(card)).request();
    assert!(sent_to_card(&day.judged(Off, true)));
    day.concluded(card, Outcome::Ok, None);
    for request in [asked.request(), second] {
        assert_eq!(day.outcome(request, "app").unwrap().outcome, Outcome::Ok);
    }
}

#[test]
fn what_was_believed_by_other_evidence_is_not_enough_to_send() {
    let (mut day, card) = slow_judges("nurse");
    day.authenticate("app", Some(card));
    let effects = day.judged(Off, true);
    let (prompt, _, _) = prompted(&effects).unwrap();
    day.on(Event::EvidenceChanged(Stamp(2)));
    assert!(!sent_to_card(&day.agent(prompt, entered("123456"))), "that is being looked at");
    assert!(sent_to_card(&day.judged_by(Off, true, 2)));
}

#[test]
fn what_everybody_sees_does_not_come_and_go_with_every_judging() {
    let (mut day, card) = slow_judges("nurse");
    day.judged(Hard, true);
    day.on(Event::EvidenceChanged(Stamp(2)));
    assert!(!publishes(&day.judged_by(Hard, false, 2)));
    assert_eq!(day.card(card).0, CardState::Unusable);
    day.judged_by(Off, true, 2);
    assert_eq!(day.card(card).0, CardState::Ready);
}

#[test]
fn want_of_knowledge_is_looked_at_again_by_itself() {
    let (mut day, card) = slow_judges("nurse");
    day.judged(Hard, true);
    day.passed += Duration::from_secs(60);
    assert!(judges(&day.on(Event::DeadlineReached)));
    day.judged(Off, true);
    assert_eq!(day.card(card), (CardState::Ready, ""));
}

#[test]
fn what_is_believed_is_looked_at_again_after_a_day() {
    let (mut day, _) = slow_judges("nurse");
    day.judged(Off, true);
    day.passed += Duration::from_secs(24 * 60 * 60 - 1);
    assert!(!judges(&day.on(Event::DeadlineReached)));
    day.passed += Duration::from_secs(1);
    assert!(judges(&day.on(Event::DeadlineReached)));
}

#[test]
fn a_first_verdict_that_believes_is_enough_when_the_last_one_does_not_come() {
    let (mut day, card) = slow_judges("nurse");
    let request = day.authenticate("app", Some(card)).request();
    let effects = day.judged(Off, false);
    let (prompt, _, _) = prompted(&effects).unwrap();
    day.agent(prompt, entered("123456"));
    day.passed += JUDGED_WITHIN;
    assert!(sent_to_card(&day.on(Event::DeadlineReached)));
    assert!(day.outcome(request, "app").is_none());
}

#[test]
fn a_verdict_on_the_certificate_of_before_is_void() {
    let (mut day, card) = slow_judges("nurse");
    let before = day.judging.pop_front().unwrap();
    let certificate = identity("gp").certificate;
    let renewed = Identity { certificate, ..identity("nurse") };
    day.on(report(card, CardReport::Identified { identity: renewed, tries_here: None }));
    let (card, judging, certificate) = before;
    let judged = verdict(&certificate, Off, 1);
    assert!(day.on(Event::Judged { card, judging, judged, is_last: true }).is_empty());
    assert_eq!(day.card(card), (CardState::Reading, ""));
}
