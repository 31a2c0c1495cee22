//! Attempts at a passcode: one a card at a time, shared by everybody who asks for the same.
//!
//! An attempt waits for the card to be read, then for a person, then for the card. It ends with one
//! conclusion for all who share it. Nothing here asks the card twice for one entry: after a refusal the
//! request is over.

use std::mem;

use lanyard_dbus::{Outcome, Reason, UnusableReason};
use lanyard_ledger::Purpose;

use super::{
    AgentAddress, AgentFault, AgentReport, AttemptReport, CardId, CardState, Client, Conclusion,
    Effect, Engine, Entry, Known, Now, Order, Prompt, PromptId, RequestId, Task, TriesLeft, Wait,
    entering::{Entered, Step},
};

/// How often a person is asked within one attempt, when the tries turned out to be fewer than shown.
const ROUNDS: u8 = 3;

/// One card, one person, and the requests that wait for them.
#[derive(Debug)]
pub(super) struct Attempt {
    /// What the passcode is for.
    pub(super) purpose: Purpose,
    /// Who is answered; nobody, when all have cancelled while the card was at work.
    pub(super) requests: Vec<RequestId>,
    /// Who asked first.
    pub(super) client: Client,
    /// Who asks the person; not needed at a reader's own keys.
    pub(super) agent: Option<AgentAddress>,
    /// The holder has said yes to risking the last try.
    pub(super) last_try_ok: bool,
    /// The agent asks although the reader has keys.
    pub(super) not_at_keys: bool,
    /// How often the person has been asked from the start.
    pub(super) rounds: u8,
    /// The card has been read since this began.
    pub(super) is_fresh: bool,
    pub(super) stage: Stage,
}

/// What an attempt waits for.
#[derive(Debug)]
pub(super) enum Stage {
    /// The card to be read.
    Reading,
    /// The person.
    Asking {
        /// The prompt that counts; answers to others are void.
        prompt: PromptId,
        /// What the person was shown.
        shown: TriesLeft,
        /// What was entered before.
        entered: Entered,
        /// The person has accepted the terms.
        terms_accepted: bool,
    },
    /// The card, and at a reader's own keys the person too, who is shown this.
    AtCard(Option<PromptId>),
}

impl Engine {
    /// Goes on with an attempt that waited for the card to be read.
    pub(super) fn go_on(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        let waits = |attempt: &Attempt| matches!(attempt.stage, Stage::Reading);
        if !self.attempts.get(&card).is_some_and(waits) {
            return Vec::new();
        }
        match self.picture.card(card).map(|card| card.state.clone()) {
            Some(CardState::Reading) => Vec::new(),
            Some(CardState::Ready(known)) => self.turn_to_person(card, &known, now),
            Some(CardState::Blocked(known)) => self.turn_away(card, &known, now),
            Some(CardState::Unusable(reason)) => self.end(card, &unusable(reason), now),
            None => self.end(card, &Conclusion::plain(Outcome::CardRemoved), now),
        }
    }

    /// A block may have been lifted since the card was read: it is read again before its holder is turned away.
    fn turn_away(&mut self, card: CardId, known: &Known, now: Now) -> Vec<Effect> {
        match self.attempts.get_mut(&card) {
            Some(attempt) if !attempt.is_fresh => {
                attempt.is_fresh = true;
                self.wait_until_free(card, now);
                vec![Effect::ReadAgain { card }]
            }
            Some(_) | None => self.end(card, &blocked(known), now),
        }
    }

    /// To the reader's keys where that can be, else to the agent. The last try is risked at keys only by
    /// somebody who has said yes before: keys cannot ask.
    fn turn_to_person(&mut self, card: CardId, known: &Known, now: Now) -> Vec<Effect> {
        let shown = known.tries();
        let keys = self.keys_for(card);
        let Some(attempt) = self.attempts.get_mut(&card) else {
            return Vec::new();
        };
        attempt.rounds += 1;
        let task = match (keys, attempt.purpose) {
            _ if attempt.not_at_keys || shown.is_last() && !attempt.last_try_ok => None,
            (Some(keys), Purpose::SignIn) => Some(Task::SignInAtKeys(keys)),
            (Some(keys), Purpose::ChangePasscode) => {
                keys.modify.is_some().then_some(Task::ChangeAtKeys(keys))
            }
            (None, _) => None,
        };
        match (task, &attempt.agent) {
            (Some(task), _) => self.send_to_keys(card, task, shown, now),
            (None, Some(_)) => self.ask(card, Entered::Nothing, shown, false, now),
            (None, None) => {
                self.end(card, &Conclusion::because(Outcome::Failed, Reason::NoAgent), now)
            }
        }
    }

    fn send_to_keys(
        &mut self,
        card: CardId,
        task: Task,
        shown: TriesLeft,
        now: Now,
    ) -> Vec<Effect> {
        let prompt = PromptId(self.next_id());
        let what = self.prompt(card, shown, &Entered::Nothing);
        let agent = self.attempts.get(&card).and_then(|attempt| attempt.agent.clone());
        let told = agent.zip(what).map(|(agent, what)| Effect::TellAgent { prompt, agent, what });
        let shown_as = told.as_ref().map(|_| prompt);
        let mut effects = Vec::from_iter(told);
        effects.extend(self.send(card, task, shown, (shown_as, false), now));
        effects
    }

    fn ask(
        &mut self,
        card: CardId,
        entered: Entered,
        shown: TriesLeft,
        terms_accepted: bool,
        now: Now,
    ) -> Vec<Effect> {
        let prompt = PromptId(self.next_id());
        let what = self.prompt(card, shown, &entered);
        let Some((attempt, what)) = self.attempts.get_mut(&card).zip(what) else {
            return Vec::new();
        };
        attempt.stage = Stage::Asking { prompt, shown, entered, terms_accepted };
        let agent = attempt.agent.clone();
        self.waits.insert(Wait::Person(card), now.steady + self.limits.person_answers_within);
        Vec::from_iter(agent.map(|agent| Effect::AskAgent { prompt, agent, what }))
    }

    /// What a person is shown.
    fn prompt(&self, card: CardId, tries: TriesLeft, entered: &Entered) -> Option<Prompt> {
        let attempt = self.attempts.get(&card)?;
        let in_reader = self.picture.card(card)?;
        let holder = in_reader.state.known().and_then(|known| known.identity.certificate.holder());
        Some(Prompt {
            card,
            reader: self.picture.reader(in_reader.reader)?.name.clone(),
            holder: holder.cloned(),
            tries,
            ask_last_try: tries.is_last() && !attempt.last_try_ok,
            purpose: entered.next(),
        })
    }

    /// An agent has something to tell; void unless its prompt is the one that counts.
    pub(super) fn on_agent(
        &mut self,
        prompt: PromptId,
        report: AgentReport,
        now: Now,
    ) -> Vec<Effect> {
        let counts =
            |stage: &Stage| matches!(stage, Stage::Asking { prompt: it, .. } if *it == prompt);
        let asked = self.attempts.iter().find(|(_, attempt)| counts(&attempt.stage));
        let Some(card) = asked.map(|(card, _)| *card) else {
            return Vec::new();
        };
        self.waits.remove(&Wait::Person(card));
        match report {
            AgentReport::Failed(AgentFault::Cancelled) => {
                self.end(card, &Conclusion::plain(Outcome::Cancelled), now)
            }
            AgentReport::Failed(fault) => {
                let reason = fault.reason();
                self.end(card, &Conclusion { reason, ..Conclusion::plain(Outcome::Failed) }, now)
            }
            AgentReport::Entered(entry) => self.on_entered(card, entry, now),
        }
    }

    fn on_entered(&mut self, card: CardId, entry: Entry, now: Now) -> Vec<Effect> {
        let known = self.picture.card(card).and_then(|card| card.state.known());
        let holder = known.and_then(|known| known.identity.certificate.holder()).cloned();
        let Some(attempt) = self.attempts.get_mut(&card) else {
            return Vec::new();
        };
        let stage = mem::replace(&mut attempt.stage, Stage::AtCard(None));
        let Stage::Asking { shown, entered, terms_accepted: before, .. } = stage else {
            return Vec::new();
        };
        attempt.last_try_ok |= entry.last_try_ok;
        if shown.is_last() && !attempt.last_try_ok {
            let reason = Reason::LastTryNotConfirmed;
            return self.end(card, &Conclusion::because(Outcome::Cancelled, reason), now);
        }
        let terms = before || entry.terms_accepted;
        match entered.take(entry.passcode, attempt.purpose, &self.rules, holder.as_ref()) {
            Ok(Step::More(entered)) => self.ask(card, entered, shown, terms, now),
            Ok(Step::Done(task)) => self.send(card, task, shown, (None, terms), now),
            Err(reason) => {
                let tries_left = shown.told();
                let wrong = Conclusion::because(Outcome::WrongFormat, reason);
                self.end(card, &Conclusion { tries_left, ..wrong }, now)
            }
        }
    }

    fn send(
        &mut self,
        card: CardId,
        task: Task,
        shown: TriesLeft,
        (shown_as, terms_accepted): (Option<PromptId>, bool),
        now: Now,
    ) -> Vec<Effect> {
        let Some(attempt) = self.attempts.get_mut(&card) else {
            return Vec::new();
        };
        attempt.stage = Stage::AtCard(shown_as);
        let within = self.limits.card_answers_within + task.person_takes();
        self.waits.insert(Wait::Proof(card), now.steady + within);
        let (last_try_ok, client) = (attempt.last_try_ok, attempt.client.clone());
        let order = Order { task, shown, last_try_ok, terms_accepted, client };
        vec![Effect::Attempt { card, order }]
    }

    /// An order was carried out. Tries that became fewer are shown first.
    pub(super) fn on_attempted(
        &mut self,
        card: CardId,
        report: AttemptReport,
        tries: Option<TriesLeft>,
        now: Now,
    ) -> Vec<Effect> {
        self.waits.remove(&Wait::Proof(card));
        let mut effects = tries.map_or_else(Vec::new, |tries| self.card_has(card, tries));
        effects.extend(match report {
            AttemptReport::FewerTries => self.ask_again(card, now),
            AttemptReport::Concluded(conclusion) => self.answer_all(card, &conclusion, now),
        });
        effects
    }

    /// There were fewer tries than the person was shown: nothing was sent.
    fn ask_again(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        match self.attempts.get_mut(&card) {
            Some(attempt) if attempt.requests.is_empty() => {
                self.answer_all(card, &Conclusion::plain(Outcome::Cancelled), now)
            }
            Some(attempt) if attempt.rounds < ROUNDS => {
                let before = mem::replace(&mut attempt.stage, Stage::Reading);
                attempt.is_fresh = true;
                let told = attempt.withdraw(&before, Outcome::Busy);
                let mut effects = Vec::from_iter(told);
                effects.extend(self.go_on(card, now));
                effects
            }
            Some(_) => {
                self.end(card, &Conclusion::because(Outcome::Busy, Reason::TriesChanged), now)
            }
            None => Vec::new(),
        }
    }

    /// Nobody answered in time.
    pub(super) fn person_is_late(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        self.end(card, &Conclusion::plain(Outcome::TimedOut), now)
    }

    /// The agent that asks has gone; once the card is at work it is not needed any more.
    pub(super) fn agent_left(&mut self, card: CardId, gone: &Conclusion, now: Now) -> Vec<Effect> {
        match self.attempts.get(&card).map(|attempt| &attempt.stage) {
            Some(Stage::Reading | Stage::Asking { .. }) => self.end(card, gone, now),
            Some(Stage::AtCard(_)) | None => Vec::new(),
        }
    }

    /// Ends the attempt at a card, if there is one, of which nothing is recorded yet.
    pub(super) fn end(&mut self, card: CardId, conclusion: &Conclusion, now: Now) -> Vec<Effect> {
        let record = self.record_of_end(card, conclusion);
        let mut effects = self.answer_all(card, conclusion, now);
        effects.extend(record);
        effects
    }

    /// The record of an attempt that ends now. To be made while it is still known whose card it is.
    pub(super) fn record_of_end(&self, card: CardId, conclusion: &Conclusion) -> Option<Effect> {
        let attempt = self.attempts.get(&card)?;
        Some(Effect::Record(self.ended(card, attempt, conclusion)))
    }

    /// The same conclusion for all who share an attempt that is over.
    pub(super) fn answer_all(
        &mut self,
        card: CardId,
        conclusion: &Conclusion,
        now: Now,
    ) -> Vec<Effect> {
        self.waits.remove(&Wait::Person(card));
        self.waits.remove(&Wait::Proof(card));
        let Some(attempt) = self.attempts.remove(&card) else {
            return Vec::new();
        };
        let mut effects = Vec::from_iter(attempt.withdraw(&attempt.stage, conclusion.outcome));
        for request in attempt.requests {
            effects.extend(self.conclude(request, conclusion.clone(), now));
        }
        effects
    }

    /// Takes one request out of the attempt it shares; the last one that goes takes the prompt along.
    pub(super) fn leave(&mut self, request: RequestId) -> Vec<Effect> {
        let shares = |attempt: &Attempt| attempt.requests.contains(&request);
        let shared = self.attempts.iter_mut().find(|(_, attempt)| shares(attempt));
        let Some((card, attempt)) = shared else {
            return Vec::new();
        };
        attempt.requests.retain(|other| *other != request);
        if !attempt.requests.is_empty() || matches!(attempt.stage, Stage::AtCard(_)) {
            return Vec::new();
        }
        let card = *card;
        self.waits.remove(&Wait::Person(card));
        let Some(attempt) = self.attempts.remove(&card) else {
            return Vec::new();
        };
        let cancelled = Conclusion::plain(Outcome::Cancelled);
        let mut effects = Vec::from_iter(attempt.withdraw(&attempt.stage, cancelled.outcome));
        effects.push(Effect::Record(self.ended(card, &attempt, &cancelled)));
        effects
    }
}

impl Attempt {
    /// Closes what the agent shows.
    fn withdraw(&self, stage: &Stage, outcome: Outcome) -> Option<Effect> {
        let prompt = match stage {
            Stage::Asking { prompt, .. } | Stage::AtCard(Some(prompt)) => *prompt,
            Stage::Reading | Stage::AtCard(None) => return None,
        };
        let agent = self.agent.clone()?;
        Some(Effect::CancelAgent { prompt, agent, outcome })
    }
}

fn blocked(known: &Known) -> Conclusion {
    let reason = known.tries().is_blocked_here_alone().then_some(Reason::BlockedHere);
    Conclusion { reason, ..Conclusion::with_tries(Outcome::WasBlocked, Some(0)) }
}

fn unusable(reason: UnusableReason) -> Conclusion {
    let failed = |reason| Conclusion::because(Outcome::Failed, reason);
    match reason {
        UnusableReason::Busy => Conclusion::plain(Outcome::Busy),
        UnusableReason::Denied => Conclusion::plain(Outcome::Denied),
        UnusableReason::Unsupported => failed(Reason::Unsupported),
        UnusableReason::Blank => failed(Reason::Blank),
        UnusableReason::Mute => failed(Reason::Mute),
        UnusableReason::Unreadable => failed(Reason::Unreadable),
    }
}
