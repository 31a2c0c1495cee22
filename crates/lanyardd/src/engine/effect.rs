//! Everything the engine can want done. Closed: the daemon carries these out, in this order.

use std::sync::Arc;

use lanyard_audit::Record;
use lanyard_card::{Certificate, HolderUuid};
use lanyard_dbus::{Error, Outcome};
use lanyard_reader::ReaderName;
use lanyard_seats::SleepId;
use lanyard_session::{SessionId, Ticket};

use super::{
    AgentAddress, Announcement, Answer, CardId, Client, ClientName, JudgingId, Order, OrderId,
    Picture, Prompt, PromptId, ReaderId, Reply, RequestId, TicketOrder,
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
    /// Have a card that has told who it is tell it again: its tries may be others.
    ReadAgain {
        /// Which card.
        card: CardId,
    },
    /// Have a card's certificate judged: by what is there, then by what can be fetched.
    Judge {
        /// Whose.
        card: CardId,
        /// To be told with the verdicts.
        judging: JudgingId,
        /// What is judged.
        certificate: Certificate,
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
        /// The card that it was for.
        card: CardId,
        /// Who asks.
        agent: AgentAddress,
        /// Why.
        outcome: Outcome,
    },
    /// Have a person told that the passcode is entered at the reader's keys.
    TellAgent {
        /// Which prompt, to be cancelled when that is over.
        prompt: PromptId,
        /// Who tells.
        agent: AgentAddress,
        /// What the person is shown.
        what: Prompt,
    },
    /// Have a card check or change a passcode, in one transaction.
    Attempt {
        /// Which card.
        card: CardId,
        /// What exactly.
        order: Order,
    },
    /// Take an order back: what has not begun does not begin.
    Recall {
        /// Which card.
        card: CardId,
        /// Which order.
        order: OrderId,
    },
    /// Give a card its tries at this workstation back, and answer when that is recorded.
    Release {
        /// Which card.
        card: CardId,
        /// Who wants it.
        client: Client,
        /// Where the answer goes.
        reply: Reply,
    },
    /// Ask the role directory about the holder of a session.
    AskDirectory {
        /// Which session.
        session: SessionId,
        /// Whose it is.
        holder: HolderUuid,
    },
    /// Write this into the audit log, sync it, and tell: it gives.
    Grant {
        /// To be told with.
        ticket: Ticket,
        /// What is written.
        record: Record,
    },
    /// Sign a ticket, and tell.
    SignTicket(TicketOrder),
    /// Answer with what is counted and timed.
    TellMetrics(Reply),
    /// Tell applications of one desk, and nobody else, what became of its session.
    Announce(Announcement),
    /// The machine may sleep.
    ReadyToSleep(SleepId),
    /// Write this into the audit log, when there is time: it takes away, or gives nothing.
    Record(Record),
    /// Show applications the new picture, and say what changed in it.
    Publish(Publication),
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
