//! Attempts to be authenticated: prompts shared, cancelled, late, refused.

use std::time::Duration;

use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::{Error, Outcome, Reason};
use lanyard_reader::ReaderEvent;
use lanyardd::engine::{
    AgentAddress, AgentFault, AgentReport, Answer, AttemptReport, CardId, CardReport, Change,
    Client, ClientName, Conclusion, Effect, Entry, Event, Options, Prompt, PromptId, Publication,
    Question, Reply, RequestId, Secret, TriesLeft, request_of,
};

use crate::day::{
    ANSWERS_WITHIN, Day, FREE_WITHIN, IDENTITY, OUTCOME_IS_KEPT, PERSON_ANSWERS_WITHIN, identified,
    inserted, name, removed, report,
};

/// A day with an agent on the desktop and a card that has told who it is.
pub(crate) fn signed_on() -> (Day, CardId) {
    let mut day = Day::new();
    day.ask("agent", Question::RegisterAgent("/agent".into())).unwrap();
    let card = day.with_card();
    day.on(report(card, identified(IDENTITY.clone())));
    (day, card)
}

pub(crate) fn client(name: &str) -> Client {
    Client { name: ClientName::new(name), uid: 1000, pid: None }
}

pub(crate) fn secret(passcode: &str) -> Secret {
    let mut secret = Secret::new().unwrap();
    secret.append(passcode.as_bytes()).unwrap();
    secret
}

pub(crate) fn entered(passcode: &str) -> AgentReport {
    let passcode = secret(passcode);
    AgentReport::Entered(Entry { passcode, last_try_ok: false, terms_accepted: true })
}

impl Day {
    /// The card has carried out the last order.
    pub(crate) fn attempted(
        &mut self,
        card: CardId,
        ended: AttemptReport,
        tries: Option<Tries>,
    ) -> Vec<Effect> {
        let order = self.order;
        let tries = tries.map(|card| TriesLeft { card, here: Some(3) });
        self.on(report(card, CardReport::Attempted { order, report: ended, tries }))
    }

    pub(crate) fn concluded(
        &mut self,
        card: CardId,
        outcome: Outcome,
        tries: Option<Tries>,
    ) -> Vec<Effect> {
        let conclusion = Conclusion::plain(outcome);
        self.attempted(card, AttemptReport::Concluded(conclusion), tries)
    }

    /// The card said nothing any more.
    fn broken_off(&mut self, card: CardId) {
        let conclusion = Conclusion::because(Outcome::Failed, Reason::NoAnswer);
        self.attempted(card, AttemptReport::Concluded(conclusion), None);
    }
}

/// What a question led to.
pub(crate) struct Asked {
    pub(crate) answer: Result<Answer, Error>,
    pub(crate) effects: Vec<Effect>,
}

impl Asked {
    pub(crate) fn unwrap(self) -> Vec<Effect> {
        self.answer.unwrap();
        self.effects
    }

    pub(crate) fn request(&self) -> RequestId {
        match self.answer {
            Ok(Answer::Request(request)) => request,
            ref other => panic!("no request: {other:?}"),
        }
    }
}

impl Day {
    pub(crate) fn ask(&mut self, client_name: &str, question: Question) -> Asked {
        let (reply, _) = Reply::new();
        let asked = Event::Asked { client: client(client_name), question, reply };
        let mut effects = self.on(asked);
        let at = effects.iter().position(|effect| matches!(effect, Effect::Answer { .. })).unwrap();
        match effects.remove(at) {
            Effect::Answer { answer, .. } => Asked { answer, effects },
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn authenticate(&mut self, client_name: &str, card: Option<CardId>) -> Asked {
        let options = Options::default();
        self.ask(client_name, Question::Authenticate { card, options })
    }

    pub(crate) fn outcome(&self, request: RequestId, client_name: &str) -> Option<Conclusion> {
        let client = ClientName::new(client_name);
        request_of(self.engine.picture(), request, &client)?.conclusion.clone()
    }

    pub(crate) fn agent(&mut self, prompt: PromptId, report: AgentReport) -> Vec<Effect> {
        self.on(Event::Agent { prompt, report })
    }
}

pub(crate) fn prompted(effects: &[Effect]) -> Option<(PromptId, &AgentAddress, &Prompt)> {
    effects.iter().find_map(|effect| {
        if let Effect::AskAgent { prompt, agent, what } = effect {
            Some((*prompt, agent, what))
        } else {
            None
        }
    })
}

pub(crate) fn cancelled(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::CancelAgent { .. }))
}

pub(crate) fn sent_to_card(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Attempt { .. }))
}

#[test]
fn a_request_is_made_answered_and_then_the_person_is_asked() {
    let (mut day, card) = signed_on();
    let asked = day.authenticate("app", Some(card));
    let request = asked.request();
    assert!(matches!(
        asked.effects[..],
        [
            Effect::WatchClient(_),
            Effect::Publish(Publication { change: Change::RequestMade(made), .. }),
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
    assert_eq!(day.engine.deadline(), None);
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
fn one_user_cannot_pile_up_requests() {
    let (mut day, card) = signed_on();
    let refused = (0..100).find_map(|_| day.authenticate("app", Some(card)).answer.err());
    assert!(matches!(refused, Some(Error::TooManyRequests(_))));
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
