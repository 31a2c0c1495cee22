//! What happens to readers and cards, in the past tense and in the order in which it is true.
//!
//! Nothing is decided here. A reader is heard of before its card, a card is gone before its reader, and
//! everything is gone before the service is.

use crate::{Atr, ReaderName};

/// The state of the smartcard service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// It answers: readers and cards are known.
    Running,
    /// It does not answer. It is waited for, however long that takes.
    Unavailable,
    /// It answers, and refuses us (pcscd asks polkit). Asked again when its socket changes.
    Denied,
}

/// One fact about a reader, a card, or the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderEvent {
    /// The service came, went, or refused us.
    ServiceChanged(Service),
    /// A reader is there, empty so far.
    ReaderArrived(ReaderName),
    /// A reader is gone; its card was removed before.
    ReaderDeparted(ReaderName),
    /// A card is in a reader that was empty.
    CardInserted {
        /// The reader it is in.
        reader: ReaderName,
        /// Its answer to reset; `None` when it gave none: the card is mute.
        atr: Option<Atr>,
    },
    /// A card was taken out, or another one is in its place.
    CardRemoved {
        /// The reader it was in.
        reader: ReaderName,
    },
    /// Another program that kept the card to itself does so no longer.
    CardFreed {
        /// The reader it is in.
        reader: ReaderName,
    },
}
