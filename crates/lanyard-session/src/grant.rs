//! What gives waits here until its record is on the disk.
//!
//! A [`Pending`] grant becomes [`Confirmed`] by its own ticket and in no other way; what applications are
//! shown is made of the latter.

use std::fmt;

use crate::{Choice, Recorded, Withheld, offers::Dated, time::Moment};

/// Names one record that something waits for. Never used again, and made by the machine alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub(crate) u64);

/// What is to be given.
#[derive(Clone, Debug)]
pub(crate) enum Grant<R> {
    /// That there is a session.
    Start,
    /// A role.
    Role(Dated<R>, Choice),
    /// That a locked session goes on.
    Resume,
}

/// What is being recorded.
#[derive(Clone, Debug)]
pub(crate) struct Pending<R> {
    pub(crate) ticket: Ticket,
    pub(crate) grant: Grant<R>,
    /// When it is too late.
    pub(crate) until: Moment,
}

/// What has been recorded, and may be shown.
#[derive(Debug)]
pub(crate) struct Confirmed<R>(Grant<R>);

impl<R> Pending<R> {
    /// The record of this ticket is on the disk.
    ///
    /// # Errors
    /// Itself, when that is not its ticket.
    pub(crate) fn confirmed_by(self, ticket: Ticket) -> Result<Confirmed<R>, Self> {
        if self.ticket == ticket { Ok(Confirmed(self.grant)) } else { Err(self) }
    }
}

impl<R> Confirmed<R> {
    pub(crate) const fn grant(&self) -> &Grant<R> {
        &self.0
    }
}

impl<R> Grant<R> {
    pub(crate) fn recorded(&self) -> Recorded {
        match self {
            Self::Start => Recorded::Started,
            Self::Role(role, choice) => Recorded::RoleSelected {
                role: role.offer.id.clone(),
                organisation: role.offer.organisation.clone(),
                choice: *choice,
            },
            Self::Resume => Recorded::Resumed,
        }
    }

    /// How the log tells that it was not given; the start of a session by its end.
    pub(crate) const fn withheld(&self) -> Option<Withheld> {
        match self {
            Self::Start => None,
            Self::Role(..) => Some(Withheld::Role),
            Self::Resume => Some(Withheld::Resumption),
        }
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({})", self.0)
    }
}
