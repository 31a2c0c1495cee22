//! Judging: certificates go out to be judged, verdicts come back, and attempts wait for them.
//!
//! A certificate is judged when its card has told it, when somebody asks to sign in, and when the evidence
//! is another. Nobody is asked for a passcode whose certificate is refused, and none is sent before the last
//! word.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use lanyard_card::Certificate;
use lanyard_evidence::{Judged, Stamp};
use lanyard_ledger::Purpose;

use super::{
    CardId, CardState, Change, Conclusion, Effect, Engine, JudgingId, Now, Trust, Trusted, Wait,
    attempt::Stage, trust::not_trusted,
};

/// After so long a verdict is looked at again that nobody could give for want of knowledge: as long as nobody
/// asks an address again that failed.
const ASK_AGAIN: Duration = Duration::from_secs(60);

/// Every other verdict is looked at again when it may have become another by time alone, and after a day.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is being judged, and by which evidence there is to judge.
#[derive(Debug)]
pub(super) struct Judging {
    /// The judging that counts, with its first word; verdicts of others are void.
    under_way: BTreeMap<CardId, (JudgingId, Option<Arc<Judged>>)>,
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
    /// Has a card's certificate judged, unless that is under way. What was believed is only likely since.
    pub(super) fn judge(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        let known = self.picture.card(card).and_then(|card| card.state.known());
        let Some(certificate) = known.map(|known| known.identity.certificate.clone()) else {
            return Vec::new();
        };
        if self.judging.under_way.contains_key(&card) {
            return Vec::new();
        }
        let judging = JudgingId(self.next_id());
        self.judging.under_way.insert(card, (judging, None));
        self.waits.remove(&Wait::JudgeAgain(card));
        self.waits.insert(Wait::Judgement(card), now.steady + self.conditions.limits.judged_within);
        if let Some(attempt) = self.attempts.get_mut(&card)
            && let Belief::Sure(_) = attempt.belief
        {
            attempt.belief = Belief::Likely;
        }
        vec![Effect::Judge { card, judging, certificate }]
    }

    /// A verdict; the last one when nothing more is being fetched.
    pub(super) fn on_judged(
        &mut self,
        card: CardId,
        judging: JudgingId,
        (judged, is_last): (Arc<Judged>, bool),
        now: Now,
    ) -> Vec<Effect> {
        let Some((counts, first)) = self.judging.under_way.get_mut(&card) else {
            return Vec::new();
        };
        if *counts != judging {
            return Vec::new();
        }
        let is_outdated = judged.stamp < self.judging.evidence;
        if !is_last {
            *first = Some(Arc::clone(&judged));
            return self.first_word(card, &Trust::Provisional(judged), now);
        }
        let mut effects = self.last_word(card, &Trust::Settled(judged), now);
        if is_outdated {
            effects.extend(self.judge(card, now));
        }
        effects
    }

    /// No last verdict has come in time. A first one that believes is as good: more was only asked for.
    pub(super) fn judgement_is_late(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        let first = self.judging.under_way.get(&card).and_then(|(_, first)| first.clone());
        let trust = match first {
            Some(judged) if judged.judgement.trusted().is_some() => Trust::Settled(judged),
            first => Trust::Late(first),
        };
        self.last_word(card, &trust, now)
    }

    /// Folders or answers have changed: every certificate may have another verdict.
    pub(super) fn evidence_is(&mut self, stamp: Stamp, now: Now) -> Vec<Effect> {
        self.judging.evidence = self.judging.evidence.max(stamp);
        let cards: Vec<CardId> = self.picture.cards.keys().copied().collect();
        cards.into_iter().flat_map(|card| self.judge(card, now)).collect()
    }

    /// Shown only when nothing was shown before, or when it is a no that stays one: else what is shown would
    /// come and go with every judging.
    fn first_word(&mut self, card: CardId, trust: &Trust, now: Now) -> Vec<Effect> {
        let known = self.picture.card(card).and_then(|card| card.state.known());
        let is_first = known.is_some_and(|known| matches!(known.trust, Trust::Unjudged));
        let mut effects = Vec::new();
        if is_first || trust.refusal().is_some() {
            effects.extend(self.certificate_is(card, trust));
        }
        effects.extend(self.attempt_learns(card, trust, now));
        effects
    }

    fn last_word(&mut self, card: CardId, trust: &Trust, now: Now) -> Vec<Effect> {
        self.judging.under_way.remove(&card);
        self.waits.remove(&Wait::Judgement(card));
        let until =
            trust.counts_for(now.wall).map_or(ASK_AGAIN, |left| left.clamp(ASK_AGAIN, A_DAY));
        self.waits.insert(Wait::JudgeAgain(card), now.steady + until);
        let mut effects = Vec::from_iter(self.certificate_is(card, trust));
        if let Some(refused) = trust.refusal() {
            effects.extend(self.session_learns(card, refused, now));
        }
        effects.extend(self.attempt_learns(card, trust, now));
        effects
    }

    fn certificate_is(&mut self, card: CardId, trust: &Trust) -> Option<Effect> {
        let known = self.picture.cards.get_mut(&card)?.state.known_mut()?;
        known.trust = trust.clone();
        Some(self.publish(Change::Card(card)))
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
        let first = self.judging.under_way.get(&card).and_then(|(_, first)| first.clone());
        match first.map(Trust::Provisional) {
            Some(trust) if trust.refusal().is_none() => Belief::Likely,
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
                self.waits.remove(&Wait::Judgement(card));
                self.waits.remove(&Wait::JudgeAgain(card));
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
            Trust::Unjudged | Trust::Late(_) => Self::Open,
        }
    }
}
