//! Everything the machine can be told. Closed, in the past tense; what persons and applications ask for is
//! an event too.

use crate::{Desk, DirectoryAnswer, Insertion, Proven, RoleId, SessionId, Ticket};

/// Something that happened.
///
/// `P` is [`Proven`] for everybody but this crate's own tests.
#[derive(Debug)]
pub enum Event<R, P = Proven> {
    /// A desk is active at its seat now; whichever was before is not.
    DeskEntered(Desk),
    /// A desk is not active at its seat any more: another user came, or nobody.
    DeskLeft(Desk),
    /// The login session of a desk ended.
    DeskGone(Desk),
    /// The screen of a desk was locked.
    ScreenLocked(Desk),
    /// The screen of a desk was unlocked.
    ScreenUnlocked(Desk),
    /// Somebody uses the desk.
    Activity(Desk),
    /// A card was inserted.
    CardInserted(Insertion),
    /// A card is not there any more, or nobody knows.
    CardGone(Insertion, Departure),
    /// All three proofs are there, for this desk. The machine answers at once: [`Refused`], or [`Grant`] and
    /// later [`Given`] or [`Withheld`]. Neither means that the desk's session is of this card and needed
    /// nothing but the proof: it is open, or locked with the screen, or what it needs is being recorded.
    ///
    /// [`Refused`]: crate::Effect::Refused
    /// [`Grant`]: crate::Effect::Grant
    /// [`Given`]: crate::Effect::Given
    /// [`Withheld`]: crate::Effect::Withheld
    SignedIn {
        /// Whose application or agent it was.
        desk: Desk,
        /// The proofs.
        proof: P,
    },
    /// The directory answered, or its word has changed.
    RolesKnown(SessionId, DirectoryAnswer<R>),
    /// The holder chose a role: the first, or another one. Answered as [`Event::SignedIn`] is; neither
    /// means that the session is in that role.
    RoleChosen(SessionId, RoleId),
    /// The holder, or an application for her, locks the session.
    LockAsked(SessionId),
    /// The holder, or an application for her, ends the session.
    EndAsked(SessionId),
    /// The certificate was judged again, and is not to be believed any more.
    CertificateDistrusted(SessionId),
    /// Something went wrong outside that leaves the session in doubt.
    Failed(SessionId),
    /// The workstation is about to sleep.
    Suspending,
    /// It is awake again.
    Resumed,
    /// A record is on the disk.
    Recorded(Ticket),
    /// A record could not be written.
    NotRecorded(Ticket),
    /// The instant of [`Sessions::deadline`](crate::Sessions::deadline) has come, or a clock was set.
    DeadlineReached,
    /// The daemon is about to end.
    Stopping,
}

/// How a card went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Departure {
    /// It was pulled, alone or with its reader.
    Removed,
    /// The smartcard service ended.
    ServiceGone,
    /// Nobody knows whether it is there: its reader does not answer, or told what cannot be.
    InDoubt,
}
