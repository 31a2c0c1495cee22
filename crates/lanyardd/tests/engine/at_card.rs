//! Attempts at the card: tries, last tries, orders that wait, cards that fall silent or go.

use std::time::Duration;

use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::{Outcome, Reason};
use lanyardd::engine::{
    AgentReport, AttemptReport, CardReport, Conclusion, Effect, Entry, Event, Options, Question,
};

use crate::day::{ANSWERS_WITHIN, FREE_WITHIN, IDENTITY, identified, removed, report};
use crate::desktop::{entered, prompted, secret, sent_to_card, signed_on};

#[test]
fn nobody_is_asked_for_the_passcode_of_a_blocked_card() {
    let (mut day, card) = signed_on();
    let blocked = Identity { tries: Tries::Blocked, ..IDENTITY.clone() };
    day.on(report(card, identified(blocked)));
    let asked = day.authenticate("app", Some(card));
    assert!(prompted(&asked.effects).is_none());
    assert!(matches!(asked.effects.last(), Some(Effect::ReadAgain { .. })));
    let blocked = Identity { tries: Tries::Blocked, ..IDENTITY.clone() };
    assert!(prompted(&day.on(report(card, identified(blocked)))).is_none());
    let conclusion = day.outcome(asked.request(), "app").unwrap();
    assert_eq!((conclusion.outcome, conclusion.tries_left), (Outcome::WasBlocked, Some(0)));
}

#[test]
fn a_block_that_was_lifted_elsewhere_is_seen_when_somebody_asks() {
    let (mut day, card) = signed_on();
    let blocked = Identity { tries: Tries::Blocked, ..IDENTITY.clone() };
    day.on(report(card, identified(blocked)));
    day.authenticate("app", Some(card)).unwrap();
    let effects = day.on(report(card, identified(IDENTITY.clone())));
    assert_eq!(prompted(&effects).unwrap().2.tries.fewest(), Tries::Left(3));
}

#[test]
fn the_last_try_needs_an_explicit_yes() {
    let (mut day, card) = signed_on();
    let one = Identity { tries: Tries::Left(1), ..IDENTITY.clone() };
    day.on(report(card, identified(one)));
    let asked = day.authenticate("app", Some(card));
    let (prompt, _, what) = prompted(&asked.effects).unwrap();
    assert!(what.ask_last_try);
    assert!(!sent_to_card(&day.agent(prompt, entered("123456"))));
    let conclusion = day.outcome(asked.request(), "app").unwrap();
    assert_eq!(conclusion.reason.unwrap().as_str(), "last-try-not-confirmed");

    let asked = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&asked.effects).unwrap();
    let passcode = secret("123456");
    let yes = AgentReport::Entered(Entry { passcode, last_try_ok: true, terms_accepted: true });
    assert!(sent_to_card(&day.agent(prompt, yes)));
}

#[test]
fn fewer_tries_than_shown_means_ask_again_but_not_for_ever() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let request = asked.request();
    let mut effects = asked.effects;
    for tries in [2, 1] {
        let (prompt, ..) = prompted(&effects).unwrap();
        day.agent(prompt, entered("123456"));
        effects = day.attempted(card, AttemptReport::FewerTries, Some(Tries::Left(tries)));
        assert_eq!(prompted(&effects).unwrap().2.tries.fewest(), Tries::Left(tries));
    }
    let (prompt, ..) = prompted(&effects).unwrap();
    let passcode = secret("123456");
    day.agent(
        prompt,
        AgentReport::Entered(Entry { passcode, last_try_ok: true, terms_accepted: true }),
    );
    let none = day.attempted(card, AttemptReport::FewerTries, Some(Tries::Blocked));
    assert!(prompted(&none).is_none());
    assert!(day.outcome(request, "app").is_some());
}

#[test]
fn a_card_that_falls_silent_with_a_passcode_fails_and_is_mute() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&asked.effects).unwrap();
    day.agent(prompt, entered("123456"));
    let order = day.order;
    day.on(report(card, CardReport::Begun(order)));
    day.passed += ANSWERS_WITHIN;
    day.on(Event::DeadlineReached);
    assert_eq!(day.outcome(asked.request(), "app").unwrap().reason.unwrap().as_str(), "mute");
    assert_eq!(day.card(card).1, "mute");

    let late = day.concluded(card, Outcome::Ok, Some(Tries::Left(3)));
    assert!(late.iter().any(|effect| matches!(effect, Effect::OpenCard { .. })), "read again");
    assert_eq!(day.outcome(asked.request(), "app").unwrap().outcome, Outcome::Failed);
}

#[test]
fn a_card_that_others_keep_is_busy_and_the_order_is_taken_back() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&asked.effects).unwrap();
    day.agent(prompt, entered("123456"));
    let kept = day.order;
    day.passed += FREE_WITHIN;
    let effects = day.on(Event::DeadlineReached);
    let recalled =
        |effect: &Effect| matches!(effect, Effect::Recall { order, .. } if *order == kept);
    assert!(effects.iter().any(recalled));
    assert_eq!(day.outcome(asked.request(), "app").unwrap().outcome, Outcome::Busy);
    assert_eq!(day.card(card).0, lanyard_dbus::CardState::Ready);
}

#[test]
fn a_late_report_says_nothing_about_the_next_attempt() {
    let (mut day, card) = signed_on();
    let first = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&first.effects).unwrap();
    day.agent(prompt, entered("123456"));
    let late = day.order;
    day.ask("app", Question::Cancel(first.request())).unwrap();
    let second = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&second.effects).unwrap();
    day.agent(prompt, entered("999999"));
    let ok = AttemptReport::Concluded(Conclusion::plain(Outcome::Ok));
    day.on(report(card, CardReport::Attempted { order: late, report: ok, tries: None }));
    assert!(day.outcome(second.request(), "app").is_none());
    day.concluded(card, Outcome::Refused, Some(Tries::Left(2)));
    assert_eq!(day.outcome(second.request(), "app").unwrap().outcome, Outcome::Refused);
}

#[test]
fn a_card_that_is_pulled_while_it_is_at_work_was_removed() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&asked.effects).unwrap();
    assert!(sent_to_card(&day.agent(prompt, entered("123456"))));
    day.broken_off(card);
    assert_eq!(day.outcome(asked.request(), "app"), None, "the reader may still tell");
    day.on(removed(0));
    let ended = day.outcome(asked.request(), "app").unwrap();
    assert_eq!(ended, Conclusion::plain(Outcome::CardRemoved));
}

#[test]
fn a_card_that_gave_no_answer_and_stays_has_failed() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&asked.effects).unwrap();
    day.agent(prompt, entered("123456"));
    day.broken_off(card);
    day.passed += Duration::from_secs(1);
    day.on(Event::DeadlineReached);
    let ended = day.outcome(asked.request(), "app").unwrap();
    assert_eq!(ended, Conclusion::because(Outcome::Failed, Reason::NoAnswer));
}

#[test]
fn tries_that_the_card_told_are_shown_at_once() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&asked.effects).unwrap();
    day.agent(prompt, entered("999999"));
    day.concluded(card, Outcome::NowBlocked, Some(Tries::Blocked));
    assert_eq!(day.card(card).0, lanyard_dbus::CardState::Blocked);
}

#[test]
fn a_yes_counts_for_the_last_try_that_was_asked_about_and_for_no_other() {
    for joins in [true, false] {
        let (mut day, card) = signed_on();
        let asked = day.authenticate("app", Some(card));
        let (prompt, ..) = prompted(&asked.effects).unwrap();
        let yes = Options { last_try_ok: true, ..Options::default() };
        if joins {
            day.ask("other", Question::Authenticate { card: Some(card), options: yes }).unwrap();
        }
        let passcode = secret("123456");
        let entry = Entry { passcode, last_try_ok: true, terms_accepted: true };
        day.agent(prompt, AgentReport::Entered(entry));
        let effects = day.attempted(card, AttemptReport::FewerTries, Some(Tries::Left(1)));
        assert!(prompted(&effects).unwrap().2.ask_last_try, "joins: {joins}");
    }
}

#[test]
fn an_order_names_everybody_who_is_answered_by_it() {
    let (mut day, card) = signed_on();
    let gone = day.authenticate("gone", Some(card));
    day.authenticate("app", Some(card));
    day.authenticate("other", Some(card));
    day.ask("gone", Question::Cancel(gone.request())).unwrap();
    let (prompt, ..) = prompted(&gone.effects).unwrap();
    let effects = day.agent(prompt, entered("123456"));
    let named = effects.iter().find_map(|effect| match effect {
        Effect::Attempt { order, .. } => Some(order.clients.iter().map(|it| it.name.as_str())),
        _ => None,
    });
    assert_eq!(named.unwrap().collect::<Vec<_>>(), ["app", "other"]);
}

#[test]
fn who_waits_when_the_daemon_stops_is_told_so() {
    let (mut day, card) = signed_on();
    let request = day.authenticate("app", Some(card)).request();
    day.on(Event::Stopping);
    assert_eq!(day.outcome(request, "app").unwrap().reason, Some(Reason::Stopping));
}
