//! Other settings while something is under way: what has begun goes on as it began, what begins is under the new ones.

use std::{sync::Arc, time::Duration};

use lanyard_card::{Characters, piv::Tries};
use lanyard_dbus::Outcome;
use lanyard_session::{EndReason, News, OnRemoval, Settings, State};
use lanyard_settings::{Settings as All, Terms};
use lanyardd::engine::{Conditions, Effect, Event, Limits, Order};

use crate::{
    day::{Day, PERSON_ANSWERS_WITHIN, conditions, removed},
    desks::alice,
    desktop::{cancelled, entered, prompted, signed_on},
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Longer passcodes, other terms, and less patience with people.
fn stricter() -> Conditions {
    let mut all = All::default();
    all.passcode.shortest = 6;
    all.passcode.characters = Characters::Digits;
    all.terms = Terms { version: "2".into(), line: "Other terms.".into() };
    let limits = Limits { person_answers_within: 5 * SECOND, ..conditions().limits };
    Conditions { limits, rules: all.rules().unwrap(), terms: all.terms }
}

fn taken(day: &mut Day, conditions: Conditions, sessions: Settings) -> Vec<Effect> {
    let (conditions, sessions) = (Arc::new(conditions), Box::new(sessions));
    day.on(Event::SettingsTaken { conditions, sessions })
}

fn order(effects: &[Effect]) -> Option<&Order> {
    effects.iter().find_map(|effect| match effect {
        Effect::Attempt { order, .. } => Some(order),
        _ => None,
    })
}

#[test]
fn an_attempt_that_has_begun_keeps_its_terms_its_passcodes_and_its_patience() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let (prompt, _, shown) = prompted(&asked.effects).unwrap();
    assert_eq!(shown.conditions.terms, Terms::default());
    assert!(taken(&mut day, stricter(), Settings::default()).is_empty(), "nobody is disturbed");

    let nearly = PERSON_ANSWERS_WITHIN.saturating_sub(SECOND);
    assert!(!cancelled(&day.pass(nearly)), "she had two minutes");
    // Four characters, one of them a letter, were allowed when she was asked.
    let effects = day.agent(prompt, entered("12b4"));
    let order = order(&effects).unwrap();
    assert!(order.terms_accepted);
    assert_eq!(order.conditions.terms.version, "1", "the terms that she was shown");
}

#[test]
fn the_next_attempt_is_under_the_new_settings_and_so_is_one_that_nobody_shares_any_more() {
    let (mut day, card) = signed_on();
    let first = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&first.effects).unwrap();
    taken(&mut day, stricter(), Settings::default());
    // Who joins what has begun is under what it began under.
    let joins = day.authenticate("other", Some(card));
    assert!(prompted(&joins.effects).is_none());
    day.agent(prompt, entered("12b4"));
    day.concluded(card, Outcome::Refused, Some(Tries::Left(2)));

    let next = day.authenticate("app", Some(card));
    let (prompt, _, shown) = prompted(&next.effects).unwrap();
    assert_eq!(shown.conditions.terms.line, "Other terms.");
    day.agent(prompt, entered("12b4"));
    let outcome = day.outcome(next.request(), "app").unwrap().outcome;
    assert_eq!(outcome, Outcome::WrongFormat);

    let late = day.authenticate("app", Some(card));
    assert!(prompted(&late.effects).is_some());
    assert!(cancelled(&day.pass(5 * SECOND)));
    assert_eq!(day.outcome(late.request(), "app").unwrap().outcome, Outcome::TimedOut);
}

#[test]
fn a_card_that_is_being_read_keeps_its_deadline_and_the_next_has_the_new_one() {
    let mut day = Day::new();
    day.with_card();
    let before = day.engine.deadline();
    let limits = Limits { card_is_free_within: MINUTE, ..conditions().limits };
    taken(&mut day, Conditions { limits, ..conditions() }, Settings::default());
    assert_eq!(day.engine.deadline(), before);
    day.on(removed(0));
    day.on(crate::day::inserted(0));
    assert_eq!(day.engine.deadline(), Some(day.start + day.passed + MINUTE));
}

#[test]
fn an_open_session_that_has_been_idle_for_longer_than_it_may_be_now_ends_now() {
    let settings = Settings { unattended_after: None, ..Settings::default() };
    let (mut day, ..) = Day::alice_is_in_her_role(settings.clone());
    day.pass(30 * MINUTE);
    let longer = Settings { idle_limit: Some(31 * MINUTE), ..settings.clone() };
    let effects = taken(&mut day, conditions(), longer);
    assert!(news(&effects).is_empty());
    let shorter = Settings { idle_limit: Some(29 * MINUTE), ..settings };
    let effects = taken(&mut day, conditions(), shorter);
    assert_eq!(news(&effects), [News::Ended(EndReason::Idle)]);
    assert_eq!(day.current(&alice()), None);
}

#[test]
fn what_the_removal_of_a_card_does_is_what_the_settings_say_when_it_is_removed() {
    let settings = Settings { on_removal: OnRemoval::Lock, ..Settings::default() };
    let (mut day, ..) = Day::alice_is_in_her_role(Settings::default());
    taken(&mut day, conditions(), settings);
    let effects = day.on(removed(0));
    assert!(matches!(news(&effects)[..], [News::StateChanged(State::Locked)]));
    // That it has been removed is over: it is not ended by the next change.
    assert!(news(&taken(&mut day, conditions(), Settings::default())).is_empty());
}

fn news(effects: &[Effect]) -> Vec<News> {
    let news = effects.iter().filter_map(|effect| match effect {
        Effect::Announce(announcement) => Some(announcement.news.clone()),
        _ => None,
    });
    news.collect()
}
