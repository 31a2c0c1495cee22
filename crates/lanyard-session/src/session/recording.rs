//! What gives is asked to be recorded, and given when it is; what ends is told at once.

use crate::{
    Effect, EndReason, Proof, Record, Recorded, Refusal, Ticket, Withheld,
    grant::{Confirmed, Grant, Pending},
    notice::{Notice, Taking, Telling},
    time::Timeline,
};

use super::{Around, Attention, Awaited, Hold, Lock, Session, Stage, Turn};

impl<R: Clone + PartialEq, P: Proof> Session<R, P> {
    /// Asks for the record of what is to be given. Nothing else must be waiting for one.
    pub(super) fn grant(&mut self, grant: Grant<R>, around: &mut Around<'_>) -> Effect {
        let ticket = around.next_ticket();
        let record = self.record(grant.recorded(), around.timeline);
        self.pending = Some(Pending { ticket, grant, until: around.too_late() });
        Effect::Grant { ticket, record }
    }

    /// Grants what can be had without asking: that a session goes on which waits for nothing, and the only
    /// role there is.
    pub(super) fn go_on(&mut self, around: &mut Around<'_>) -> Vec<Effect> {
        if self.pending.is_some() {
            return Vec::new();
        }
        let grant = match (&self.hold, &self.stage) {
            (Hold::Locked(lock), _) => lock.waits_for_nothing().then_some(Grant::Resume),
            (Hold::Open, Stage::ChoosingRole) => self.only_role(around.timeline),
            (Hold::Open, Stage::InRole(_)) => None,
        };
        grant.map(|grant| self.grant(grant, around)).into_iter().collect()
    }

    /// A record is on the disk: what it gives is given, unless that has been withheld.
    pub(crate) fn recorded(&mut self, ticket: Ticket, around: &mut Around<'_>) -> Turn {
        let confirmed = match self.pending.take().map(|pending| pending.confirmed_by(ticket)) {
            Some(Ok(confirmed)) => confirmed,
            Some(Err(other)) => {
                self.pending = Some(other);
                return Turn::GoesOn(Vec::new());
            }
            None => return Turn::GoesOn(Vec::new()),
        };
        let mut effects: Vec<Effect> = self.give(&confirmed, around.timeline);
        effects.extend(self.tell_roles(around.timeline));
        effects.extend(self.go_on(around));
        Turn::GoesOn(effects)
    }

    fn give(&mut self, confirmed: &Confirmed<R>, timeline: &Timeline) -> Vec<Effect> {
        let before = self.state();
        match confirmed.grant() {
            Grant::Start => self.is_used(timeline),
            Grant::Role(role, _) => self.stage = Stage::InRole(role.clone()),
            Grant::Resume => {
                self.hold = Hold::Open;
                self.is_used(timeline);
            }
        }
        let notices = Notice::giving(confirmed, before, self);
        notices.into_iter().map(Effect::Given).collect()
    }

    /// A record could not be written, or not in time. A session that was to start does not.
    pub(crate) fn not_recorded(&mut self, ticket: Ticket, timeline: &Timeline) -> Turn {
        match &self.pending {
            Some(pending) if pending.ticket == ticket => {}
            Some(_) | None => return Turn::GoesOn(Vec::new()),
        }
        if self.is_shown() {
            Turn::GoesOn(self.withhold(Refusal::NotRecorded, timeline))
        } else {
            Turn::Ends(EndReason::NotRecorded)
        }
    }

    /// Gives up what is being recorded, other than the start. A session that was to go on needs its card.
    pub(super) fn withhold(&mut self, why: Refusal, timeline: &Timeline) -> Vec<Effect> {
        let Some(what) = self.pending.as_ref().and_then(|pending| pending.grant.withheld()) else {
            return Vec::new();
        };
        if let (Hold::Locked(Lock { proof, .. }), Withheld::Resumption) = (&mut self.hold, what) {
            *proof = Awaited::Yes;
        }
        let ticket = self.pending.take().map(|pending| pending.ticket);
        let record = Effect::Record(self.record(Recorded::Withheld(what), timeline));
        let answer = ticket.map(|ticket| Effect::Withheld(ticket, why));
        std::iter::once(record).chain(answer).collect()
    }

    /// Ends. Who waits for a record is answered first, so that nothing follows the end.
    pub(crate) fn end(mut self, reason: EndReason, timeline: &Timeline) -> Vec<Effect> {
        let mut effects = self.withhold(Refusal::Overtaken, timeline);
        let record = self.record(Recorded::Ended(reason), timeline);
        if let Some(Pending { ticket, .. }) = self.pending {
            // Only the start is left, and nobody knows of the session.
            let unwritten = reason == EndReason::NotRecorded;
            let refusal = if unwritten { Refusal::NotRecorded } else { Refusal::Overtaken };
            effects.extend([Effect::Record(record), Effect::Withheld(ticket, refusal)]);
        } else {
            let notice = Notice::taking(Taking::Ended(reason), &self);
            effects.push(Effect::Revoke(notice, record));
        }
        effects
    }

    /// Tells the desk which roles there are, when it knows of the session and was told otherwise.
    pub(super) fn tell_roles(&mut self, timeline: &Timeline) -> Option<Effect> {
        let differs = self.is_shown() && self.offers.is_news(timeline);
        differs.then(|| Effect::Tell(Notice::telling(Telling::RolesOffered, self)))
    }

    /// The holder does something.
    pub(crate) const fn is_used(&mut self, timeline: &Timeline) {
        self.active_at = timeline.moment();
        self.attention = Attention::NotCalled;
    }

    pub(super) fn record(&self, what: Recorded, timeline: &Timeline) -> Record {
        Record {
            at: timeline.wall(),
            desk: self.desk.clone(),
            session: self.id,
            holder: self.proof.holder().clone(),
            card: self.proof.card().clone(),
            what,
        }
    }
}
