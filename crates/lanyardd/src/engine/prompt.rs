//! What a person is asked, and what comes back from the agent that asks.

use lanyard_card::{HolderUuid, piv::Tries};
use lanyard_dbus::PasscodePurpose;
use lanyard_reader::ReaderName;

use super::{CardId, Secret};

/// What a person is shown.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// The card that it is for.
    pub card: CardId,
    /// The reader the card is in.
    pub reader: ReaderName,
    /// The holder, as far as known.
    pub holder: Option<HolderUuid>,
    /// Tries left, as the card told last.
    pub tries: Tries,
    /// Whether the person has to be asked about risking the last try.
    pub ask_last_try: bool,
    /// Which passcode.
    pub purpose: PasscodePurpose,
}

/// What came back.
#[derive(Debug)]
pub enum AgentReport {
    /// The person entered something.
    Entered {
        /// What, as it came out of the pipe.
        passcode: Secret,
        /// The person said yes to risking the last try.
        last_try_ok: bool,
        /// The person accepted the terms.
        terms_accepted: bool,
    },
    /// Nothing that could be a passcode came.
    Failed(AgentFault),
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
    /// The word in a request's details.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Cancelled => "",
            Self::Gone => "agent-gone",
            Self::Refused => "agent-failed",
            Self::Empty => "agent-wrote-nothing",
            Self::TooLong => "agent-wrote-too-much",
        }
    }
}
