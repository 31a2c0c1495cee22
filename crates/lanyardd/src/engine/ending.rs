//! How attempts end: too late, without an agent, without anybody left who asked, and once for all who share one.

use lanyard_dbus::Outcome;
use lanyard_session::Desk;

use super::{CardId, Conclusion, Effect, Engine, Now, RequestId, Wait, attempt::Stage};

impl Engine {
    /// Nobody answered in time.
    pub(super) fn person_is_late(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        self.end(card, &Conclusion::plain(Outcome::TimedOut), now)
    }

    /// The agent that asks has gone; once the card is at work it is not needed any more.
    pub(super) fn agent_left(&mut self, card: CardId, gone: &Conclusion, now: Now) -> Vec<Effect> {
        match self.stage_at(card) {
            Some(Stage::Reading | Stage::Asking { .. }) => self.end(card, gone, now),
            Some(Stage::Entered { .. } | Stage::AtCard { .. } | Stage::BrokenOff { .. }) | None => {
                Vec::new()
            }
        }
    }

    /// Other programs have kept the card too long.
    pub(super) fn turn_is_late(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        self.end(card, &Conclusion::plain(Outcome::Busy), now)
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
        let Some((_, requests, mut effects)) = self.take_attempt(card, conclusion.outcome) else {
            return Vec::new();
        };
        effects.extend(self.conclude_all(requests, conclusion, now));
        effects
    }

    /// An attempt is over: at which desk, who is to be answered, and what is done before.
    pub(super) fn take_attempt(
        &mut self,
        card: CardId,
        outcome: Outcome,
    ) -> Option<(Option<Desk>, Vec<RequestId>, Vec<Effect>)> {
        let (turn, proof) = (Wait::Turn(card), Wait::Proof(card));
        for wait in [Wait::Person(card), turn, proof, Wait::Removal(card)] {
            self.waits.remove(&wait);
        }
        let attempt = self.attempts.remove(&card)?;
        let mut effects = Vec::from_iter(attempt.withdraw(card, &attempt.stage, outcome));
        // Void when it was carried out; else nothing of it may reach the card any more.
        effects.extend(attempt.recall(card));
        Some((attempt.client.desk(), attempt.requests, effects))
    }

    /// The same conclusion for all of these requests.
    pub(super) fn conclude_all(
        &mut self,
        requests: Vec<RequestId>,
        conclusion: &Conclusion,
        now: Now,
    ) -> Vec<Effect> {
        let concluded = requests.into_iter();
        concluded.flat_map(|request| self.conclude(request, conclusion.clone(), now)).collect()
    }

    /// Takes one request out of the attempt it shares; the last one that goes takes the prompt along.
    pub(super) fn leave(&mut self, request: RequestId, now: Now) -> Vec<Effect> {
        let mut attempts = self.attempts.iter_mut();
        let shared = attempts.find(|(_, attempt)| attempt.requests.contains(&request));
        let Some((card, attempt)) = shared else {
            return Vec::new();
        };
        attempt.requests.retain(|other| *other != request);
        if !attempt.requests.is_empty() {
            return Vec::new();
        }
        let card = *card;
        self.end(card, &Conclusion::plain(Outcome::Cancelled), now)
    }
}
