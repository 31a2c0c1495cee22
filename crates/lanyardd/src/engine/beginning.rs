//! Requests that begin: for which card, shared with whom, or answered at once because somebody is signed in.

use std::sync::Arc;

use lanyard_dbus::{Error, Outcome, Reason};
use lanyard_ledger::Purpose;
use lanyard_reader::PinPad;
use lanyard_settings::PinPads;

use super::{
    Answer, CardId, CardState, Change, Client, Conclusion, Effect, Engine, Now, Options, Request,
    RequestId,
    asking::no_such_card,
    attempt::{Attempt, Stage},
};

/// How many requests one user may have, those included that are over and still readable.
const REQUESTS_PER_USER: usize = 64;

impl Engine {
    /// The answer, what is done before it is given, and after.
    pub(super) fn request(
        &mut self,
        client: &Client,
        card: Option<CardId>,
        wanted: (Purpose, Options),
        now: Now,
    ) -> (Result<Answer, Error>, Vec<Effect>, Vec<Effect>) {
        if card.is_some_and(|card| self.picture.card(card).is_none()) {
            return (Err(no_such_card()), Vec::new(), Vec::new());
        }
        let of_user = self.picture.requests.values().filter(|other| other.client.uid == client.uid);
        if of_user.count() >= REQUESTS_PER_USER {
            let many = Error::TooManyRequests(format!("at most {REQUESTS_PER_USER} for one user"));
            return (Err(many), Vec::new(), Vec::new());
        }
        let id = RequestId(self.next_id());
        let (purpose, asker) = (wanted.0, client.clone());
        let request = Request { client: asker, purpose, card: None, conclusion: None };
        self.picture.requests.insert(id, request);
        let made = vec![self.publish(Change::RequestMade(id))];
        (Ok(Answer::Request(id)), made, self.begin(id, client, card, wanted, now))
    }

    fn begin(
        &mut self,
        id: RequestId,
        client: &Client,
        card: Option<CardId>,
        (purpose, options): (Purpose, Options),
        now: Now,
    ) -> Vec<Effect> {
        let signed_in = || self.signed_in_already(client, card);
        if purpose == Purpose::SignIn
            && !options.want_proof()
            && let Some((session, ok)) = signed_in()
        {
            let mut effects = self.conclude(id, ok, now);
            effects.extend(self.is_used(session, now));
            return effects;
        }
        let card = match card.map_or_else(|| self.only_card(client), Ok) {
            Ok(card) => card,
            Err(conclusion) => return self.conclude(id, conclusion, now),
        };
        self.join_or_attempt(id, client, card, (purpose, options), now)
    }

    /// Shares the attempt at a card where that is possible, or begins one where there is none.
    fn join_or_attempt(
        &mut self,
        id: RequestId,
        client: &Client,
        card: CardId,
        (purpose, options): (Purpose, Options),
        now: Now,
    ) -> Vec<Effect> {
        if let Some(request) = self.picture.requests.get_mut(&id) {
            request.card = Some(card);
        }
        let agent = options.agent.or_else(|| self.agents.get(&client.login()).cloned());
        let challenge = options.server_challenge;
        let belief = self.belief_in(card);
        if let Some(attempt) = self.attempts.get_mut(&card) {
            // What was said of the last try was said for another prompt.
            let shared = attempt.share(id, (purpose, client), agent.as_ref(), challenge.as_ref());
            if shared.is_ok() {
                return Vec::new();
            }
            let busy = Conclusion::because(Outcome::Busy, Reason::AttemptUnderWay);
            return self.conclude(id, busy, now);
        }
        let attempt = Attempt {
            purpose,
            requests: vec![id],
            client: client.clone(),
            agent,
            last_try_ok: options.last_try_ok,
            keys: options.keys,
            conditions: Arc::clone(&self.conditions),
            server_challenge: challenge,
            rounds: 0,
            is_fresh: false,
            belief,
            stage: Stage::Reading,
        };
        self.attempts.insert(card, attempt);
        self.go_on(card, now)
    }

    /// The reader's keys, where the site has them used.
    pub(super) fn keys_for(&self, card: CardId) -> Option<PinPad> {
        let reader = self.picture.reader(self.picture.card(card)?.reader)?;
        match self.conditions.rules.pin_pads {
            PinPads::Used => reader.pin_pad,
            PinPads::Off => None,
        }
    }

    /// The only card of the client's that can be used, or else the only one.
    fn only_card(&self, client: &Client) -> Result<CardId, Conclusion> {
        let can_be_used = |state: &CardState| match state {
            CardState::Reading => true,
            CardState::Ready(known) => known.trust.refusal().is_none(),
            CardState::Blocked(_) | CardState::Unusable(_) => false,
        };
        let cards =
            || self.picture.cards.iter().filter(|(id, _)| self.may_use(client, **id).is_ok());
        let usable = cards().filter(|(_, card)| can_be_used(&card.state)).map(|(id, _)| *id);
        let usable: Vec<_> = usable.collect();
        let all: Vec<_> = cards().map(|(id, _)| *id).collect();
        match (usable.as_slice(), all.as_slice()) {
            ([card], _) | ([], [card]) => Ok(*card),
            ([], []) => Err(Conclusion::because(Outcome::Failed, Reason::NoCard)),
            ([] | [_, ..], _) => {
                let cards = if usable.is_empty() { all } else { usable };
                Err(Conclusion { cards, ..Conclusion::plain(Outcome::ChoiceNeeded) })
            }
        }
    }
}
