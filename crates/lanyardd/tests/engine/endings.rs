//! A change of passcode from prompt to prompt, and what is recorded of attempts that end without the card.

use lanyard_audit::{Event as Recorded, Outcome as Word};
use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::PasscodePurpose;
use lanyardd::engine::{
    AgentFault, AgentReport, CardId, CardReport, ClientName, Effect, Entry, Event, Options,
    PromptId, Question, Task,
};

use crate::{
    day::{
        ANSWERS_WITHIN, Day, FREE_WITHIN, IDENTITY, PERSON_ANSWERS_WITHIN, identified, removed,
        report,
    },
    desktop::{entered, prompted, secret, signed_on},
};

fn change(day: &mut Day, card: CardId) -> (PromptId, PasscodePurpose, bool) {
    let options = Options::default();
    let effects = day.ask("app", Question::ChangePasscode { card, options }).unwrap();
    purpose(&effects)
}

fn purpose(effects: &[Effect]) -> (PromptId, PasscodePurpose, bool) {
    let (prompt, _, what) = prompted(effects).unwrap();
    (prompt, what.purpose, what.ask_last_try)
}

#[test]
fn a_change_asks_for_the_current_the_new_and_the_new_passcode_again() {
    let (mut day, card) = signed_on();
    let (prompt, current, _) = change(&mut day, card);
    let (prompt, new, _) = purpose(&day.agent(prompt, entered("123456")));
    let (prompt, repeat, _) = purpose(&day.agent(prompt, entered("739150")));
    let purposes = [current, new, repeat];
    assert_eq!(purposes, [PasscodePurpose::Current, PasscodePurpose::New, PasscodePurpose::Repeat]);
    let effects = day.agent(prompt, entered("739150"));
    let [Effect::Attempt { order, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert!(matches!(order.task, Task::Change { .. }));
}

#[test]
fn a_person_is_asked_once_about_the_last_try_and_has_time_for_each_entry() {
    let (mut day, card) = signed_on();
    let one = Identity { tries: Tries::Left(1), ..IDENTITY.clone() };
    day.on(report(card, identified(one)));
    let (prompt, _, ask_last_try) = change(&mut day, card);
    assert!(ask_last_try);
    day.passed += PERSON_ANSWERS_WITHIN / 2;
    let passcode = secret("123456");
    let yes = AgentReport::Entered(Entry { passcode, last_try_ok: true, terms_accepted: true });
    let (_, _, ask_last_try) = purpose(&day.agent(prompt, yes));
    assert!(!ask_last_try);
    assert_eq!(day.engine.deadline(), Some(day.start + day.passed + PERSON_ANSWERS_WITHIN));
}

#[test]
fn who_changes_and_who_signs_in_do_not_share_a_prompt() {
    let (mut day, card) = signed_on();
    change(&mut day, card);
    let busy = day.authenticate("other", Some(card));
    let conclusion = day.outcome(busy.request(), "other").unwrap();
    assert_eq!(conclusion.reason.unwrap().as_str(), "attempt-under-way");
}

/// A way for an attempt to end that the card has no word in.
type Ending = fn(&mut Day, CardId, PromptId) -> Vec<Effect>;

#[test]
fn an_attempt_that_ends_without_the_card_is_recorded_once_with_card_holder_and_reader() {
    let endings: [(Ending, Word); 8] = [
        (
            |day, _, prompt| day.agent(prompt, AgentReport::Failed(AgentFault::Cancelled)),
            Word::Cancelled,
        ),
        (
            |day, _, prompt| day.agent(prompt, AgentReport::Failed(AgentFault::TooLong)),
            Word::Failed,
        ),
        (|day, _, prompt| day.agent(prompt, entered("12")), Word::WrongFormat),
        (|day, _, _| day.on(removed(0)), Word::CardRemoved),
        (|day, _, _| day.on(Event::ClientLeft(ClientName::new("app"))), Word::Cancelled),
        (
            |day, _, _| {
                day.passed += PERSON_ANSWERS_WITHIN;
                day.on(Event::DeadlineReached)
            },
            Word::TimedOut,
        ),
        (
            |day, _, prompt| {
                day.agent(prompt, entered("123456"));
                day.passed += FREE_WITHIN;
                day.on(Event::DeadlineReached)
            },
            Word::Busy,
        ),
        (
            |day, card, prompt| {
                day.agent(prompt, entered("123456"));
                let order = day.order;
                day.on(report(card, CardReport::Begun(order)));
                day.passed += ANSWERS_WITHIN;
                day.on(Event::DeadlineReached)
            },
            Word::Failed,
        ),
    ];
    for (ending, outcome) in endings {
        let (mut day, card) = signed_on();
        let asked = day.authenticate("app", Some(card));
        let (prompt, ..) = prompted(&asked.effects).unwrap();
        let effects = ending(&mut day, card, prompt);
        let records = effects.iter().filter_map(|effect| match effect {
            Effect::Record(record) => Some(record),
            _ => None,
        });
        let [record] = records.collect::<Vec<_>>()[..] else { panic!("{effects:?}") };
        assert_eq!(record.event, Recorded::AuthenticationEnded);
        assert_eq!(record.outcome, Some(outcome));
        assert!(record.holder.is_some() && record.card.is_some(), "{record:?}");
        assert_eq!(record.reader.as_ref().unwrap().as_str(), "Reader 0");
        assert_eq!(record.caller.as_ref().unwrap().uid, 1000);
    }
}
