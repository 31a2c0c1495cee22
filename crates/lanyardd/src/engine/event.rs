//! Everything the engine can be told. Closed: a new source of events is a new variant.

use std::time::{Instant, SystemTime};

use lanyard_card::Identity;
use lanyard_dbus::UnusableReason;
use lanyard_reader::ReaderEvent;

use super::{CardId, ReaderId};

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
        /// Whether it has keys for the passcode.
        has_pin_pad: bool,
        /// The seat it belongs to.
        seat: String,
    },
    /// The thread of a card has something to tell.
    Card {
        /// Which card; the event is void when it is gone.
        card: CardId,
        /// What it tells.
        report: CardReport,
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

/// What the thread of a card tells.
#[derive(Clone, Debug)]
pub enum CardReport {
    /// No other program talks to the card any more: now it is being asked.
    Asking,
    /// It told who it is.
    Identified(Identity),
    /// It cannot be used.
    Unusable(UnusableReason),
    /// Another program keeps it to itself and we were refused: the thread has ended.
    Kept,
}
