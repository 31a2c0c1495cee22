//! How proofs become a session, or go into the one there is.

use crate::{
    Desk, Effect, EndReason, Proof, Refusal, Session, SessionId, Sessions,
    session::{Around, Awaited, Turn},
};

use super::Service;

impl<R: Clone + PartialEq, P: Proof> Sessions<R, P> {
    pub(super) fn signed_in(&mut self, desk: Desk, proof: P) -> Vec<Effect> {
        if let Some(refusal) = self.refusal(&desk, &proof) {
            return vec![Effect::Refused(desk, refusal)];
        }
        let of_same_card = |session: &Session<R, P>| session.proof.is_of_same_card(&proof);
        if self.by_desk.get(&desk).is_some_and(of_same_card) {
            return self.at(&desk, |session, around| session.proved_again(proof, around));
        }
        let mut effects = self.at(&desk, |_, _| Turn::Ends(EndReason::Replaced));
        effects.extend(self.start(desk, proof));
        effects
    }

    fn refusal(&self, desk: &Desk, proof: &P) -> Option<Refusal> {
        match self.service {
            Service::Stopped => Some(Refusal::Stopping),
            Service::Suspended => Some(Refusal::Suspended),
            Service::Running if !self.desks.is_active(desk) => Some(Refusal::NotAtSeat),
            Service::Running if !self.cards.contains(&proof.insertion()) => Some(Refusal::CardGone),
            Service::Running => None,
        }
    }

    fn start(&mut self, desk: Desk, proof: P) -> Vec<Effect> {
        self.last_id += 1;
        let id = SessionId(self.last_id);
        let locked = self.desks.screen_is_locked(&desk);
        let screen = if locked { Awaited::Yes } else { Awaited::No };
        let Self { settings, timeline, last_id, .. } = self;
        let mut around = Around { settings, timeline, last_id };
        let holder = proof.holder().clone();
        let (session, grant) = Session::begin(id, (desk.clone(), screen), proof, &mut around);
        self.by_desk.insert(desk, session);
        vec![grant, Effect::AskDirectory(id, holder)]
    }
}
