//! What can go wrong with the ledger, and what was found wrong with its file.

use std::{fmt, io};

use crate::record::LONGEST_SERIAL;
use crate::{MOST_CARDS, MOST_REFUSALS};

/// Why the ledger did not do what was asked. No attempt may be made then.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The disk is full, read-only or failing.
    #[error("the ledger could not be kept ({step}): {source}")]
    Disk {
        /// What was being done.
        step: Step,
        /// Why it failed.
        source: io::Error,
    },
    /// Another process has this ledger open.
    #[error("another process has the ledger open")]
    InUse,
    /// The file was written by a later version of this program. It is left as it is.
    #[error("the ledger has format {format}, which this version does not know")]
    UnknownFormat {
        /// The format's number.
        format: u8,
    },
    /// The card's number is too long to be kept.
    #[error("the card's number has {length} bytes, more than {LONGEST_SERIAL}")]
    SerialTooLong {
        /// Bytes of the number.
        length: usize,
    },
    /// Something is held against so many cards that no more can be kept.
    #[error("something is held against {MOST_CARDS} cards: no more can be kept")]
    TooManyCards,
    /// The card's own counter is at its end.
    #[error("the card's passcode is blocked")]
    BlockedByCard,
    /// The card was refused too often in a row, whatever it allows itself.
    #[error("the card is blocked on this workstation ({strikes} of {MOST_REFUSALS} strikes)")]
    BlockedHere {
        /// Refusals in a row, as far as known. Fewer than [`MOST_REFUSALS`] where a damaged ledger makes
        /// it doubtful and the card does not tell its tries.
        strikes: u8,
    },
    /// An attempt at this card is being made at this moment.
    #[error("an attempt at this card is under way")]
    AttemptUnderWay,
    /// A settlement whose attempt is not open: it was begun in a ledger that has been opened anew, and the
    /// card was read since.
    #[error("this attempt was settled already")]
    SettledAlready,
}

/// A step in keeping the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Opening the folder and its lock.
    Open,
    /// Reading the file.
    Read,
    /// Writing a record.
    Write,
    /// Waiting until a record is on the disk.
    Sync,
    /// Writing the whole file anew.
    Rewrite,
    /// Giving a damaged file another name.
    SetAside,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "opening",
            Self::Read => "reading",
            Self::Write => "writing",
            Self::Sync => "syncing",
            Self::Rewrite => "rewriting",
            Self::SetAside => "setting a damaged file aside",
        })
    }
}

/// What was found wrong on opening, and has been put right as far as it can be. For the journal and the
/// audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The last record was cut off while it was written. Nothing is lost.
    TailClosed,
    /// The file holds more than a ledger. Nothing is lost.
    Overgrown {
        /// The name under which it is kept, in the ledger's folder.
        kept_as: String,
    },
    /// Records are damaged or missing. What could be read was taken over, and every card is doubtful.
    Damaged {
        /// The name under which it is kept, in the ledger's folder.
        kept_as: String,
    },
    /// There was a ledger here, and its file is gone. Every card is doubtful.
    Missing,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TailClosed => f.write_str("the ledger's last record was torn; nothing is lost"),
            Self::Overgrown { kept_as } => {
                write!(f, "something else was in the ledger (kept as {kept_as}); nothing is lost")
            }
            Self::Damaged { kept_as } => {
                write!(f, "the ledger was damaged (kept as {kept_as}): {DOUBTFUL}")
            }
            Self::Missing => write!(f, "the ledger is missing: {DOUBTFUL}"),
        }
    }
}

/// What doubt means, for people.
const DOUBTFUL: &str = "cards that do not tell their tries are blocked on this workstation until \
                        released, others have one try";
