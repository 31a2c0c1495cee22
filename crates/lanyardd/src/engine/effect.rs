//! Everything the engine can want done. Closed: the daemon carries these out, in this order.

use std::sync::Arc;

use lanyard_reader::ReaderName;

use super::{CardId, Picture, ReaderId};

/// Something to be done in the outer layer.
#[derive(Clone, Debug)]
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
}
