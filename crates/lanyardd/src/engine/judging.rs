//! Judging: certificates go out to be judged, verdicts come back, and attempts wait for them.
//!
//! A certificate is judged when its card has told it, when somebody asks to sign in, and when the evidence
//! is another. Nobody is asked for a passcode whose certificate is refused, and none is sent before the last
//! word.

use std::{collections::BTreeMap, sync::Arc};

use lanyard_card::Certificate;
use lanyard_evidence::{Judged, Stamp};
use lanyard_ledger::Purpose;

use super::{
    CardId, CardState, Change, Conclusion, Effect, Engine, JudgingId, Now, Trust, Trusted, Wait,
    attempt::Stage, trust::not_trusted,
};

/// What is being judged, and by which evidence there is to judge.
#[derive(Debug, Default)]
pub(super) struct Judging {
    /// The judging that counts; verdicts of others are void.
    under_way: BTreeMap<CardId, JudgingId>,
    /// The latest evidence.
    evidence: Stamp,
}

/// What an attempt to sign in knows of the certificate.
#[derive(Debug)]
pub(super) enum Belief {
    /// Nothing since it began.
    Open,
    /// Nothing that is there is against it; more is being fetched.
    Likely,
    /// It is believed.
    Sure(Trusted),
}

impl Judging {
    pub(super) const fn new() -> Self {
        Self { under_way: BTreeMap::new(), evidence: Stamp(0) }
    }

    pub(super) fn card_removed(&mut self, card: CardId) {
        self.under_way.remove(&card);
    }
}

impl Engine {
    /// Has a card's certificate judged, unless that is under way.
    pub(super) fn judge(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        let known = self.picture.card(card).and_then(|card| card.state.known());
        let Some(certificate) = known.map(|known| known.identity.certificate.clone()) else {
            return Vec::new();
        };
        if self.judging.under_way.contains_key(&card) {
            return Vec::new();
        }
        let judging = JudgingId(self.next_id());
        self.judging.under_way.insert(card, judging);
        self.waits.insert(Wait::Judgement(card), now.steady + self.limits.judged_within);
        vec![Effect::Judge { card, judging, certificate }]
    }

    /// A verdict; the last one when nothing more is being fetched.
    pub(super) fn on_judged(
        &mut self,
        card: CardId,
        judging: JudgingId,
        (judged, is_last): (Judged, bool),
        now: Now,
    ) -> Vec<Effect> {
        if self.judging.under_way.get(&card) != Some(&judging) {
            return Vec::new();
        }
        let is_outdated = judged.stamp < self.judging.evidence;
        let judged = Arc::new(judged);
        if !is_last {
            return self.certificate_is(card, &Trust::Provisional(judged), now);
        }
        self.judging.under_way.remove(&card);
        self.waits.remove(&Wait::Judgement(card));
        let mut effects = self.certificate_is(card, &Trust::Settled(judged), now);
        if is_outdated {
            effects.extend(self.judge(card, now));
        }
        effects
    }

    /// No verdict has come in time.
    pub(super) fn judgement_is_late(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        self.judging.under_way.remove(&card);
        self.certificate_is(card, &Trust::Late, now)
    }

    /// Folders or answers have changed: every certificate may have another verdict.
    pub(super) fn evidence_is(&mut self, stamp: Stamp, now: Now) -> Vec<Effect> {
        self.judging.evidence = self.judging.evidence.max(stamp);
        let cards: Vec<CardId> = self.picture.cards.keys().copied().collect();
        cards.into_iter().flat_map(|card| self.judge(card, now)).collect()
    }

    fn certificate_is(&mut self, card: CardId, trust: &Trust, now: Now) -> Vec<Effect> {
        let known = self.picture.cards.get_mut(&card).and_then(|card| card.state.known_mut());
        let Some(known) = known else {
            return Vec::new();
        };
        known.trust = trust.clone();
        let mut effects = vec![self.publish(Change::Card(card))];
        if let Some(refused) = trust.refusal() {
            effects.extend(self.session_learns(card, refused, now));
        }
        effects.extend(self.attempt_learns(card, trust, now));
        effects
    }

    /// An attempt to sign in hears of a verdict. One that is with the card already goes by the last one, and
    /// one whose card is blocked ends by that.
    fn attempt_learns(&mut self, card: CardId, trust: &Trust, now: Now) -> Vec<Effect> {
        let Some(CardState::Ready(known)) = self.picture.card(card).map(|card| card.state.clone())
        else {
            return Vec::new();
        };
        let Some(attempt) = self.attempts.get_mut(&card) else {
            return Vec::new();
        };
        match (attempt.purpose, &attempt.stage) {
            (Purpose::ChangePasscode, _) | (_, Stage::AtCard { .. } | Stage::BrokenOff { .. }) => {
                return Vec::new();
            }
            (Purpose::SignIn, _) => {}
        }
        if let Some(refused) = trust.refusal() {
            let conclusion =
                Conclusion { tries_left: known.tries().told(), ..not_trusted(refused) };
            return self.end(card, &conclusion, now);
        }
        attempt.belief = trust.into();
        match attempt.stage {
            Stage::Reading => self.turn_to_person(card, &known, now),
            Stage::Entered { .. } => self.send_entered(card, now),
            Stage::Asking { .. } | Stage::AtCard { .. } | Stage::BrokenOff { .. } => Vec::new(),
        }
    }

    /// What an attempt may begin with: a first verdict with nothing against it, that the last will follow.
    pub(super) fn belief_in(&self, card: CardId) -> Belief {
        let known = self.picture.card(card).and_then(|card| card.state.known());
        let trust = known.map(|known| &known.trust);
        match trust.filter(|trust| trust.refusal().is_none()) {
            Some(Trust::Provisional(_)) if self.judging.under_way.contains_key(&card) => {
                Belief::Likely
            }
            Some(_) | None => Belief::Open,
        }
    }

    /// What is known of a certificate that a card has told; what was believed of another is forgotten.
    pub(super) fn trust_in(&mut self, card: CardId, certificate: &Certificate) -> Trust {
        let known = self.picture.card(card).and_then(|card| card.state.known());
        match known {
            Some(known) if known.identity.certificate == *certificate => known.trust.clone(),
            Some(_) | None => {
                self.judging.under_way.remove(&card);
                if let Some(attempt) = self.attempts.get_mut(&card) {
                    attempt.belief = Belief::Open;
                }
                Trust::Unjudged
            }
        }
    }
}

impl From<&Trust> for Belief {
    fn from(trust: &Trust) -> Self {
        match trust {
            Trust::Settled(judged) => Trusted::of(judged).map_or(Self::Open, Self::Sure),
            Trust::Provisional(_) => Self::Likely,
            Trust::Unjudged | Trust::Late => Self::Open,
        }
    }
}
