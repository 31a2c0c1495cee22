//! One session: whose, at which desk, in which role, locked or not.
//!
//! What can happen to it stands in the files of this folder, one idea each; which sessions there are is the
//! machine's.

mod lapsing;
mod locking;
mod recording;
mod roles;

use std::{fmt, time::SystemTime};

pub(crate) use locking::Doubt;

use crate::{
    Desk, Effect, EndReason, Insertion, Knowledge, Proof, Proven, RoleOffer, Settings, Whereabouts,
    grant::{Grant, Pending, Ticket},
    offers::{Dated, Offers},
    time::{Moment, Timeline},
    words::words,
};

/// One session, from its first proof to its end. Never used again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub(crate) u64);

words! {
    /// The states of a session that has not ended.
    pub enum State {
        ChoosingRole = "choosing-role", "the holder is signed in, in no role";
        Active = "active", "the holder is signed in, in a role";
        Locked = "locked", "nothing may be done in it until it goes on";
    }
}

/// A holder who is signed in at a desk. As little to be copied as what it is made of.
#[derive(Clone, Debug)]
pub struct Session<R, P = Proven> {
    pub(crate) id: SessionId,
    pub(crate) desk: Desk,
    pub(crate) proof: P,
    pub(crate) card: CardPlace,
    pub(crate) began: Moment,
    pub(crate) started_at: SystemTime,
    /// When somebody did something last.
    pub(crate) active_at: Moment,
    pub(crate) attention: Attention,
    pub(crate) offers: Offers<R>,
    pub(crate) stage: Stage<R>,
    pub(crate) hold: Hold,
    /// What is being recorded. While it is the start, nobody knows of the session.
    pub(crate) pending: Option<Pending<R>>,
}

/// Where the card of a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardPlace {
    /// In the reader in which it was proved.
    In,
    /// Not there any more.
    Away,
}

/// How far the holder is.
#[derive(Clone, Debug)]
pub(crate) enum Stage<R> {
    ChoosingRole,
    InRole(Dated<R>),
}

/// Whether a session may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Hold {
    Open,
    Locked(Lock),
}

/// What a locked session waits for; for its record, when for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Lock {
    pub(crate) screen: Awaited,
    pub(crate) proof: Awaited,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Awaited {
    No,
    Yes,
}

/// Whether the desk was told that the card is unattended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Attention {
    NotCalled,
    Called,
}

/// What a turn of events makes of a session.
pub(crate) enum Turn {
    GoesOn(Vec<Effect>),
    Ends(EndReason),
}

/// What a session must be told of the world at each turn.
pub(crate) struct Around<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) timeline: &'a Timeline,
    pub(crate) last_id: &'a mut u64,
}

/// A role that can be chosen now.
#[derive(Clone, Copy, Debug)]
pub struct Offered<'a, R> {
    /// What the directory says.
    pub offer: &'a RoleOffer<R>,
    /// Whether it is at an organisation of the site's.
    pub whereabouts: Whereabouts,
}

impl<R, P> Session<R, P> {
    /// Which.
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// The only desk it belongs to.
    pub const fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What it is made of: the latest proofs of its card.
    pub const fn proof(&self) -> &P {
        &self.proof
    }

    /// Where its card is.
    pub const fn card(&self) -> CardPlace {
        self.card
    }

    /// When it started, by the wall.
    pub const fn started_at(&self) -> SystemTime {
        self.started_at
    }

    /// Its state.
    pub const fn state(&self) -> State {
        match (&self.hold, &self.stage) {
            (Hold::Locked(_), _) => State::Locked,
            (Hold::Open, Stage::ChoosingRole) => State::ChoosingRole,
            (Hold::Open, Stage::InRole(_)) => State::Active,
        }
    }

    /// The role it is in; a locked session keeps its own, and gives nobody anything by it.
    pub const fn role(&self) -> Option<&RoleOffer<R>> {
        match &self.stage {
            Stage::ChoosingRole => None,
            Stage::InRole(role) => Some(&role.offer),
        }
    }

    /// What is known of the holder's roles.
    pub const fn knowledge(&self) -> Knowledge {
        self.offers.knowledge
    }

    /// Whether its own desk may know of it.
    pub(crate) const fn is_shown(&self) -> bool {
        !matches!(&self.pending, Some(Pending { grant: Grant::Start, .. }))
    }
}

impl<R: Clone + PartialEq, P: Proof> Session<R, P> {
    /// A session of these proofs, of which nobody knows until its start is recorded.
    pub(crate) fn begin(
        id: SessionId,
        (desk, screen): (Desk, Awaited),
        proof: P,
        around: &mut Around<'_>,
    ) -> (Self, Effect) {
        let now = around.timeline.moment();
        let hold = match screen {
            Awaited::Yes => Hold::Locked(Lock { screen, proof: Awaited::No }),
            Awaited::No => Hold::Open,
        };
        let mut session = Self {
            id,
            desk,
            proof,
            card: CardPlace::In,
            began: now,
            started_at: around.timeline.wall(),
            active_at: now,
            attention: Attention::NotCalled,
            offers: Offers::awaited(),
            stage: Stage::ChoosingRole,
            hold,
            pending: None,
        };
        let grant = session.grant(Grant::Start, around);
        (session, grant)
    }

    /// Whether its card is in by this insertion.
    pub(crate) fn is_of(&self, insertion: Insertion) -> bool {
        self.card == CardPlace::In && self.proof.insertion() == insertion
    }
}

impl Around<'_> {
    /// When a record that is asked for now counts as not written.
    pub(crate) const fn too_late(&self) -> Moment {
        self.timeline.moment().after(self.settings.recorded_within)
    }

    pub(crate) const fn next_ticket(&mut self) -> Ticket {
        *self.last_id += 1;
        Ticket(*self.last_id)
    }
}

impl SessionId {
    /// The one with this number, which may never have been or be over.
    pub const fn numbered(number: u64) -> Self {
        Self(number)
    }

    /// Its number. What comes later has a greater one.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({})", self.0)
    }
}
