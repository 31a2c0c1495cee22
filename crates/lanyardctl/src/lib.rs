//! The command line of `lanyardctl` as data, for the manual pages and the shell completions that are made of it.
//!
//! Nothing is done here; the program has the same module for that.

#[expect(
    dead_code,
    unused_imports,
    reason = "the program uses what is parsed; here it is only described"
)]
mod arguments;

use clap::CommandFactory as _;

/// The whole command line.
pub fn command() -> clap::Command {
    arguments::Arguments::command()
}
