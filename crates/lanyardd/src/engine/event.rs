//! Everything the engine can be told. Closed: a new source of events is a new variant.

use std::{
    sync::Arc,
    time::{Instant, SystemTime},
};

use lanyard_card::{HolderUuid, Identity};
use lanyard_dbus::UnusableReason;
use lanyard_evidence::{Judged, Stamp};
use lanyard_reader::{PinPad, ReaderEvent};
use lanyard_seats::{DeskEvent, SeatName};
use lanyard_session::{DirectoryAnswer, Proven, SessionId, Ticket};
use lanyard_ticket::Tickets;

use super::{
    AgentReport, Allowed, CardId, Client, ClientName, Conclusion, Conditions, JudgingId, OrderId,
    PromptId, Question, ReaderId, Reply, SignedTicket, TriesLeft,
};

/// The time at which an event is handed in: the engine has no clock of its own.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// For deadlines: never goes back.
    pub steady: Instant,
    /// For people: what the clock on the wall says.
    pub wall: SystemTime,
}

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// The reader monitor saw this, in this order, at one glance.
    Readers(Vec<ReaderEvent>),
    /// A reader was asked about itself.
    ReaderDescribed {
        /// Which reader.
        reader: ReaderId,
        /// Its keys for the passcode, when it has them.
        pin_pad: Option<PinPad>,
        /// The seat it belongs to; none when nobody can say so.
        seat: Option<SeatName>,
    },
    /// The thread of a card has something to tell.
    Card {
        /// Which card; the event is void when it is gone.
        card: CardId,
        /// What it tells.
        report: CardReport,
    },
    /// A certificate was judged.
    Judged {
        /// Whose.
        card: CardId,
        /// Which judging; the event is void when that does not count any more.
        judging: JudgingId,
        /// The verdict, and the evidence that it rests on.
        judged: Arc<Judged>,
        /// Nothing more is being fetched for it.
        is_last: bool,
    },
    /// The evidence is another now.
    EvidenceChanged(Stamp),
    /// The role directory has answered.
    RolesKnown {
        /// For which session; the event is void when that is over.
        session: SessionId,
        /// What it says.
        answer: DirectoryAnswer<Allowed>,
        /// The holder's name, where it says that.
        name: Option<String>,
    },
    /// The role directory may say something else of this holder; of everybody, when none is named.
    RolesChanged(Option<HolderUuid>),
    /// What gives was to be recorded.
    GrantRecorded {
        /// What for.
        ticket: Ticket,
        /// Whether it is on the disk.
        is_recorded: bool,
    },
    /// A ticket was signed, or could not be.
    TicketSigned(SignedTicket),
    /// Something changed at the desks.
    Desk(DeskEvent),
    /// A client asks for something.
    Asked {
        /// Who.
        client: Client,
        /// What.
        question: Question,
        /// Where the answer goes.
        reply: Reply,
    },
    /// A client left the bus.
    ClientLeft(ClientName),
    /// A passcode agent has something to tell.
    Agent {
        /// Of which prompt; the event is void when that does not count any more.
        prompt: PromptId,
        /// What it tells.
        report: AgentReport,
    },
    /// Other settings hold from now on.
    SettingsTaken {
        /// What attempts begin under.
        conditions: Arc<Conditions>,
        /// The rules of sessions.
        sessions: Box<lanyard_session::Settings>,
    },
    /// The daemon is about to end.
    Stopping,
    /// The instant of [`super::Engine::deadline`] has come.
    DeadlineReached,
}

impl From<ReaderEvent> for Event {
    fn from(event: ReaderEvent) -> Self {
        Self::Readers(vec![event])
    }
}

impl From<DeskEvent> for Event {
    fn from(event: DeskEvent) -> Self {
        Self::Desk(event)
    }
}

/// What the thread of a card tells.
#[derive(Debug)]
pub enum CardReport {
    /// No other program talks to the card any more: now it is being asked.
    Asking,
    /// It told who it is.
    Identified {
        /// What it told.
        identity: Identity,
        /// Tries that this workstation's ledger leaves it; `None` when there is no ledger.
        tries_here: Option<u8>,
    },
    /// It cannot be used.
    Unusable(UnusableReason),
    /// No other program talks to the card any more: the order is being carried out.
    Begun(OrderId),
    /// An order was carried out, or could not be.
    Attempted {
        /// Which order.
        order: OrderId,
        /// How that went.
        report: AttemptReport,
        /// Tries left since, where that is known.
        tries: Option<TriesLeft>,
    },
    /// An administrator gave it its tries at this workstation back.
    Released(TriesLeft),
    /// Another program keeps it to itself and we were refused: the thread has ended.
    Kept,
}

/// How an order ended.
#[derive(Debug)]
pub enum AttemptReport {
    /// The holder proved who she is, and that is recorded; with what the session has for tickets, unless no key
    /// could be made.
    Proved(Box<Proven>, Option<Arc<Tickets>>),
    /// There are fewer tries than the person was shown: nothing was sent.
    FewerTries,
    /// It is over, and recorded.
    Concluded(Conclusion),
}
