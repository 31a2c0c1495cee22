//! The demo: a private pcscd with a virtual reader, a private bus, the real daemon, and cards that come
//! and go. Played by hand in a terminal, or by itself with `--script`.
//!
//! Nothing here is special to the daemon: what is shown is what `lanyardctl watch` and any other client
//! on the bus see.

#![expect(clippy::print_stdout, reason = "a demo speaks to the person in front of it")]

mod hand;
mod script;

use std::process::ExitCode;

use clap::Parser;
use lanyard_stack::StackError;

/// Shows cards coming and going on a private stack.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask demo")]
struct Arguments {
    /// Play the whole story unattended; succeeds only if every step happened
    #[arg(long)]
    script: bool,
}

/// Why the demo ended early.
#[derive(Debug, thiserror::Error)]
enum DemoError {
    /// The private stack failed.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// The terminal failed.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] std::io::Error),
    /// The story went another way.
    #[error("{expected} was expected, and {found} was seen")]
    Plot {
        /// What should have happened.
        expected: String,
        /// What did.
        found: String,
    },
}

fn main() -> ExitCode {
    let played = if Arguments::parse().script { script::play() } else { hand::play() };
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("The demo failed: {error}");
            ExitCode::FAILURE
        }
    }
}
