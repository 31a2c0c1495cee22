//! Attempts: prompts that are shared, cancelled, late, refused; agents that come and go.

use std::time::Duration;

use lanyard_card::piv::Tries;
use lanyard_dbus::{Error, Outcome, Reason};
use lanyard_reader::ReaderEvent;
use lanyardd::engine::{
    AgentAddress, AgentFault, AgentReport, Answer, CardId, CardReport, Change, ClientName, Effect,
    Event, Options, Publication, Question, request_of,
};

use crate::day::{
    Day, IDENTITY, OUTCOME_IS_KEPT, PERSON_ANSWERS_WITHIN, identified, inserted, name, removed,
    report,
};
use crate::desktop::{cancelled, entered, prompted, sent_to_card, signed_on};

#[test]
fn a_request_is_made_answered_its_certificate_judged_and_then_the_person_is_asked() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let request = asked.request();
    assert!(matches!(
        asked.effects[..],
        [
            Effect::WatchClient(_),
            Effect::Publish(Publication { change: Change::RequestMade(made), .. }),
            Effect::Judge { .. },
            Effect::Publish(Publication { change: Change::Card(_), .. }),
            Effect::AskAgent { .. }
        ] if made == request
    ));
    let (prompt, agent, what) = prompted(&asked.effects).unwrap();
    assert_eq!(&*agent.path, "/agent");
    assert_eq!(what.tries.fewest(), Tries::Left(3));
    assert!(what.holder.is_some());

    assert!(sent_to_card(&day.agent(prompt, entered("123456"))));
    day.concluded(card, Outcome::Ok, Some(Tries::Left(3)));
    assert_eq!(day.outcome(request, "app").unwrap().outcome, Outcome::Ok);
}

#[test]
fn two_callers_for_one_card_share_one_prompt_and_both_are_answered() {
    let (mut day, card) = signed_on();
    let first = day.authenticate("app", Some(card));
    let second = day.authenticate("other", None);
    assert!(prompted(&second.effects).is_none());
    let (prompt, ..) = prompted(&first.effects).unwrap();
    day.agent(prompt, entered("123456"));
    day.concluded(card, Outcome::Refused, Some(Tries::Left(2)));
    assert_eq!(day.outcome(first.request(), "app").unwrap().outcome, Outcome::Refused);
    assert_eq!(day.outcome(second.request(), "other").unwrap().outcome, Outcome::Refused);
}

#[test]
fn a_request_is_nobody_else_s() {
    let (mut day, card) = signed_on();
    let request = day.authenticate("app", Some(card)).request();
    assert!(request_of(day.engine.picture(), request, &ClientName::new("other")).is_none());
    let stolen = day.ask("other", Question::Cancel(request));
    assert!(matches!(stolen.answer, Err(Error::AccessDenied(_))));
}

#[test]
fn the_only_usable_card_is_meant_and_two_are_a_choice() {
    let (mut day, card) = signed_on();
    day.on(Event::from(ReaderEvent::ReaderArrived(name(1))));
    let effects = day.on(inserted(1));
    let other = effects.iter().find_map(crate::day::opened).unwrap();
    let choice = day.authenticate("app", None);
    let conclusion = day.outcome(choice.request(), "app").unwrap();
    assert_eq!(conclusion.outcome, Outcome::ChoiceNeeded);
    assert_eq!(conclusion.cards, [card, other]);

    day.on(report(other, CardReport::Unusable(lanyard_dbus::UnusableReason::Blank)));
    assert!(prompted(&day.authenticate("app", None).effects).is_some());
}

#[test]
fn without_a_card_or_an_agent_the_outcome_says_so() {
    let mut day = Day::new();
    let request = day.authenticate("app", None).request();
    assert_eq!(day.outcome(request, "app").unwrap().reason.unwrap().as_str(), "no-card");
    let card = day.with_card();
    day.on(report(card, identified(IDENTITY.clone())));
    let request = day.authenticate("app", Some(card)).request();
    assert_eq!(day.outcome(request, "app").unwrap().reason.unwrap().as_str(), "no-agent");
    let nowhere = day.authenticate("app", Some(CardId::numbered(999)));
    assert!(matches!(nowhere.answer, Err(Error::NoSuchCard(_))));
}

#[test]
fn who_asks_while_the_card_is_being_read_waits_for_it() {
    let mut day = Day::new();
    day.ask("agent", Question::RegisterAgent("/agent".into())).unwrap();
    let card = day.with_card();
    assert!(prompted(&day.authenticate("app", Some(card)).effects).is_none());
    let effects = day.on(report(card, identified(IDENTITY.clone())));
    assert!(prompted(&effects).is_some());
}

#[test]
fn an_agent_that_fails_is_named_and_the_card_hears_nothing() {
    for (fault, outcome) in [
        (AgentFault::Cancelled, Outcome::Cancelled),
        (AgentFault::Gone, Outcome::Failed),
        (AgentFault::Empty, Outcome::Failed),
        (AgentFault::TooLong, Outcome::Failed),
        (AgentFault::Refused, Outcome::Failed),
    ] {
        let (mut day, card) = signed_on();
        let asked = day.authenticate("app", Some(card));
        let (prompt, ..) = prompted(&asked.effects).unwrap();
        assert!(!sent_to_card(&day.agent(prompt, AgentReport::Failed(fault))));
        let conclusion = day.outcome(asked.request(), "app").unwrap();
        assert_eq!((conclusion.outcome, conclusion.reason), (outcome, fault.reason()));
    }
}

#[test]
fn a_person_who_does_not_answer_is_late_and_what_comes_then_is_void() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&asked.effects).unwrap();
    day.passed += PERSON_ANSWERS_WITHIN;
    assert!(cancelled(&day.on(Event::DeadlineReached)));
    assert_eq!(day.outcome(asked.request(), "app").unwrap().outcome, Outcome::TimedOut);
    assert!(day.agent(prompt, entered("123456")).is_empty());
}

#[test]
fn a_card_that_goes_takes_the_prompt_along() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    assert!(cancelled(&day.on(removed(0))));
    assert_eq!(day.outcome(asked.request(), "app").unwrap().outcome, Outcome::CardRemoved);
}

#[test]
fn a_caller_that_leaves_cancels_its_interest_and_only_its_own() {
    let (mut day, card) = signed_on();
    let first = day.authenticate("app", Some(card));
    let second = day.authenticate("other", Some(card));
    assert!(!cancelled(&day.on(Event::ClientLeft(ClientName::new("app")))));
    assert!(day.outcome(second.request(), "other").is_none(), "still waiting");
    assert!(cancelled(&day.on(Event::ClientLeft(ClientName::new("other")))));
    let (prompt, ..) = prompted(&first.effects).unwrap();
    assert!(day.agent(prompt, entered("123456")).is_empty());
}

#[test]
fn cancelling_ends_one_s_own_request() {
    let (mut day, card) = signed_on();
    let first = day.authenticate("app", Some(card)).request();
    let second = day.authenticate("other", Some(card)).request();
    assert!(!cancelled(&day.ask("app", Question::Cancel(first)).unwrap()));
    assert_eq!(day.outcome(first, "app").unwrap().outcome, Outcome::Cancelled);
    assert!(cancelled(&day.ask("other", Question::Cancel(second)).unwrap()));
}

#[test]
fn an_agent_that_leaves_ends_what_it_was_asked() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    day.on(Event::ClientLeft(ClientName::new("agent")));
    assert_eq!(day.outcome(asked.request(), "app").unwrap().reason.unwrap().as_str(), "agent-gone");
    let request = day.authenticate("app", Some(card)).request();
    assert_eq!(day.outcome(request, "app").unwrap().reason.unwrap().as_str(), "no-agent");
}

#[test]
fn whether_a_desktop_has_an_agent_is_told_while_it_has_one() {
    let (mut day, _card) = signed_on();
    let has = |day: &mut Day| day.ask("app", Question::HasAgent).answer.unwrap();
    assert_eq!(has(&mut day), Answer::Has(true));
    day.on(Event::ClientLeft(ClientName::new("agent")));
    assert_eq!(has(&mut day), Answer::Has(false));
}

#[test]
fn the_first_agent_stays_and_an_own_agent_is_for_its_request_alone() {
    let (mut day, card) = signed_on();
    let second = day.ask("rival", Question::RegisterAgent("/rival".into()));
    assert!(matches!(second.answer, Err(Error::AgentExists(_))));
    let stolen = day.ask("rival", Question::UnregisterAgent("/agent".into()));
    assert!(matches!(stolen.answer, Err(Error::NoSuchAgent(_))));

    let own = AgentAddress { client: ClientName::new("app"), path: "/mine".into() };
    let options = Options { agent: Some(own), ..Options::default() };
    let asked = day.ask("app", Question::Authenticate { card: Some(card), options });
    let (prompt, agent, _) = prompted(&asked.effects).unwrap();
    assert_eq!(&*agent.path, "/mine");
    day.agent(prompt, AgentReport::Failed(AgentFault::Cancelled));
    let asked = day.authenticate("app", Some(card));
    assert_eq!(&*prompted(&asked.effects).unwrap().1.path, "/agent");
}

#[test]
fn an_outcome_is_readable_for_a_minute_and_then_forgotten() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let (prompt, ..) = prompted(&asked.effects).unwrap();
    day.agent(prompt, AgentReport::Failed(AgentFault::Cancelled));
    day.passed += OUTCOME_IS_KEPT.saturating_sub(Duration::from_secs(1));
    day.on(Event::DeadlineReached);
    assert!(day.outcome(asked.request(), "app").is_some());
    day.passed += Duration::from_secs(1);
    let effects = day.on(Event::DeadlineReached);
    assert!(matches!(effects.last(), Some(Effect::UnwatchClient(_))));
    assert!(day.outcome(asked.request(), "app").is_none());
    day.on(removed(0));
    assert_eq!(day.engine.deadline(), None);
}

#[test]
fn one_user_cannot_pile_up_requests() {
    let (mut day, card) = signed_on();
    let refused = (0..100).find_map(|_| day.authenticate("app", Some(card)).answer.err());
    assert!(matches!(refused, Some(Error::TooManyRequests(_))));
}

#[test]
fn what_cannot_share_the_prompt_is_told_that_the_card_is_being_asked() {
    let own = AgentAddress { client: ClientName::new("other"), path: "/mine".into() };
    let own = Options { agent: Some(own), ..Options::default() };
    let (mut day, card) = signed_on();
    let first = day.authenticate("app", Some(card));
    let question = Question::Authenticate { card: Some(card), options: own };
    let busy = day.ask("other", question).request();
    assert_eq!(day.outcome(busy, "other").unwrap().reason, Some(Reason::AttemptUnderWay));

    let (prompt, ..) = prompted(&first.effects).unwrap();
    day.agent(prompt, entered("123456"));
    let late = day.authenticate("other", Some(card)).request();
    assert_eq!(day.outcome(late, "other").unwrap().outcome, Outcome::Busy);
    day.concluded(card, Outcome::Ok, Some(Tries::Left(3)));
    assert_eq!(day.outcome(first.request(), "app").unwrap().outcome, Outcome::Ok);
}
