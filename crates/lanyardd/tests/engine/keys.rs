//! Readers with keys of their own: who is asked, who is told, how long it may take.

use std::time::Duration;

use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::Outcome;
use lanyard_reader::{ControlCode, PinPad};
use lanyard_seats::SeatName;
use lanyardd::engine::{
    CardId, CardReport, ClientName, Effect, Event, Keys, Options, PromptId, Question, ReaderId,
    Task,
};

use crate::{
    day::{ANSWERS_WITHIN, Day, IDENTITY, identified, report},
    desktop::{cancelled, prompted, signed_on},
};

/// How long one entry at keys may take.
const ENTRY: Duration = Duration::from_secs(32);

pub(crate) fn keys() -> PinPad {
    PinPad { verify: ControlCode(6), modify: Some(ControlCode(7)), properties: None }
}

/// The first reader of the day has these keys.
pub(crate) fn with_keys(day: &mut Day, keys: Option<PinPad>) {
    let reader = ReaderId::numbered(1);
    assert!(day.engine.picture().reader(reader).is_some());
    day.on(Event::ReaderDescribed { reader, pin_pad: keys, seat: Some(SeatName::default()) });
}

fn at_keys() -> (Day, CardId) {
    let (mut day, card) = signed_on();
    with_keys(&mut day, Some(keys()));
    (day, card)
}

fn told(effects: &[Effect]) -> Option<PromptId> {
    effects.iter().find_map(|effect| match effect {
        Effect::TellAgent { prompt, .. } => Some(*prompt),
        _ => None,
    })
}

fn task(effects: &[Effect]) -> Option<&Task> {
    effects.iter().find_map(|effect| match effect {
        Effect::Attempt { order, .. } => Some(&order.task),
        _ => None,
    })
}

fn authenticate(day: &mut Day, card: CardId, options: Options) -> Vec<Effect> {
    day.ask("app", Question::Authenticate { card: Some(card), options }).unwrap()
}

fn change(day: &mut Day, card: CardId) -> Vec<Effect> {
    let options = Options { keys: Keys::Wanted, ..Options::default() };
    day.ask("app", Question::ChangePasscode { card, options }).unwrap()
}

#[test]
fn the_agent_tells_where_the_passcode_is_entered_and_is_told_when_that_is_over() {
    let (mut day, card) = at_keys();
    let effects = authenticate(&mut day, card, Options::default());
    assert!(matches!(task(&effects), Some(Task::SignInAtKeys(..))));
    let prompt = told(&effects).unwrap();
    assert!(prompted(&effects).is_none());
    let effects = day.concluded(card, Outcome::Ok, Some(Tries::Left(3)));
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::CancelAgent { prompt: over, outcome: Outcome::Ok, .. } if *over == prompt
    )));
}

#[test]
fn a_card_may_wait_for_the_keys_as_long_as_a_person_needs() {
    let (mut day, card) = at_keys();
    authenticate(&mut day, card, Options::default());
    let order = day.order;
    day.on(report(card, CardReport::Begun(order)));
    assert_eq!(day.engine.deadline(), Some(day.start + ANSWERS_WITHIN + ENTRY));

    let (mut day, card) = at_keys();
    let effects = change(&mut day, card);
    assert!(matches!(task(&effects), Some(Task::ChangeAtKeys(_))));
    let order = day.order;
    day.on(report(card, CardReport::Begun(order)));
    assert_eq!(day.engine.deadline(), Some(day.start + ANSWERS_WITHIN + 3 * ENTRY));
}

#[test]
fn a_change_goes_to_the_keys_only_when_that_is_wanted() {
    let (mut day, card) = at_keys();
    let options = Options::default();
    let effects = day.ask("app", Question::ChangePasscode { card, options }).unwrap();
    assert!(prompted(&effects).is_some() && task(&effects).is_none());
}

#[test]
fn keys_that_cannot_change_a_passcode_leave_that_to_the_agent() {
    let (mut day, card) = signed_on();
    with_keys(&mut day, Some(PinPad { modify: None, ..keys() }));
    let effects = change(&mut day, card);
    assert!(prompted(&effects).is_some() && task(&effects).is_none());
}

#[test]
fn the_last_try_goes_to_the_keys_only_with_a_yes_from_before() {
    let (mut day, card) = at_keys();
    let one = Identity { tries: Tries::Left(1), ..IDENTITY.clone() };
    day.on(report(card, identified(one.clone())));
    let effects = authenticate(&mut day, card, Options::default());
    assert!(prompted(&effects).unwrap().2.ask_last_try && task(&effects).is_none());

    let (mut day, card) = at_keys();
    day.on(report(card, identified(one)));
    let options = Options { last_try_ok: true, ..Options::default() };
    let effects = authenticate(&mut day, card, options);
    assert!(matches!(task(&effects), Some(Task::SignInAtKeys(..))));
}

#[test]
fn a_request_can_want_the_agent_although_there_are_keys() {
    let (mut day, card) = at_keys();
    let options = Options { keys: Keys::NotWanted, ..Options::default() };
    let effects = authenticate(&mut day, card, options);
    assert!(prompted(&effects).is_some() && task(&effects).is_none());
}

#[test]
fn an_agent_that_leaves_is_not_missed_at_the_keys() {
    let (mut day, card) = at_keys();
    let asked = day.authenticate("app", Some(card));
    let request = asked.request();
    assert!(!cancelled(&day.on(Event::ClientLeft(ClientName::new("agent")))));
    assert!(day.outcome(request, "app").is_none());
    day.concluded(card, Outcome::Ok, Some(Tries::Left(3)));
    assert_eq!(day.outcome(request, "app").unwrap().outcome, Outcome::Ok);
    // The next one goes to the keys without an agent.
    let effects = authenticate(&mut day, card, Options::default());
    assert!(told(&effects).is_none());
    assert!(matches!(task(&effects), Some(Task::SignInAtKeys(..))));
}
