//! Readers and cards: what comes and goes, and talking to a card in a transaction.
//!
//! The only crate that names PC/SC (PC/SC Workgroup specifications, parts 5 and 10, as pcsc-lite
//! implements them). Its two seams are traits without PC/SC in them: [`ReaderEvents`], on which one
//! thread waits, and [`Readers`], which gives connections to cards. What is said to a card is not known
//! here, and no byte of it is ever logged here.

mod card;
mod describe;
mod event;
mod fault;
mod folder;
mod gate;
mod lookout;
mod monitor;
mod name;
mod pin_pad;
mod protocol;
mod seam;
pub mod seat;
mod service;
mod snapshot;
mod table;
mod waiting;

pub use card::PcscReaders;
pub use event::{ReaderEvent, Service};
pub use gate::part_with_library;
pub use monitor::PcscEvents;
pub use name::{Atr, NotAReaderName, ReaderName};
pub use pin_pad::{ControlCode, Display, EntryEnds, PadEntry, PadProperties, PinPad};
pub use seam::{
    Afterwards, CardConnection, CardTransaction, ReaderDetails, ReaderError, ReaderEvents, Readers,
    UsbAddress,
};
pub use waiting::Stop;
