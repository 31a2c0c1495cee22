//! What can be asked of the machine, and changes nothing.

use std::time::{Instant, SystemTime};

use crate::{Desk, Offered, Proof, Session, SessionId, Sessions, State};

/// What there is of a session at a desk, for whoever asks whether its holder must be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// Nobody is signed in: there is no session, or its start is not recorded yet.
    No,
    /// Somebody is, but the session is locked: its card must be proved again, or the screen unlocked.
    Locked(SessionId),
    /// Somebody is, in a role or without one.
    Yes(SessionId),
}

impl<R: Clone + PartialEq, P: Proof> Sessions<R, P> {
    /// When to come back with [`Event::DeadlineReached`], unless something else happens before. It lies after
    /// the time of the last event. Come back too when the clock on the wall was set, since this instant does
    /// not know that.
    ///
    /// [`Event::DeadlineReached`]: crate::Event::DeadlineReached
    pub fn deadline(&self) -> Option<Instant> {
        let due = self.by_desk.values().map(|session| session.due(&self.settings, &self.timeline));
        self.timeline.instant_of(due.min()?)
    }

    /// Whether the holder at a desk must be asked for her passcode: an application that wants no fresh proof
    /// need not ask a holder who is signed in.
    pub fn is_signed_in(&self, desk: &Desk) -> SignedIn {
        match self.session(desk) {
            None => SignedIn::No,
            Some(session) => match session.state() {
                State::Locked => SignedIn::Locked(session.id()),
                State::Active | State::ChoosingRole => SignedIn::Yes(session.id()),
            },
        }
    }

    /// The session of a desk, once its start is recorded. For that desk alone.
    pub fn session(&self, desk: &Desk) -> Option<&Session<R, P>> {
        self.by_desk.get(desk).filter(|session| session.is_shown())
    }

    /// All sessions, also those whose start is not recorded yet: for judging again what they are made of, and
    /// not for showing.
    pub fn all(&self) -> impl Iterator<Item = &Session<R, P>> {
        self.by_desk.values()
    }

    /// The roles that can be chosen now in a session.
    pub fn offered<'a>(
        &'a self,
        session: &'a Session<R, P>,
    ) -> impl Iterator<Item = Offered<'a, R>> {
        session.offered(&self.timeline)
    }

    /// When a session ends at the latest, by the wall as it is now; none when no clock can say it.
    pub fn ends_at(&self, session: &Session<R, P>) -> Option<SystemTime> {
        let left = session.longest(&self.settings).minus(self.timeline.moment());
        self.timeline.wall().checked_add(left)
    }
}
