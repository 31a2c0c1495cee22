//! Conversations that broke off: a card that is pulled while it is at work answers nothing, and the reader
//! tells of the removal only afterwards. So what came of it is held back for a moment.

use std::time::Duration;

use lanyard_dbus::{Outcome, Reason};

use super::{CardId, Conclusion, Effect, Engine, Now, Wait, attempt::Stage};

/// pcscd looks at readers that do not tell by themselves every 400 ms.
const REMOVAL_IS_SEEN_WITHIN: Duration = Duration::from_secs(1);

impl Engine {
    /// Concludes at once, unless a removal may be about to explain it.
    pub(super) fn conclude_or_wait(
        &mut self,
        card: CardId,
        conclusion: Conclusion,
        now: Now,
    ) -> Vec<Effect> {
        if !may_have_been_pulled(&conclusion) {
            return self.answer_all(card, &conclusion, now);
        }
        self.waits.remove(&Wait::Turn(card));
        self.waits.remove(&Wait::Proof(card));
        self.waits.insert(Wait::Removal(card), now.steady + REMOVAL_IS_SEEN_WITHIN);
        if let Some(attempt) = self.attempts.get_mut(&card)
            && let Stage::AtCard { shown_as, .. } = attempt.stage
        {
            attempt.stage = Stage::BrokenOff { conclusion, shown_as };
        }
        Vec::new()
    }

    /// It is still there: it was something else.
    pub(super) fn was_not_pulled(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        match self.stage_at(card) {
            Some(Stage::BrokenOff { conclusion, .. }) => {
                let conclusion = conclusion.clone();
                self.answer_all(card, &conclusion, now)
            }
            Some(
                Stage::Reading
                | Stage::Asking { .. }
                | Stage::Entered { .. }
                | Stage::AtCard { .. },
            )
            | None => Vec::new(),
        }
    }
}

/// Whether a card that is pulled at that moment leaves the same picture behind.
fn may_have_been_pulled(conclusion: &Conclusion) -> bool {
    let silent = [Reason::NoAnswer, Reason::Mute, Reason::NoSignature, Reason::Unreadable];
    let broke_off = conclusion.reason.is_some_and(|reason| silent.contains(&reason));
    conclusion.outcome == Outcome::Failed && broke_off
}
