//! Attempts to be authenticated: one a card at a time, shared by everybody who asks for the same card.
//!
//! An attempt waits for the card to be read, then for a person, then for the card, then for the record of
//! what it granted. It ends with one conclusion for all who share it. Nothing here asks the card twice for
//! one entry: after a refusal the request is over.

use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::{Outcome, PasscodePurpose, UnusableReason};

use super::{
    AgentAddress, AgentFault, AgentReport, AttemptReport, CardId, CardState, Conclusion, Effect,
    Engine, Now, Prompt, PromptId, RequestId, Wait, effect::Entry,
};

/// How often a person is asked within one attempt, when the tries turned out to be fewer than shown.
const PROMPTS: u8 = 3;

/// One card, one person, and the requests that wait for them.
#[derive(Debug)]
pub(super) struct Attempt {
    /// Who is answered; nobody, when all have cancelled while the card was at work.
    pub(super) requests: Vec<RequestId>,
    /// Who asks the person.
    pub(super) agent: AgentAddress,
    /// The holder has said yes to risking the last try.
    pub(super) last_try_ok: bool,
    prompts: u8,
    pub(super) stage: Stage,
}

/// What an attempt waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The card to be read.
    Reading,
    /// The person.
    Asking {
        /// The prompt that counts; answers to others are void.
        prompt: PromptId,
        /// What the person was shown.
        shown: Tries,
    },
    /// The card to check the passcode and to prove its key.
    AtCard,
}

impl Attempt {
    pub(super) fn new(request: RequestId, agent: AgentAddress, last_try_ok: bool) -> Self {
        let requests = vec![request];
        Self { requests, agent, last_try_ok, prompts: 0, stage: Stage::Reading }
    }
}

impl Engine {
    /// Goes on with an attempt that waited for the card to be read.
    pub(super) fn go_on(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        let waits = self.attempts.get(&card).is_some_and(|attempt| attempt.stage == Stage::Reading);
        let state = self.picture.card(card).map(|card| card.state.clone());
        match state {
            Some(_) if !waits => Vec::new(),
            Some(CardState::Reading) => Vec::new(),
            Some(CardState::Ready(identity)) => self.ask(card, &identity, now),
            Some(CardState::Blocked(_)) => {
                self.end(card, &Conclusion::with_tries(Outcome::WasBlocked, Some(0)), now)
            }
            Some(CardState::Unusable(reason)) => self.end(card, &unusable(reason), now),
            None => self.end(card, &Conclusion::plain(Outcome::CardRemoved), now),
        }
    }

    fn ask(&mut self, card: CardId, identity: &Identity, now: Now) -> Vec<Effect> {
        let prompt = PromptId(self.next_id());
        let in_reader = self.picture.card(card).map(|card| card.reader);
        let reader = in_reader.and_then(|reader| self.picture.reader(reader));
        let (Some(reader), Some(attempt)) = (reader, self.attempts.get_mut(&card)) else {
            return Vec::new();
        };
        attempt.prompts += 1;
        attempt.stage = Stage::Asking { prompt, shown: identity.tries };
        let what = Prompt {
            card,
            reader: reader.name.clone(),
            holder: identity.certificate.holder().cloned(),
            tries: identity.tries,
            ask_last_try: identity.tries == Tries::Left(1) && !attempt.last_try_ok,
            purpose: PasscodePurpose::Current,
        };
        let agent = attempt.agent.clone();
        self.waits.insert(Wait::Person(card), now.steady + self.limits.person_answers_within);
        vec![Effect::AskAgent { prompt, agent, what }]
    }

    /// An agent has something to tell; void unless its prompt is the one that counts.
    pub(super) fn on_agent(
        &mut self,
        prompt: PromptId,
        report: AgentReport,
        now: Now,
    ) -> Vec<Effect> {
        let asked = self.attempts.iter().find_map(|(card, attempt)| match attempt.stage {
            Stage::Asking { prompt: counts, shown } if counts == prompt => Some((*card, shown)),
            Stage::Reading | Stage::Asking { .. } | Stage::AtCard => None,
        });
        let Some((card, shown)) = asked else {
            return Vec::new();
        };
        self.waits.remove(&Wait::Person(card));
        match report {
            AgentReport::Failed(AgentFault::Cancelled) => {
                self.end(card, &Conclusion::plain(Outcome::Cancelled), now)
            }
            AgentReport::Failed(fault) => {
                self.end(card, &Conclusion::because(Outcome::Failed, fault.reason()), now)
            }
            AgentReport::Entered { passcode, last_try_ok, terms_accepted } => {
                let entry = Entry { passcode, shown, terms_accepted };
                self.entered(card, entry, last_try_ok, now)
            }
        }
    }

    fn entered(&mut self, card: CardId, entry: Entry, last_try_ok: bool, now: Now) -> Vec<Effect> {
        let Some(attempt) = self.attempts.get_mut(&card) else {
            return Vec::new();
        };
        attempt.last_try_ok |= last_try_ok;
        if entry.shown == Tries::Left(1) && !attempt.last_try_ok {
            let reason = "last-try-not-confirmed";
            return self.end(card, &Conclusion::because(Outcome::Cancelled, reason), now);
        }
        let last_try_ok = attempt.last_try_ok;
        attempt.stage = Stage::AtCard;
        self.waits.insert(Wait::Proof(card), now.steady + self.limits.card_answers_within);
        vec![Effect::Authenticate { card, entry, last_try_ok }]
    }

    /// The card has been asked.
    pub(super) fn on_attempted(
        &mut self,
        card: CardId,
        report: AttemptReport,
        now: Now,
    ) -> Vec<Effect> {
        self.waits.remove(&Wait::Proof(card));
        let mut effects = match report.tries() {
            Some(tries) => self.card_has(card, tries),
            None => Vec::new(),
        };
        effects.extend(match report {
            AttemptReport::FewerTries(_) => self.ask_again(card, now),
            AttemptReport::Concluded { conclusion, .. } => self.end(card, &conclusion, now),
        });
        effects
    }

    /// The card told of fewer tries than the person was shown: nothing was sent.
    fn ask_again(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        match self.attempts.get_mut(&card) {
            Some(attempt) if attempt.prompts < PROMPTS => {
                attempt.stage = Stage::Reading;
                self.go_on(card, now)
            }
            Some(_) => self.end(card, &Conclusion::because(Outcome::Busy, "tries-changed"), now),
            None => Vec::new(),
        }
    }

    /// Nobody answered in time.
    pub(super) fn person_is_late(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        self.end(card, &Conclusion::plain(Outcome::TimedOut), now)
    }

    /// The agent that asks has gone; once the card is at work it is not needed any more.
    pub(super) fn agent_left(&mut self, card: CardId, gone: &Conclusion, now: Now) -> Vec<Effect> {
        match self.attempts.get(&card).map(|attempt| attempt.stage) {
            Some(Stage::Reading | Stage::Asking { .. }) => self.end(card, gone, now),
            Some(Stage::AtCard) | None => Vec::new(),
        }
    }

    /// Ends the attempt at a card, if there is one, with the same conclusion for all who share it.
    pub(super) fn end(&mut self, card: CardId, conclusion: &Conclusion, now: Now) -> Vec<Effect> {
        self.waits.remove(&Wait::Person(card));
        self.waits.remove(&Wait::Proof(card));
        let Some(attempt) = self.attempts.remove(&card) else {
            return Vec::new();
        };
        let mut effects = Vec::from_iter(not_asked_any_more(&attempt, conclusion.outcome));
        for request in attempt.requests {
            effects.extend(self.conclude(request, conclusion.clone(), now));
        }
        effects
    }

    /// Takes one request out of the attempt it shares; the last one that goes takes the prompt along.
    pub(super) fn leave(&mut self, request: RequestId) -> Vec<Effect> {
        let shared =
            self.attempts.iter_mut().find(|(_, attempt)| attempt.requests.contains(&request));
        let Some((card, attempt)) = shared else {
            return Vec::new();
        };
        attempt.requests.retain(|other| *other != request);
        if !attempt.requests.is_empty() || attempt.stage == Stage::AtCard {
            return Vec::new();
        }
        let card = *card;
        let attempt = self.attempts.remove(&card);
        self.waits.remove(&Wait::Person(card));
        Vec::from_iter(attempt.and_then(|attempt| not_asked_any_more(&attempt, Outcome::Cancelled)))
    }
}

fn not_asked_any_more(attempt: &Attempt, outcome: Outcome) -> Option<Effect> {
    match attempt.stage {
        Stage::Asking { prompt, .. } => {
            let agent = attempt.agent.clone();
            Some(Effect::CancelAgent { prompt, agent, outcome })
        }
        Stage::Reading | Stage::AtCard => None,
    }
}

fn unusable(reason: UnusableReason) -> Conclusion {
    match reason {
        UnusableReason::Busy => Conclusion::plain(Outcome::Busy),
        UnusableReason::Denied => Conclusion::plain(Outcome::Denied),
        other => Conclusion::because(Outcome::Failed, other.as_str()),
    }
}
