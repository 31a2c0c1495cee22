//! What time makes of a session, and when to look again.

use crate::{
    CardPlace, Effect, EndReason, Proof, Refusal, Settings,
    grant::{Grant, Pending},
    notice::{Notice, Telling},
    time::{Moment, Timeline},
};

use super::{Around, Attention, Hold, Session, Stage, Turn};

impl<R: Clone + PartialEq, P: Proof> Session<R, P> {
    /// What has become due.
    pub(crate) fn lapse(&mut self, around: &mut Around<'_>) -> Turn {
        let (settings, timeline) = (around.settings, around.timeline);
        if timeline.has_reached(self.longest(settings)) {
            return Turn::Ends(EndReason::Timeout);
        }
        if let Stage::InRole(role) = &self.stage
            && role.has_closed(timeline)
        {
            return Turn::Ends(EndReason::RoleRevoked);
        }
        if self.idle(settings).is_some_and(|idle| timeline.has_reached(idle)) {
            return Turn::Ends(EndReason::Idle);
        }
        let mut effects = match self.record_is_late(timeline) {
            Turn::GoesOn(effects) => effects,
            ends @ Turn::Ends(_) => return ends,
        };
        effects.extend(self.call_attention(settings, timeline));
        if let Some(roles) = self.tell_roles(timeline) {
            effects.push(roles);
            effects.extend(self.go_on(around));
        }
        Turn::GoesOn(effects)
    }

    /// When something becomes due next.
    pub(crate) fn due(&self, settings: &Settings, timeline: &Timeline) -> Moment {
        let role = match &self.stage {
            Stage::InRole(role) => role.closing(timeline),
            Stage::ChoosingRole => None,
        };
        let pending = self.pending.as_ref();
        let others = [
            role,
            self.idle(settings),
            self.unattended(settings),
            pending.map(|pending| pending.until),
            pending.and_then(|pending| pending.grant.closing(timeline)),
            self.offers.next_change(timeline),
        ];
        others.into_iter().flatten().fold(self.longest(settings), Moment::min)
    }

    /// When it has lasted as long as it may. Nothing that happens in it moves that.
    pub(crate) const fn longest(&self, settings: &Settings) -> Moment {
        self.began.after(settings.max_session)
    }

    /// When nobody has done anything for too long. A locked session is idle by its nature.
    fn idle(&self, settings: &Settings) -> Option<Moment> {
        match self.hold {
            Hold::Open => settings.idle_limit.map(|limit| self.active_at.after(limit)),
            Hold::Locked(_) => None,
        }
    }

    /// When to say that the card is unattended.
    fn unattended(&self, settings: &Settings) -> Option<Moment> {
        match (self.card, self.attention) {
            (CardPlace::In, Attention::NotCalled) if self.is_shown() => {
                settings.unattended_after.map(|after| self.active_at.after(after))
            }
            (CardPlace::In | CardPlace::Away, _) => None,
        }
    }

    fn call_attention(&mut self, settings: &Settings, timeline: &Timeline) -> Option<Effect> {
        self.unattended(settings).filter(|moment| timeline.has_reached(*moment))?;
        self.attention = Attention::Called;
        Some(Effect::Tell(Notice::telling(Telling::Unattended, self)))
    }

    /// Gives up a record that takes too long, and a role that closed meanwhile.
    fn record_is_late(&mut self, timeline: &Timeline) -> Turn {
        let Some(Pending { ticket, grant, until }) = &self.pending else {
            return Turn::GoesOn(Vec::new());
        };
        if timeline.has_reached(*until) {
            return self.not_recorded(*ticket, timeline);
        }
        if let Grant::Role(role, _) = grant
            && role.has_closed(timeline)
        {
            return Turn::GoesOn(self.withhold(Refusal::NotOffered, timeline));
        }
        Turn::GoesOn(Vec::new())
    }
}

impl<R> Grant<R> {
    fn closing(&self, timeline: &Timeline) -> Option<Moment> {
        match self {
            Self::Role(role, _) => role.closing(timeline),
            Self::Start | Self::Resume => None,
        }
    }
}
