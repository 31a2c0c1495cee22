//! Everything the engine can want done. Closed: the daemon carries these out, in this order.

use std::sync::Arc;

use lanyard_card::piv::Tries;
use lanyard_dbus::{Error, Outcome};
use lanyard_reader::ReaderName;

use super::{
    AgentAddress, Answer, CardId, ClientName, Picture, Prompt, PromptId, ReaderId, Reply,
    RequestId, Secret,
};

/// Something to be done in the outer layer.
#[derive(Debug)]
pub enum Effect {
    /// Ask a reader about its PIN pad and its seat.
    DescribeReader {
        /// Which reader.
        reader: ReaderId,
        /// Its name in PC/SC.
        name: ReaderName,
    },
    /// Start the thread of a card: connect, identify, stay connected.
    OpenCard {
        /// Which card.
        card: CardId,
        /// The reader it is in.
        reader: ReaderName,
    },
    /// End the thread of a card.
    CloseCard {
        /// Which card.
        card: CardId,
    },
    /// Answer a client that asked.
    Answer {
        /// Where the answer goes.
        reply: Reply,
        /// What it is.
        answer: Result<Answer, Error>,
    },
    /// Tell when this client leaves the bus.
    WatchClient(ClientName),
    /// That is not needed any more.
    UnwatchClient(ClientName),
    /// Have a person asked for a passcode.
    AskAgent {
        /// To be told with what comes back.
        prompt: PromptId,
        /// Who asks.
        agent: AgentAddress,
        /// What the person is shown.
        what: Prompt,
    },
    /// The person need not be asked any more.
    CancelAgent {
        /// Which prompt.
        prompt: PromptId,
        /// Who asks.
        agent: AgentAddress,
        /// Why.
        outcome: Outcome,
    },
    /// Have a card check a passcode and prove its key, in one transaction.
    Authenticate {
        /// Which card.
        card: CardId,
        /// What the person entered.
        entry: Entry,
        /// The person said yes to risking the last try.
        last_try_ok: bool,
    },
    /// Show applications the new picture, and say what changed in it.
    Publish(Publication),
}

/// What a person entered, and what they were shown before.
#[derive(Debug)]
pub struct Entry {
    /// What they entered.
    pub passcode: Secret,
    /// Tries left that they were shown.
    pub shown: Tries,
    /// They accepted the terms.
    pub terms_accepted: bool,
}

/// A picture and how it differs from the one published before.
#[derive(Clone, Debug)]
pub struct Publication {
    /// What is true now.
    pub picture: Arc<Picture>,
    /// What has changed.
    pub change: Change,
}

/// What an application may have to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The smartcard service came, went or refused us.
    Service,
    /// A reader is new in the picture.
    ReaderArrived(ReaderId),
    /// A reader is no longer in the picture.
    ReaderDeparted(ReaderId),
    /// A reader's details are other ones.
    Reader(ReaderId),
    /// A card is new in the picture.
    CardInserted(CardId, ReaderId),
    /// A card is no longer in the picture.
    CardRemoved(CardId, ReaderId),
    /// A card has another state.
    Card(CardId),
    /// A request was made.
    RequestMade(RequestId),
    /// A request has its outcome.
    RequestCompleted(RequestId),
    /// A request is no longer readable.
    RequestForgotten(RequestId),
}
