//! The daemon's parts, so that tests can put them together in other ways than `main` does.
//!
//! `engine` owns all state and does no I/O; everything else here is the outer layer around it: threads
//! that wait for readers and talk to cards, the bus, the clock, the settings. No passcode, no PC/SC and
//! no PIV command is named here.

pub mod arguments;
pub mod bus;
mod card_thread;
mod clock;
mod clock_set;
pub mod daemon;
mod directory;
pub mod engine;
pub mod guard;
mod journal;
mod judges;
pub mod log;
mod metrics;
mod monitor;
mod reader_details;
mod records;
pub mod reload;
mod signer;
mod status;
mod timer;
