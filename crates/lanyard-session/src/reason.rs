//! Why a session ended, why it is locked, why something was not done: each a word.

use crate::words::words;

words! {
    /// Why a session ended. Every end has one.
    pub enum EndReason {
        CardRemoved = "card-removed", "the card was removed";
        ReadersLost = "readers-lost", "the smartcard service went away";
        User = "user", "the holder ended it";
        Timeout = "timeout", "it lasted as long as a session may";
        Idle = "idle", "nobody did anything for too long";
        Replaced = "replaced", "another card signed in at this desk";
        RoleRevoked = "role-revoked", "the role was closed, withdrawn or changed";
        NotTrusted = "not-trusted", "the certificate is not to be believed any more";
        Switched = "switched", "another user came to this desk";
        LoggedOut = "logged-out", "the desktop's login session ended";
        Suspend = "suspend", "the workstation was suspended";
        ServiceStopped = "service-stopped", "the service stopped";
        NotRecorded = "not-recorded", "its start could not be recorded";
        Error = "error", "something went wrong with the card or the reader";
    }
}

words! {
    /// Why a session was locked.
    pub enum LockReason {
        CardRemoved = "card-removed", "the card was removed";
        ReadersLost = "readers-lost", "the smartcard service went away";
        User = "user", "the holder locked it";
        Screen = "screen", "the screen was locked";
        Switched = "switched", "another user came to this desk";
        Suspend = "suspend", "the workstation was suspended";
        Error = "error", "something went wrong with the card or the reader";
    }
}

words! {
    /// Why what was asked for was not done.
    pub enum Refusal {
        CardGone = "card-gone", "the card of these proofs is not in a reader any more";
        NotAtSeat = "not-at-seat", "this desk is not the one that is active on its seat";
        Suspended = "suspended", "the workstation is about to sleep";
        Stopping = "stopping", "the service is about to end";
        Locked = "locked", "the session is locked";
        NotOffered = "not-offered", "the role is not among those offered now";
        Busy = "busy", "something else is being recorded for this session";
        NotRecorded = "not-recorded", "it could not be recorded";
        Overtaken = "overtaken", "the session changed before it was recorded";
    }
}
