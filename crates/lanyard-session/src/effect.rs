//! Everything the machine can want done, in this order. Closed.
//!
//! What gives is shown by [`Effect::Given`], and its [`Notice`] can only be made of a grant whose record was
//! confirmed; what takes is shown at once by [`Effect::Revoke`] and recorded after.

use std::time::SystemTime;

use lanyard_card::{CardSerial, HolderUuid};

use crate::{
    Desk, EndReason, LockReason, Organisation, Refusal, RoleId, SessionId, State, Ticket,
    notice::Notice, words::words,
};

/// Something to be done in the outer layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the role directory for this holder, and come back with [`Event::RolesKnown`].
    ///
    /// [`Event::RolesKnown`]: crate::Event::RolesKnown
    AskDirectory(SessionId, HolderUuid),
    /// Write this and sync it; come back with [`Event::Recorded`] or [`Event::NotRecorded`]. Nothing is to
    /// be shown or answered before.
    ///
    /// [`Event::Recorded`]: crate::Event::Recorded
    /// [`Event::NotRecorded`]: crate::Event::NotRecorded
    Grant {
        /// To come back with.
        ticket: Ticket,
        /// What is to be written.
        record: Record,
    },
    /// Show what a record, confirmed just now, gives.
    Given(Notice),
    /// Show at once what is taken, and write it when there is time.
    Revoke(Notice, Record),
    /// Show what neither gives nor takes.
    Tell(Notice),
    /// Write this when there is time: nothing is to be seen of it.
    Record(Record),
    /// What the event asked for at this desk is not done.
    Refused(Desk, Refusal),
    /// What this ticket was for is not given. The log, which may have it already, is told by the record before
    /// this effect, which also says what came between.
    Withheld(Ticket, Refusal),
}

/// A line of the audit log about a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// When it happened, by the wall.
    pub at: SystemTime,
    /// At which desk.
    pub desk: Desk,
    /// In which session.
    pub session: SessionId,
    /// Whose.
    pub holder: HolderUuid,
    /// With which card.
    pub card: CardSerial,
    /// What.
    pub what: Recorded,
}

/// What is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The session starts.
    Started,
    /// A role is taken, or another one instead.
    RoleSelected {
        /// Which.
        role: RoleId,
        /// Where.
        organisation: Organisation,
        /// By whom.
        choice: Choice,
    },
    /// A locked session goes on.
    Resumed,
    /// The holder of an open session was proved again.
    Refreshed,
    /// The session was locked.
    Locked(LockReason),
    /// What a record gave was never shown: its confirmation did not come, or something came before it.
    Withheld(Withheld),
    /// The session ended.
    Ended(EndReason),
}

/// Who took a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// There was one only.
    Automatic,
    /// The holder chose it.
    Asked,
}

words! {
    /// What was recorded and yet never given.
    pub enum Withheld {
        Role = "role", "the role";
        Resumption = "resumption", "that the session goes on";
    }
}

/// What applications of the session's own desk are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// There is a session, in this state.
    Started(State),
    /// Its role is this one now.
    RoleSelected(RoleId),
    /// It is in this state now.
    StateChanged(State),
    /// The roles that can be chosen, or what is known of them, are others than before.
    RolesOffered,
    /// Its card is in a reader and nobody has done anything for long.
    Unattended,
    /// It is over. Nothing follows.
    Ended(EndReason),
}
