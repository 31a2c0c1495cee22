//! The command line.

use clap::{Parser, Subcommand};

/// Shows what the identity agent for smartcards knows: readers, cards, and what happens to them.
#[derive(Clone, Debug, Parser)]
#[command(name = "lanyardctl", version)]
pub(crate) struct Arguments {
    /// Ask on this bus: system, session, or the address of one
    #[arg(long, value_name = "BUS", default_value = "system", global = true)]
    pub(crate) bus: String,

    /// Write JSON for machines: one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) task: Task,
}

/// What is to be done.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Task {
    /// List the readers and what is in them
    Readers,
    /// List the cards, how far they are, and how many tries they have
    Cards,
    /// Follow what happens, one line an event, until interrupted
    Watch,
    /// Let the holder of a card prove who they are, asking for the passcode in this terminal
    Login {
        /// The card's object path; without it, the only card that can be used
        #[arg(long, value_name = "PATH")]
        card: Option<String>,
    },
    /// Ask for passcodes in this terminal, for every application of this desktop
    Agent,
}
