//! Stories on the real stack, one file a theme. Each test has namespaces of its own.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod agents;
mod cards;
mod certificates;
mod certificates_shown;
mod clients;
mod config;
mod daemon;
mod desks;
mod disturbances;
mod doctor;
mod endurance;
mod examples;
mod installed;
mod kills;
mod metrics;
mod outside;
mod protocols;
mod readers;
mod records;
mod secrets;
mod service;
mod sessions_shown;
mod sharing;
mod sitting;
mod terminal;

use lanyard_stack::{Daemon, Stack};
use lanyard_witness::Witness;

/// A stack with this many readers, the daemon on it with its defaults, and a witness.
async fn stage(readers: usize) -> (Stack, Daemon, Witness) {
    let stack = Stack::builder().readers(readers).start().unwrap();
    let daemon = stack.daemon("").unwrap();
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    witness.readers(readers).await;
    (stack, daemon, witness)
}
