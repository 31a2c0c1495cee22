//! Clients, agents, people and cards in every order: nothing is sent that nobody entered, everybody is
//! answered, and nothing is waited for that nobody waits for.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::{Outcome, UnusableReason};
use lanyard_evidence::Stamp;
use lanyard_trust::RevocationMode;
use lanyardd::engine::{
    AgentFault, AgentReport, Answer, AttemptReport, CardId, CardReport, Change, ClientName,
    Conclusion, Effect, Entry, Event, Options, OrderId, PromptId, Question, RequestId, Task,
    TriesLeft,
};
use proptest::prelude::*;

use crate::{
    day::{Day, IDENTITY, identified, inserted, name, removed, report},
    desktop::{client, secret},
    keys::{keys, with_keys},
};

const CLIENTS: [&str; 3] = ["app", "other", "agent"];

/// Something that happens; numbers choose among what there is.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Registers(&'static str),
    Unregisters(&'static str),
    Authenticates { who: &'static str, card: Option<usize>, last_try_ok: bool, own_agent: bool },
    Changes { who: &'static str, card: usize },
    Cancels { who: &'static str, request: usize },
    Leaves(&'static str),
    Inserted(usize),
    Removed(usize),
    Keys(bool),
    Told { card: usize, tries: Tries },
    Unusable(usize),
    Answers { card: usize, how: u8 },
    Enters { prompt: usize, passcode: &'static str, yes: bool },
    AgentFails(usize),
    Judged { is_believed: bool, is_last: bool },
    Evidence(u64),
    Passes(u64),
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::*;
    let tries =
        prop::sample::select(vec![Tries::Left(3), Tries::Left(1), Tries::Blocked, Tries::Untold]);
    let who = || prop::sample::select(CLIENTS.to_vec());
    prop_oneof![
        2 => who().prop_map(Registers),
        1 => who().prop_map(Unregisters),
        5 => (who(), prop::option::of(0..4_usize), any::<bool>(), any::<bool>()).prop_map(
            |(who, card, last_try_ok, own_agent)| Authenticates { who, card, last_try_ok, own_agent }
        ),
        2 => (who(), 0..4_usize).prop_map(|(who, card)| Changes { who, card }),
        2 => (who(), 0..8_usize).prop_map(|(who, request)| Cancels { who, request }),
        1 => who().prop_map(Leaves),
        2 => (0..2_usize).prop_map(Inserted),
        1 => (0..2_usize).prop_map(Removed),
        1 => any::<bool>().prop_map(Keys),
        5 => (0..4_usize, tries).prop_map(|(card, tries)| Told { card, tries }),
        1 => (0..4_usize).prop_map(Unusable),
        5 => (0..4_usize, 0..4_u8).prop_map(|(card, how)| Answers { card, how }),
        6 => (0..4_usize, prop::sample::select(vec!["123456", "739150", "12"]), any::<bool>())
            .prop_map(|(prompt, passcode, yes)| Enters { prompt, passcode, yes }),
        1 => (0..4_usize).prop_map(AgentFails),
        7 => (prop::bool::weighted(0.9), any::<bool>())
            .prop_map(|(is_believed, is_last)| Judged { is_believed, is_last }),
        1 => (0..4_u64).prop_map(Evidence),
        1 => (0..140_u64).prop_map(Passes),
    ]
}

/// What everybody outside the engine knows.
struct Outside {
    day: Day,
    cards: Vec<CardId>,
    /// Orders that a card's thread has, the one it is at first.
    at_work: BTreeMap<CardId, VecDeque<OrderId>>,
    /// Orders that were taken back.
    recalled: BTreeSet<OrderId>,
    prompts: Vec<PromptId>,
    open_prompts: BTreeSet<PromptId>,
    requests: Vec<RequestId>,
    owners: BTreeMap<RequestId, ClientName>,
    concluded: BTreeSet<RequestId>,
    forgotten: BTreeSet<RequestId>,
    agent: Option<ClientName>,
    watched: BTreeSet<ClientName>,
    has_keys: bool,
    /// What people entered when they were asked, less what was sent of it.
    entries: usize,
}

/// The nth from the end, so that what is recent is met most.
fn recent<T: Copy>(all: &[T], nth: usize) -> Option<T> {
    all.iter().rev().nth(nth).copied()
}

impl Outside {
    fn new() -> Self {
        let mut day = Day { judges_are_prompt: false, ..Day::new() };
        for reader in 0..2 {
            day.on(Event::from(lanyard_reader::ReaderEvent::ReaderArrived(name(reader))));
        }
        Self {
            day,
            cards: Vec::new(),
            at_work: BTreeMap::new(),
            recalled: BTreeSet::new(),
            prompts: Vec::new(),
            open_prompts: BTreeSet::new(),
            requests: Vec::new(),
            owners: BTreeMap::new(),
            concluded: BTreeSet::new(),
            forgotten: BTreeSet::new(),
            agent: None,
            watched: BTreeSet::new(),
            has_keys: false,
            entries: 0,
        }
    }

    fn happens(&mut self, happening: Happening) {
        use Happening::*;
        match happening {
            Registers(who) => self.asks(who, Question::RegisterAgent("/agent".into())),
            Unregisters(who) => self.asks(who, Question::UnregisterAgent("/agent".into())),
            Authenticates { who, card, last_try_ok, own_agent } => {
                let card = card.and_then(|nth| recent(&self.cards, nth));
                let agent = own_agent.then(|| lanyardd::engine::AgentAddress {
                    client: ClientName::new(who),
                    path: "/own".into(),
                });
                let options = Options { agent, last_try_ok, ..Options::default() };
                self.asks(who, Question::Authenticate { card, options });
            }
            Changes { who, card } => {
                if let Some(card) = recent(&self.cards, card) {
                    let options = Options::default();
                    self.asks(who, Question::ChangePasscode { card, options });
                }
            }
            Cancels { who, request } => {
                if let Some(request) = recent(&self.requests, request) {
                    self.asks(who, Question::Cancel(request));
                }
            }
            Leaves(who) => {
                let left = ClientName::new(who);
                self.agent.take_if(|agent| *agent == left);
                self.on(Event::ClientLeft(left.clone()));
                assert!(!self.watched.contains(&left));
                let all_gone =
                    |id| self.forgotten.contains(id) || self.owners.get(id) != Some(&left);
                assert!(self.requests.iter().all(all_gone), "nobody is there to read it");
            }
            Inserted(reader) => self.on(inserted(reader)),
            Removed(reader) => self.on(removed(reader)),
            Keys(some) => {
                self.has_keys |= some;
                with_keys(&mut self.day, some.then(keys));
            }
            Told { card, tries } => self.told(card, tries),
            Unusable(card) => {
                if let Some(card) = self.idle(card) {
                    let unusable = CardReport::Unusable(UnusableReason::Unreadable);
                    self.on(report(card, unusable));
                }
            }
            Answers { card, how } => self.answers(card, how),
            Enters { prompt, passcode, yes } => self.enters(prompt, passcode, yes),
            AgentFails(prompt) => {
                if let Some(prompt) = recent(&self.prompts, prompt) {
                    self.open_prompts.remove(&prompt);
                    let report = AgentReport::Failed(AgentFault::Refused);
                    self.on(Event::Agent { prompt, report });
                }
            }
            Judged { is_believed, is_last } => {
                let mode = if is_believed { RevocationMode::Off } else { RevocationMode::Hard };
                let effects = self.day.judged(mode, is_last);
                self.sees(effects);
            }
            Evidence(stamp) => self.on(Event::EvidenceChanged(Stamp(stamp))),
            Passes(seconds) => {
                self.day.passed += Duration::from_secs(seconds);
                self.on(Event::DeadlineReached);
            }
        }
    }

    fn told(&mut self, card: usize, tries: Tries) {
        if let Some(card) = self.idle(card) {
            self.on(report(card, CardReport::Asking));
            let identity = Identity { tries, ..IDENTITY.clone() };
            self.on(report(card, identified(identity)));
        }
    }

    fn idle(&self, card: usize) -> Option<CardId> {
        let at_work =
            |card: &CardId| self.at_work.get(card).is_some_and(|orders| !orders.is_empty());
        recent(&self.cards, card).filter(|card| !at_work(card))
    }

    fn answers(&mut self, card: usize, how: u8) {
        let Some(card) = recent(&self.cards, card) else { return };
        let Some(order) = self.at_work.get_mut(&card).and_then(VecDeque::pop_front) else { return };
        let concluded = |outcome| AttemptReport::Concluded(Conclusion::plain(outcome));
        let (ended, tries) = match how {
            _ if self.recalled.contains(&order) => (concluded(Outcome::Cancelled), None),
            0 => (concluded(Outcome::Ok), Some(Tries::Left(3))),
            1 => (concluded(Outcome::Refused), Some(Tries::Left(1))),
            2 => (AttemptReport::FewerTries, Some(Tries::Left(1))),
            _ => (concluded(Outcome::NowBlocked), Some(Tries::Blocked)),
        };
        self.on(report(card, CardReport::Begun(order)));
        let tries = tries.map(|card| TriesLeft { card, here: Some(3) });
        self.on(report(card, CardReport::Attempted { order, report: ended, tries }));
    }

    fn enters(&mut self, prompt: usize, passcode: &str, yes: bool) {
        if let Some(prompt) = recent(&self.prompts, prompt) {
            let counts = self.open_prompts.remove(&prompt);
            let passcode = secret(passcode);
            let entry = Entry { passcode, last_try_ok: yes, terms_accepted: true };
            let report = AgentReport::Entered(entry);
            self.entries += usize::from(counts);
            self.on(Event::Agent { prompt, report });
        }
    }

    fn asks(&mut self, who: &str, question: Question) {
        let asked = self.day.ask(who, question.clone());
        let name = client(who).name;
        match (&asked.answer, question) {
            (Ok(_), Question::RegisterAgent(_)) => self.agent = Some(name),
            (Ok(_), Question::UnregisterAgent(_)) => self.agent = None,
            (Ok(Answer::Request(made)), _) => drop(self.owners.insert(*made, name)),
            _ => {}
        }
        self.sees(asked.effects);
    }

    fn on(&mut self, event: Event) {
        let effects = self.day.on(event);
        self.sees(effects);
    }

    fn sees(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.see(effect);
        }
        for client in &self.watched {
            let has_request = self
                .owners
                .iter()
                .any(|(id, owner)| owner == client && !self.forgotten.contains(id));
            assert!(has_request || self.agent.as_ref() == Some(client), "watched for nothing");
        }
    }

    fn see(&mut self, effect: Effect) {
        match effect {
            Effect::OpenCard { card, .. } => self.cards.push(card),
            Effect::CloseCard { card } => drop(self.at_work.remove(&card)),
            Effect::Attempt { card, order } => {
                match order.task {
                    Task::SignIn(..) | Task::Change { .. } => {
                        assert!(self.entries > 0, "nobody entered that");
                        self.entries -= 1;
                    }
                    Task::SignInAtKeys(..) | Task::ChangeAtKeys(_) => assert!(self.has_keys),
                }
                let before = self.at_work.entry(card).or_default();
                let void = before.iter().all(|order| self.recalled.contains(order));
                assert!(void, "two orders for one card");
                before.push_back(order.id);
                assert!(self.cards.contains(&card));
            }
            Effect::AskAgent { prompt, .. } | Effect::TellAgent { prompt, .. } => {
                self.prompts.push(prompt);
                assert!(self.open_prompts.insert(prompt));
            }
            Effect::CancelAgent { prompt, .. } => {
                // One whose agent has answered may be closed once more.
                self.open_prompts.remove(&prompt);
                assert!(self.prompts.contains(&prompt));
            }
            Effect::WatchClient(client) => assert!(self.watched.insert(client)),
            Effect::UnwatchClient(client) => assert!(self.watched.remove(&client)),
            Effect::Publish(publication) => match publication.change {
                Change::RequestMade(id) => self.requests.push(id),
                Change::RequestCompleted(id) => assert!(self.concluded.insert(id), "told twice"),
                Change::RequestForgotten(id) => assert!(self.forgotten.insert(id)),
                _ => {}
            },
            Effect::Recall { order, .. } => drop(self.recalled.insert(order)),
            Effect::DescribeReader { .. }
            | Effect::ReadAgain { .. }
            | Effect::Judge { .. }
            | Effect::AskDirectory { .. }
            | Effect::Grant { .. }
            | Effect::SignTicket(_)
            | Effect::Announce(_)
            | Effect::Answer { .. }
            | Effect::Release { .. }
            | Effect::TellMetrics(_)
            | Effect::ReadyToSleep(_)
            | Effect::Record(_) => {}
        }
    }

    /// Whatever is waited for comes to an end, and everybody has been answered.
    fn ends(&mut self) {
        for _ in 0..1000 {
            let is_over = self.requests.iter().all(|request| self.forgotten.contains(request));
            let Some(deadline) = self.day.engine.deadline().filter(|_| !is_over) else { break };
            self.day.passed = self.day.passed.max(deadline - self.day.start);
            self.on(Event::DeadlineReached);
        }
        for request in &self.requests {
            assert!(self.forgotten.contains(request), "{request} is never forgotten");
        }
        // Certificates of cards that are in are looked at again and again.
        for reader in 0..2 {
            self.on(removed(reader));
        }
        assert_eq!(self.day.engine.deadline(), None);
        assert!(self.open_prompts.is_empty(), "a prompt stays open for ever");
        self.watched.iter().for_each(|client| assert_eq!(self.agent.as_ref(), Some(client)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn nothing_is_sent_that_nobody_entered_and_everybody_is_answered(
        happenings in prop::collection::vec(happening(), 1..80),
    ) {
        let mut outside = Outside::new();
        for happening in happenings {
            outside.happens(happening);
        }
        outside.ends();
    }
}
