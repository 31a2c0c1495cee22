//! What a person is asked, and what comes back from the agent that asks.

use std::sync::Arc;

use lanyard_card::HolderUuid;
use lanyard_dbus::{PasscodePurpose, Reason};
use lanyard_reader::ReaderName;

use super::{CardId, Conditions, Secret, TriesLeft};

/// What a person is shown.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// The card that it is for.
    pub card: CardId,
    /// The reader the card is in.
    pub reader: ReaderName,
    /// The holder, as far as known.
    pub holder: Option<HolderUuid>,
    /// Tries left, as the card and this workstation told last.
    pub tries: TriesLeft,
    /// Whether the person has to be asked about risking the last try.
    pub ask_last_try: bool,
    /// Which passcode.
    pub purpose: PasscodePurpose,
    /// What held when the person was first asked: the terms are among it.
    pub conditions: Arc<Conditions>,
}

/// What came back.
#[derive(Debug)]
pub enum AgentReport {
    /// The person entered something.
    Entered(Entry),
    /// Nothing that could be a passcode came.
    Failed(AgentFault),
}

/// What a person entered and said.
#[derive(Debug)]
pub struct Entry {
    /// What they entered, as it came out of the pipe.
    pub passcode: Secret,
    /// They said yes to risking the last try.
    pub last_try_ok: bool,
    /// They accepted the terms.
    pub terms_accepted: bool,
}

/// Why no passcode came from an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentFault {
    /// The person does not want to.
    Cancelled,
    /// The agent left the bus, or its object is not there.
    Gone,
    /// It answered with an error.
    Refused,
    /// It wrote nothing.
    Empty,
    /// It wrote more than any passcode has.
    TooLong,
}

impl AgentFault {
    /// Why the request ended; none when the person did not want to.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Cancelled => None,
            Self::Gone => Some(Reason::AgentGone),
            Self::Refused => Some(Reason::AgentFailed),
            Self::Empty => Some(Reason::AgentWroteNothing),
            Self::TooLong => Some(Reason::AgentWroteTooMuch),
        }
    }
}
