//! All sessions of a workstation: events come in with the time, effects go out.
//!
//! Which sessions there are is decided here; what happens to one stands in `session`. What is due is done
//! before an event is taken, so that an event that comes late finds what the time has made of things.

mod signing_in;
mod view;

use std::collections::{BTreeMap, BTreeSet};

pub use view::SignedIn;

use crate::{
    Departure, Desk, Effect, EndReason, Event, Insertion, Now, Proof, Proven, Session, SessionId,
    Settings,
    desk::Desks,
    session::{Around, Doubt, Turn},
    time::Timeline,
};

/// The sessions, at most one at each desk.
///
/// `R` is what a role allows. `P` is [`Proven`] for everybody but this crate's own tests; with it there can be
/// no copy, since there is none of a proof.
#[derive(Clone, Debug)]
pub struct Sessions<R, P = Proven> {
    pub(crate) settings: Settings,
    pub(crate) timeline: Timeline,
    pub(crate) desks: Desks,
    /// The cards that are in a reader.
    pub(crate) cards: BTreeSet<Insertion>,
    pub(crate) by_desk: BTreeMap<Desk, Session<R, P>>,
    pub(crate) service: Service,
    /// Of sessions and tickets.
    pub(crate) last_id: u64,
}

/// Whether anybody can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    Running,
    Suspended,
    Stopped,
}

impl<R: Clone + PartialEq, P: Proof> Sessions<R, P> {
    /// No desk is known, no card is in, nobody is signed in.
    pub const fn new(settings: Settings, now: Now) -> Self {
        Self {
            settings,
            timeline: Timeline::new(now),
            desks: Desks { active: BTreeMap::new(), screen_locked: BTreeSet::new() },
            cards: BTreeSet::new(),
            by_desk: BTreeMap::new(),
            service: Service::Running,
            last_id: 0,
        }
    }

    /// These settings hold from now on, also for sessions that are open. What has happened stays as it was; what is due
    /// by them is done with the next event. Roles that are on offer stay marked as they were until the directory says
    /// something else.
    pub fn hold_by(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Takes note of an event and says what has to be done, in order.
    pub fn on(&mut self, event: Event<R, P>, now: Now) -> Vec<Effect> {
        self.timeline.advance(now);
        let mut effects = self.each(Session::lapse);
        effects.extend(self.take(event));
        effects
    }

    fn take(&mut self, event: Event<R, P>) -> Vec<Effect> {
        match event {
            Event::DeskEntered(desk) => self.desk_entered(&desk),
            Event::DeskLeft(desk) => {
                self.desks.leave(&desk);
                self.at(&desk, Session::desk_left)
            }
            Event::DeskGone(desk) => {
                self.desks.forget(&desk);
                self.at(&desk, |_, _| Turn::Ends(EndReason::LoggedOut))
            }
            Event::ScreenLocked(desk) => {
                self.desks.screen_locked.insert(desk.clone());
                self.at(&desk, Session::screen_locked)
            }
            Event::ScreenUnlocked(desk) => {
                self.desks.screen_locked.remove(&desk);
                self.at(&desk, Session::screen_unlocked)
            }
            Event::Activity(desk) => self.at(&desk, Session::activity),
            Event::CardInserted(insertion) => {
                self.cards.insert(insertion);
                Vec::new()
            }
            Event::CardGone(insertion, how) => self.card_gone(insertion, how),
            Event::SignedIn { desk, proof } => self.signed_in(desk, proof),
            Event::RolesKnown(id, roles) => {
                self.of(id, |session, around| session.roles_known(roles, around))
            }
            Event::RoleChosen(id, role) => {
                self.of(id, |session, around| session.role_chosen(&role, around))
            }
            Event::LockAsked(id) => self.of(id, Session::lock_asked),
            Event::EndAsked(id) => self.of(id, |_, _| Turn::Ends(EndReason::User)),
            Event::CertificateDistrusted(id) => {
                self.of(id, |_, _| Turn::Ends(EndReason::NotTrusted))
            }
            Event::Failed(id) => {
                self.of(id, |session, around| session.doubted(Doubt::Error, around))
            }
            Event::Suspending => self.suspending(),
            Event::Resumed => self.resumed(),
            Event::Recorded(ticket) => {
                self.each(|session, around| session.recorded(ticket, around))
            }
            Event::NotRecorded(ticket) => {
                self.each(|session, around| session.not_recorded(ticket, around.timeline))
            }
            // What is due was done.
            Event::DeadlineReached => Vec::new(),
            Event::Stopping => {
                self.service = Service::Stopped;
                self.each(|_, _| Turn::Ends(EndReason::ServiceStopped))
            }
        }
    }

    fn desk_entered(&mut self, desk: &Desk) -> Vec<Effect> {
        match self.desks.enter(desk) {
            // Nobody said that it was left.
            Some(before) => self.at(&before, Session::desk_left),
            None => Vec::new(),
        }
    }

    fn card_gone(&mut self, insertion: Insertion, how: Departure) -> Vec<Effect> {
        self.cards.remove(&insertion);
        let doubt = match how {
            Departure::Removed => Doubt::CardRemoved,
            Departure::ServiceGone => Doubt::ReadersLost,
            Departure::InDoubt => Doubt::Error,
        };
        self.each(|session, around| {
            if session.is_of(insertion) {
                session.card_went(doubt, around)
            } else {
                Turn::GoesOn(Vec::new())
            }
        })
    }

    fn suspending(&mut self) -> Vec<Effect> {
        if self.service == Service::Running {
            self.service = Service::Suspended;
        }
        self.each(|session, around| session.doubted(Doubt::Suspend, around))
    }

    fn resumed(&mut self) -> Vec<Effect> {
        if self.service == Service::Suspended {
            self.service = Service::Running;
        }
        Vec::new()
    }

    /// The session of this number; it may be over, or not known to anybody yet.
    fn of(
        &mut self,
        id: SessionId,
        turn: impl FnOnce(&mut Session<R, P>, &mut Around<'_>) -> Turn,
    ) -> Vec<Effect> {
        let desk = self.by_desk.values().find(|session| session.id == id);
        match desk.map(|session| session.desk.clone()) {
            Some(desk) => self.at(&desk, turn),
            None => Vec::new(),
        }
    }

    fn each(
        &mut self,
        mut turn: impl FnMut(&mut Session<R, P>, &mut Around<'_>) -> Turn,
    ) -> Vec<Effect> {
        let desks: Vec<Desk> = self.by_desk.keys().cloned().collect();
        desks.iter().flat_map(|desk| self.at(desk, &mut turn)).collect()
    }

    /// The session of a desk, shown or not, takes a turn.
    fn at(
        &mut self,
        desk: &Desk,
        turn: impl FnOnce(&mut Session<R, P>, &mut Around<'_>) -> Turn,
    ) -> Vec<Effect> {
        let Self { settings, timeline, by_desk, last_id, .. } = self;
        let Some(session) = by_desk.get_mut(desk) else {
            return Vec::new();
        };
        match turn(session, &mut Around { settings, timeline, last_id }) {
            Turn::GoesOn(effects) => effects,
            Turn::Ends(reason) => {
                let ended = by_desk.remove(desk);
                ended.map(|session| session.end(reason, timeline)).unwrap_or_default()
            }
        }
    }
}
