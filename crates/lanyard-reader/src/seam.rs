//! The two seams: what one thread waits on, and what gives connections to cards.
//!
//! No word of PC/SC is needed to implement them, so that a virtual card in process can stand behind.
//! Waiting has no deadline here, neither for events nor for a card: whoever calls runs it on a thread of
//! its own and owns the clock.

use lanyard_iso7816::{CardChannel, ChannelError};

use crate::{ControlCode, PinPad, ReaderEvent, ReaderName};

/// What comes and goes, for one thread that waits.
pub trait ReaderEvents: Send {
    /// Waits until something changed. Never an empty list; `None`: stopped on purpose, nothing follows.
    fn next(&mut self) -> Option<Vec<ReaderEvent>>;
}

/// The readers, and the way to the cards in them.
pub trait Readers: Send + Sync {
    /// What a reader can do and where it is plugged in. A card in it is not disturbed; may take as long
    /// as the reader's driver does.
    ///
    /// # Errors
    /// [`ReaderError`] when the reader or the service does not answer; `Card(Busy)` as for a connection.
    fn describe(&self, reader: &ReaderName) -> Result<ReaderDetails, ReaderError>;

    /// Connects to the card in a reader, shared with other programs. To be called on the thread that
    /// will use the connection.
    ///
    /// # Errors
    /// [`ReaderError`]; without a card, `Card(CardRemoved)`. `Card(Busy)` when another program keeps the
    /// card to itself: a [`ReaderEvent::CardFreed`] follows when that ends.
    fn connect(&self, reader: &ReaderName) -> Result<Box<dyn CardConnection>, ReaderError>;
}

/// A card that is kept powered, shared with other programs. Dropped, it is left as it is.
pub trait CardConnection {
    /// Waits until no other program talks to the card, and keeps them out until the transaction ends.
    ///
    /// # Errors
    /// [`ChannelError`]; after `CardReset`, [`CardConnection::reconnect`] and begin from the start.
    fn transaction(&mut self) -> Result<Box<dyn CardTransaction + '_>, ChannelError>;

    /// Takes note that another program reset the card, and goes on with it as it is.
    ///
    /// Nothing said before holds, not even that it is the same card: one that was swapped *and then* reset
    /// looks like one that was reset. Select, and compare who it is, before anything else.
    ///
    /// # Errors
    /// [`ChannelError`] when the card is gone or does not answer.
    fn reconnect(&mut self) -> Result<(), ChannelError>;
}

/// A card for oneself alone. Dropped without [`CardTransaction::end`], it leaves the card as it is: so a
/// path that gives up never resets a card under another program; what was verified must be dropped by
/// `end(Afterwards::ResetCard)` or before.
pub trait CardTransaction: CardChannel {
    /// Calls a feature of the reader itself, such as its PIN pad ([`PinPad`] knows what to send), and waits
    /// for its answer: at a PIN pad as long as a person takes.
    ///
    /// # Errors
    /// [`ChannelError`]; what a reader does not know or refuses is `Transport`.
    fn control(&mut self, feature: ControlCode, data: &[u8]) -> Result<Vec<u8>, ChannelError>;

    /// Ends the transaction and lets other programs in.
    ///
    /// # Errors
    /// [`ChannelError`] when the card was not left as asked: it went, or the service did.
    fn end(self: Box<Self>, afterwards: Afterwards) -> Result<(), ChannelError>;
}

/// How a transaction leaves the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterwards {
    /// As it is, verified state included.
    LeaveCard,
    /// Reset: nothing that was verified holds, for anyone.
    ResetCard,
}

/// What a reader can do and where it is plugged in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReaderDetails {
    /// Its keys for the passcode, when it has them.
    pub pin_pad: Option<PinPad>,
    /// Where it is plugged in; `None` when it is not a USB device, or does not tell.
    pub usb: Option<UsbAddress>,
}

/// A USB device, as the kernel counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UsbAddress {
    /// Number of the bus.
    pub bus: u8,
    /// Number of the device on it.
    pub device: u8,
}

/// Why a reader could not be described or a card not be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReaderError {
    /// No reader of this name is there.
    #[error("the reader is gone")]
    Departed,
    /// The smartcard service refuses us.
    #[error("the smartcard service refuses access")]
    Denied,
    /// The service, the reader or the card failed.
    #[error(transparent)]
    Card(#[from] ChannelError),
}
