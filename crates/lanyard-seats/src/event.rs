//! What changes at the desks, as facts.

use thiserror::Error;

use crate::{Desk, SessionId};

/// What changed. What takes away comes before what gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskEvent {
    /// Every session there is, instead of whatever was known.
    Known(Vec<Desk>),
    /// Nothing is known any more: nobody's session counts until [`Known`](Self::Known).
    Unknown(Doubt),
    /// Somebody logged in.
    Came(Desk),
    /// A session is over.
    Ended(SessionId),
    /// A session is not in the foreground of its seat any more.
    Deactivated(SessionId),
    /// A session came to the foreground of its seat.
    Activated(SessionId),
    /// A session says that its screen was locked.
    ScreenLocked(SessionId),
    /// A session says that its screen was unlocked.
    ScreenUnlocked(SessionId),
    /// Something about a session is different that does not change otherwise: its class, kind or place.
    Redescribed(Desk),
    /// logind asked the session to lock its screen. A session that obeys then says [`ScreenLocked`](Self::ScreenLocked);
    /// not every desktop does.
    LockAsked(SessionId),
    /// logind asked the session to unlock its screen.
    UnlockAsked(SessionId),
    /// The machine is about to sleep, and waits for [`Desks::ready_to_sleep`](crate::Desks::ready_to_sleep) as long
    /// as it is patient.
    GoingToSleep(SleepId),
    /// The machine woke up, or did not sleep after all.
    WokenUp,
}

/// Which going to sleep is meant: a late answer does not release the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SleepId(pub(crate) u64);

impl SleepId {
    /// The one with this number, which may never have been.
    pub const fn numbered(number: u64) -> Self {
        Self(number)
    }
}

/// Why nothing is known about login sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Doubt {
    /// logind was not asked yet.
    #[error("login sessions have not been read yet")]
    NotRead,
    /// No logind is on the bus.
    #[error("logind is not running")]
    LogindAbsent,
    /// logind did not answer in time.
    #[error("logind does not answer")]
    LogindSilent,
    /// logind's answer could not be understood, or was an error.
    #[error("logind's answer is not understood")]
    LogindUnclear,
    /// More changed than could be followed.
    #[error("changes of login sessions were missed")]
    ChangesMissed,
    /// The connection to the bus is over.
    #[error("the bus is gone")]
    BusGone,
}
