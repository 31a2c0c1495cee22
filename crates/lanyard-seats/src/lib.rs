//! Who sits where: login sessions and seats as logind tells of them, the callers of methods, and what polkit grants.
//!
//! [`Desks`] watches logind and says who calls; what changes is told as [`DeskEvent`]s. [`may_use`] is the rule by
//! which a caller may use a reader, and takes plain values. Cards, requests and what the callers want are not known
//! here. Nothing here grants anything.

mod action;
mod caller;
mod deadlines;
mod desk;
mod desks;
mod ear;
mod event;
mod logind;
mod notes;
mod polkit;
mod process;
mod readers;
mod rule;
mod seating;
mod watch;

pub use action::Action;
pub use caller::{Caller, CallerError, NoDesk};
pub use deadlines::Deadlines;
pub use desk::{Class, Desk, Kind, NotASeatName, Place, Screen, SeatName, SessionId, Standing};
pub use desks::{Desks, NOTES};
pub use event::{DeskEvent, Doubt, SleepId};
pub use polkit::{Interaction, Polkit, Verdict};
pub use readers::{SeatByName, SeatsOfReaders};
pub use rule::{Access, Users, Why, may_use};
pub use seating::Seating;
