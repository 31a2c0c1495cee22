//! Attempts at a passcode: one a card at a time, shared by everybody who asks for the same.
//!
//! An attempt waits for the card to be read, then for a person, then for the card. It ends with one
//! conclusion for all who share it. Nothing here asks the card twice for one entry: after a refusal the
//! request is over.

use std::{mem, sync::Arc, time::Duration};

use lanyard_card::Passcode;
use lanyard_dbus::{Outcome, Reason, UnusableReason};
use lanyard_ledger::Purpose;
use lanyard_ticket::Nonce;

use super::{
    AgentAddress, AttemptReport, CardId, CardState, Client, Conclusion, Conditions, Effect, Engine,
    Keys, Known, Now, Order, OrderId, PromptId, RequestId, Task, TriesLeft, Wait,
    entering::Entered, judging::Belief,
};

/// How often a person is asked within one attempt, when the tries turned out to be fewer than shown.
const ROUNDS: u8 = 3;

/// One card, one person, and the requests that wait for them.
#[derive(Debug)]
pub(super) struct Attempt {
    /// What the passcode is for.
    pub(super) purpose: Purpose,
    /// Who is answered. With the last one that goes, the attempt ends.
    pub(super) requests: Vec<RequestId>,
    /// Who asked first.
    pub(super) client: Client,
    /// Who asks the person; not needed at a reader's own keys.
    pub(super) agent: Option<AgentAddress>,
    /// The holder has said yes to risking the last try.
    pub(super) last_try_ok: bool,
    /// Whether the reader's own keys are wanted.
    pub(super) keys: Keys,
    /// What holds until it is over.
    pub(super) conditions: Arc<Conditions>,
    /// What a server wants signed. There is room for one.
    pub(super) server_challenge: Option<Nonce>,
    /// How often the person has been asked from the start.
    pub(super) rounds: u8,
    /// The card has been read since this began.
    pub(super) is_fresh: bool,
    /// What is known of the certificate since this began.
    pub(super) belief: Belief,
    pub(super) stage: Stage,
}

/// What an attempt waits for.
#[derive(Debug)]
pub(super) enum Stage {
    /// The card to be read, and its certificate to be judged.
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
    /// The last word on the certificate; everything else is there.
    Entered {
        /// What the person entered.
        passcode: Passcode,
        /// What the person was shown.
        shown: TriesLeft,
        /// The person has accepted the terms.
        terms_accepted: bool,
    },
    /// The card.
    AtCard {
        /// The order that counts; reports of others are void.
        order: OrderId,
        /// How long the card may take, once it is ours.
        within: Duration,
        /// At a reader's own keys, what the person is shown meanwhile.
        shown_as: Option<PromptId>,
    },
    /// The reader to tell that the card was pulled, which would explain this.
    BrokenOff {
        /// What is concluded otherwise.
        conclusion: Conclusion,
        /// What is still shown.
        shown_as: Option<PromptId>,
    },
}

impl Engine {
    /// Goes on with an attempt, now that the card is another: to the person, when it waited for the card to be
    /// read; to the end, when the card has become useless before anything was sent.
    pub(super) fn go_on(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        let Some(attempt) = self.attempts.get(&card) else {
            return Vec::new();
        };
        let state = self.picture.card(card).map(|card| card.state.clone());
        match (&attempt.stage, state) {
            (Stage::AtCard { .. } | Stage::BrokenOff { .. }, _)
            | (_, Some(CardState::Reading))
            | (Stage::Asking { .. } | Stage::Entered { .. }, Some(CardState::Ready(_))) => {
                Vec::new()
            }
            (Stage::Reading, Some(CardState::Ready(known))) => {
                self.turn_to_person(card, &known, now)
            }
            (Stage::Reading, Some(CardState::Blocked(known))) => self.turn_away(card, &known, now),
            (_, Some(CardState::Blocked(known))) => self.end(card, &blocked(&known), now),
            (_, Some(CardState::Unusable(reason))) => self.end(card, &unusable(reason), now),
            (_, None) => self.end(card, &Conclusion::plain(Outcome::CardRemoved), now),
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

    /// Has the card do it.
    pub(super) fn send(
        &mut self,
        card: CardId,
        task: Task,
        shown: TriesLeft,
        (shown_as, terms_accepted): (Option<PromptId>, bool),
        now: Now,
    ) -> Vec<Effect> {
        let id = OrderId(self.next_id());
        let Some(attempt) = self.attempts.get_mut(&card) else {
            return Vec::new();
        };
        let conditions = Arc::clone(&attempt.conditions);
        let limits = conditions.limits;
        let within = limits.card_answers_within + task.person_takes();
        attempt.stage = Stage::AtCard { order: id, within, shown_as };
        self.waits.insert(Wait::Turn(card), now.steady + limits.card_is_free_within);
        let last_try_ok = attempt.last_try_ok;
        let server_challenge = attempt.server_challenge.clone();
        let clients = self.clients_of(card);
        let order = Order {
            id,
            task,
            shown,
            last_try_ok,
            terms_accepted,
            conditions,
            server_challenge,
            clients,
        };
        vec![Effect::Attempt { card, order }]
    }

    /// No other program keeps the card from an order any more.
    pub(super) fn on_begun(&mut self, card: CardId, begun: OrderId, now: Now) -> Vec<Effect> {
        if let Some(Stage::AtCard { order, within, .. }) = self.stage_at(card)
            && *order == begun
        {
            let deadline = now.steady + *within;
            self.waits.remove(&Wait::Turn(card));
            self.waits.insert(Wait::Proof(card), deadline);
        }
        Vec::new()
    }

    /// Who is to be answered, each once.
    fn clients_of(&self, card: CardId) -> Vec<Client> {
        let mut clients: Vec<Client> = Vec::new();
        let requests = self.attempts.get(&card).into_iter().flat_map(|attempt| &attempt.requests);
        for request in requests.filter_map(|request| self.picture.requests.get(request)) {
            if !clients.iter().any(|client| client.name == request.client.name) {
                clients.push(request.client.clone());
            }
        }
        clients
    }

    pub(super) fn stage_at(&self, card: CardId) -> Option<&Stage> {
        self.attempts.get(&card).map(|attempt| &attempt.stage)
    }

    /// An order was carried out. Tries that became fewer are shown first.
    pub(super) fn on_attempted(
        &mut self,
        card: CardId,
        (carried_out, report): (OrderId, AttemptReport),
        tries: Option<TriesLeft>,
        now: Now,
    ) -> Vec<Effect> {
        let mut effects = tries.map_or_else(Vec::new, |tries| self.card_has(card, tries, now));
        match self.stage_at(card) {
            Some(Stage::AtCard { order, .. }) if *order == carried_out => {}
            Some(_) | None => return effects,
        }
        effects.extend(match report {
            AttemptReport::Proved(proven, tickets) => self.proved(card, (*proven, tickets), now),
            AttemptReport::FewerTries => self.ask_again(card, now),
            AttemptReport::Concluded(conclusion) => self.conclude_or_wait(card, conclusion, now),
        });
        effects
    }

    /// There were fewer tries than the person was shown: nothing was sent.
    fn ask_again(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        match self.attempts.get_mut(&card) {
            Some(attempt) if attempt.rounds < ROUNDS => {
                let before = mem::replace(&mut attempt.stage, Stage::Reading);
                attempt.is_fresh = true;
                let told = attempt.withdraw(card, &before, Outcome::Busy);
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
}

/// A request cannot share the attempt that is under way.
pub(super) struct NotShared;

impl Attempt {
    /// Another request for the same, from the same desk, with the same agent, shares the prompt while nothing was
    /// sent yet; but the card signs what one server wants, and no second one.
    pub(super) fn share(
        &mut self,
        request: RequestId,
        (purpose, client): (Purpose, &Client),
        agent: Option<&AgentAddress>,
        server_challenge: Option<&Nonce>,
    ) -> Result<(), NotShared> {
        if !self.is_for(purpose, client, agent) {
            return Err(NotShared);
        }
        match (&self.server_challenge, server_challenge) {
            (Some(wanted), Some(other)) if wanted != other => return Err(NotShared),
            (None, Some(_)) => self.server_challenge = server_challenge.cloned(),
            (Some(_), _) | (None, None) => {}
        }
        self.requests.push(request);
        Ok(())
    }

    fn is_for(&self, purpose: Purpose, client: &Client, agent: Option<&AgentAddress>) -> bool {
        let is_open =
            matches!(self.stage, Stage::Reading | Stage::Asking { .. } | Stage::Entered { .. });
        is_open
            && self.purpose == purpose
            && self.client.login() == client.login()
            && self.agent.as_ref() == agent
    }

    /// Takes an order back that may not have been begun.
    pub(super) const fn recall(&self, card: CardId) -> Option<Effect> {
        match self.stage {
            Stage::AtCard { order, .. } => Some(Effect::Recall { card, order }),
            Stage::Reading
            | Stage::Asking { .. }
            | Stage::Entered { .. }
            | Stage::BrokenOff { .. } => None,
        }
    }

    /// Closes what the agent shows.
    pub(super) fn withdraw(&self, card: CardId, stage: &Stage, outcome: Outcome) -> Option<Effect> {
        let prompt = match stage {
            Stage::Asking { prompt, .. } => Some(*prompt),
            Stage::AtCard { shown_as, .. } | Stage::BrokenOff { shown_as, .. } => *shown_as,
            Stage::Reading | Stage::Entered { .. } => None,
        };
        let prompt = prompt?;
        let agent = self.agent.clone()?;
        Some(Effect::CancelAgent { prompt, card, agent, outcome })
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
        // Such a card has told who it is: its own verdict says more.
        UnusableReason::CertificateNotYetValid
        | UnusableReason::CertificateExpired
        | UnusableReason::CertificateRevoked
        | UnusableReason::CertificateUntrusted
        | UnusableReason::CertificateWrongUsage
        | UnusableReason::CertificateNotChecked
        | UnusableReason::ClockWrong => Conclusion::plain(Outcome::NotTrusted),
    }
}
