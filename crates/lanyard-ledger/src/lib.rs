//! What must survive a crash: attempts at a passcode, strikes, local blocks, the head of the audit log.
//!
//! An attempt is on the disk before a card hears of it. [`Ledger::begin`] gives an [`IntentSynced`], which
//! whoever speaks to cards takes by value; what became of it comes back as a [`Settlement`]. The card's
//! counter is the truth and this ledger may only be stricter: at most [`MOST_REFUSALS`] refusals in a row.
//!
//! This crate knows no card command, no bus and no clock, and none of the other crates. It never waits.

mod attempt;
mod book;
mod checksum;
pub mod disk;
mod error;
mod ledger;
mod record;
mod rules;
mod salvage;
mod serial;

pub use attempt::{Intent, IntentSynced, Purpose, Sent, Settlement};
pub use book::MOST_CARDS;
pub use error::{Finding, LedgerError, Step};
pub use ledger::{AuditHead, Ledger, OpenIntent, Standing};
pub use rules::{Counter, MOST_REFUSALS};
pub use serial::{CardSerial, MalformedSerial};
