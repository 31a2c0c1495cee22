//! Which role a session is in, and what the directory's word makes of it.
//!
//! A role that closes, is withdrawn or changed while a session is in it ends the session: what applications
//! were told of it holds to the end, or not at all.

use crate::{
    Choice, DirectoryAnswer, Effect, EndReason, Proof, Refusal, RoleId,
    grant::{Grant, Pending},
    offers::Dated,
    time::Timeline,
};

use super::{Around, Hold, Offered, Session, Stage, Turn};

impl<R: Clone + PartialEq, P: Proof> Session<R, P> {
    /// What can be chosen now.
    pub(crate) fn offered<'a>(
        &'a self,
        timeline: &'a Timeline,
    ) -> impl Iterator<Item = Offered<'a, R>> {
        let open = self.offers.open(timeline);
        open.map(|role| Offered { offer: &role.offer, whereabouts: role.whereabouts })
    }

    /// The directory answered.
    pub(crate) fn roles_known(
        &mut self,
        answer: DirectoryAnswer<R>,
        around: &mut Around<'_>,
    ) -> Turn {
        self.offers.take(answer, around.settings, around.timeline);
        let timeline = around.timeline;
        if let Stage::InRole(role) = &self.stage {
            let Some(latest) = self.as_given(role, timeline) else {
                return Turn::Ends(EndReason::RoleRevoked);
            };
            self.stage = Stage::InRole(latest.clone());
        }
        let mut effects = Vec::new();
        if let Some(Pending { grant: Grant::Role(role, _), .. }) = &self.pending
            && self.as_given(role, timeline).is_none()
        {
            effects.extend(self.withhold(Refusal::NotOffered, timeline));
        }
        effects.extend(self.tell_roles(timeline));
        effects.extend(self.go_on(around));
        Turn::GoesOn(effects)
    }

    /// The directory's latest word on a role, when that gives the same and the role is open.
    fn as_given(&self, role: &Dated<R>, timeline: &Timeline) -> Option<&Dated<R>> {
        let latest = self.offers.named(&role.offer.id)?;
        (latest.gives_the_same(role) && latest.is_open(timeline)).then_some(latest)
    }

    /// The holder chose a role.
    pub(crate) fn role_chosen(&mut self, chosen: &RoleId, around: &mut Around<'_>) -> Turn {
        let desk = self.desk.clone();
        let refused = |refusal| Turn::GoesOn(vec![Effect::Refused(desk, refusal)]);
        if self.hold != Hold::Open {
            return refused(Refusal::Locked);
        }
        if self.pending.is_some() {
            return refused(Refusal::Busy);
        }
        if self.role().is_some_and(|role| role.id == *chosen) {
            return Turn::GoesOn(Vec::new());
        }
        self.is_used(around.timeline);
        match self.offers.named(chosen).filter(|role| role.is_open(around.timeline)) {
            None => refused(Refusal::NotOffered),
            Some(role) => {
                let role = Grant::Role(role.clone(), Choice::Asked);
                Turn::GoesOn(vec![self.grant(role, around)])
            }
        }
    }

    pub(super) fn only_role(&self, timeline: &Timeline) -> Option<Grant<R>> {
        let only = self.offers.only(timeline)?;
        Some(Grant::Role(only.clone(), Choice::Automatic))
    }
}
