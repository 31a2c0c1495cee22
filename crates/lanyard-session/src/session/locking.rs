//! What locks a session, and what it takes to go on.
//!
//! A session that was locked by anything but the screen goes on only after its card was proved again. A lock
//! that gets stricter stays so: what was waited for is forgotten by its own event alone.

use crate::{
    Effect, EndReason, LockReason, OnRemoval, OnSwitch, Proof, Recorded, Refusal, Reverify, State,
    notice::{Notice, Taking},
};

use super::{Around, Awaited, CardPlace, Hold, Lock, Session, Turn};

/// What leads a session out of `Active`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    CardRemoved,
    ReadersLost,
    Error,
    Suspend,
}

impl<R: Clone + PartialEq, P: Proof> Session<R, P> {
    /// The session's own card, its reader or the machine leave doubt.
    pub(crate) fn doubted(&mut self, doubt: Doubt, around: &mut Around<'_>) -> Turn {
        match around.settings.on_removal {
            OnRemoval::End => Turn::Ends(doubt.end()),
            OnRemoval::Keep if doubt == Doubt::CardRemoved => Turn::GoesOn(Vec::new()),
            OnRemoval::Lock | OnRemoval::Keep => {
                Turn::GoesOn(self.lock(doubt.lock(), Lock::UNTIL_PROVED, around))
            }
        }
    }

    /// Its card went.
    pub(crate) fn card_went(&mut self, doubt: Doubt, around: &mut Around<'_>) -> Turn {
        self.card = CardPlace::Away;
        self.doubted(doubt, around)
    }

    /// Another desk is at the seat.
    pub(crate) fn desk_left(&mut self, around: &mut Around<'_>) -> Turn {
        match around.settings.on_switch {
            OnSwitch::End => Turn::Ends(EndReason::Switched),
            OnSwitch::Lock => {
                Turn::GoesOn(self.lock(LockReason::Switched, Lock::UNTIL_PROVED, around))
            }
        }
    }

    /// The holder locks it.
    pub(crate) fn lock_asked(&mut self, around: &mut Around<'_>) -> Turn {
        Turn::GoesOn(self.lock(LockReason::User, Lock::UNTIL_PROVED, around))
    }

    /// The screen was locked.
    pub(crate) fn screen_locked(&mut self, around: &mut Around<'_>) -> Turn {
        let proof = match around.settings.reverify_after_unlock {
            Reverify::No => Awaited::No,
            Reverify::Yes => Awaited::Yes,
        };
        let until_unlocked = Lock { screen: Awaited::Yes, proof };
        Turn::GoesOn(self.lock(LockReason::Screen, until_unlocked, around))
    }

    /// The screen was unlocked.
    pub(crate) fn screen_unlocked(&mut self, around: &mut Around<'_>) -> Turn {
        self.unlocked(|lock| Lock { screen: Awaited::No, ..lock }, around)
    }

    /// Somebody uses the desk; nobody can use a locked session.
    pub(crate) fn activity(&mut self, around: &mut Around<'_>) -> Turn {
        if self.hold == Hold::Open {
            self.is_used(around.timeline);
        }
        Turn::GoesOn(Vec::new())
    }

    /// Its card was proved again.
    pub(crate) fn proved_again(&mut self, proof: P, around: &mut Around<'_>) -> Turn {
        self.proof = proof;
        self.card = CardPlace::In;
        self.is_used(around.timeline);
        match self.hold {
            Hold::Open => {
                let record = self.record(Recorded::Refreshed, around.timeline);
                Turn::GoesOn(vec![Effect::Record(record)])
            }
            Hold::Locked(_) => self.unlocked(|lock| Lock { proof: Awaited::No, ..lock }, around),
        }
    }

    fn unlocked(&mut self, undo: impl FnOnce(Lock) -> Lock, around: &mut Around<'_>) -> Turn {
        if let Hold::Locked(lock) = self.hold {
            let lock = undo(lock);
            // Where nobody knows of the session yet, the record of its start says enough.
            let opens = lock.waits_for_nothing() && !self.is_shown();
            self.hold = if opens { Hold::Open } else { Hold::Locked(lock) };
        }
        Turn::GoesOn(self.go_on(around))
    }

    /// Locks at once, or makes a lock stricter.
    fn lock(&mut self, why: LockReason, until: Lock, around: &Around<'_>) -> Vec<Effect> {
        let timeline = around.timeline;
        let mut effects = self.withhold(Refusal::Overtaken, timeline);
        let before = self.hold;
        self.hold = Hold::Locked(match before {
            Hold::Open => until,
            Hold::Locked(lock) => lock.and(until),
        });
        let record = self.record(Recorded::Locked(why), timeline);
        match before {
            Hold::Open if self.is_shown() => {
                let notice = Notice::taking(Taking::Locked, self);
                effects.insert(0, Effect::Revoke(notice, record));
            }
            _ if before == self.hold => {}
            Hold::Open | Hold::Locked(_) => effects.push(Effect::Record(record)),
        }
        debug_assert_eq!(self.state(), State::Locked);
        effects
    }
}

impl Lock {
    const UNTIL_PROVED: Self = Self { screen: Awaited::No, proof: Awaited::Yes };

    pub(super) fn waits_for_nothing(self) -> bool {
        self == Self { screen: Awaited::No, proof: Awaited::No }
    }

    const fn and(self, other: Self) -> Self {
        Self { screen: self.screen.or(other.screen), proof: self.proof.or(other.proof) }
    }
}

impl Awaited {
    const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, Self::No) => Self::No,
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
        }
    }
}

impl Doubt {
    const fn end(self) -> EndReason {
        match self {
            Self::CardRemoved => EndReason::CardRemoved,
            Self::ReadersLost => EndReason::ReadersLost,
            Self::Error => EndReason::Error,
            Self::Suspend => EndReason::Suspend,
        }
    }

    const fn lock(self) -> LockReason {
        match self {
            Self::CardRemoved => LockReason::CardRemoved,
            Self::ReadersLost => LockReason::ReadersLost,
            Self::Error => LockReason::Error,
            Self::Suspend => LockReason::Suspend,
        }
    }
}
