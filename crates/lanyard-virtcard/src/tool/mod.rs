//! The command-line tool: one virtual reader, one card at a time, orders read line by line.
//!
//! All decisions are the station's, on the main thread. The other threads only wait: for lines, for
//! signals, for the reader.

mod desk;
mod listen;
mod order;
mod outcome;
mod pki;
mod start;
mod station;

pub(crate) use start::{Program, run};

use std::sync::mpsc::Sender;

use lanyard_virtcard::plug::PlugEvent;

use order::Order;
use outcome::Outcome;

/// What the main thread waits for.
enum Event {
    /// Somebody wants something done and waits for the outcome.
    Ordered(Order, Sender<Outcome>),
    /// Something happened to the card that was put in with this number.
    Plug(u64, PlugEvent),
    /// SIGTERM or SIGINT.
    Stop,
}
