//! A reader's own keys (PC/SC part 10 v2.02.09 §2.5.2, §2.5.3): the passcode goes from them to the card, and
//! no program sees it. How a reader is told to ask for it is its crate's duty.

use lanyard_iso7816::{CardChannel, ExchangeError, Status};

/// A channel to a card in a reader with keys.
pub trait KeyedChannel: CardChannel {
    /// Has the holder enter what the command with this header (CLA, INS, P1, P2) carries, and sends it once.
    /// Waits as long as the reader does. The status is the card's, or the reader's own.
    ///
    /// # Errors
    /// [`ExchangeError`]; the card may have seen a passcode all the same.
    fn enter(&mut self, header: [u8; 4]) -> Result<Status, ExchangeError>;
}

/// How a reader ended an entry at its keys. The card was sent nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedAtKeys {
    /// `64 00`: nobody finished the entry in time.
    TimedOut,
    /// `64 01`: the holder cancelled.
    Cancelled,
    /// `64 02`: the two new passcodes differ.
    EntriesDiffer,
    /// `64 03`: too few or too many digits.
    WrongLength,
    /// `6B 80`: the reader does not take what it was asked.
    Misunderstood,
}

impl EndedAtKeys {
    pub(super) const fn of(status: Status) -> Option<Self> {
        Some(match status {
            Status::PIN_PAD_TIMED_OUT => Self::TimedOut,
            Status::PIN_PAD_CANCELLED => Self::Cancelled,
            Status::PIN_PAD_ENTRIES_DIFFER => Self::EntriesDiffer,
            Status::PIN_PAD_WRONG_LENGTH => Self::WrongLength,
            Status::PIN_PAD_MISUNDERSTOOD => Self::Misunderstood,
            _ => return None,
        })
    }
}
