//! The bench: what the release build needs, beside a raw PC/SC client, OpenSC and OpenSSL in the same
//! run.
//!
//! Absolute times are those of one machine at one moment, so delays are counted from the moment at which
//! a raw client beside the daemon wakes up, and commands are counted at the card. A table goes to
//! standard output, with `--json FILE` one flat object of the same names and figures to a file. Names
//! stay as they are: figures are compared over time.

#![expect(clippy::print_stdout, reason = "a bench speaks to the person who runs it")]

mod certificates;
mod commands;
mod conversation;
mod error;
mod figures;
mod holder;
mod idle;
mod overhead;
mod peers;
mod raw;
mod recovery;
mod sessions;
mod signals;
mod start;
mod tickets;
mod traffic;

use std::{fs, path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};
use lanyard_stack::Stack;
use lanyard_witness::Witness;
use tokio::runtime::{self, Runtime};

use error::BenchError;
use figures::Figures;

/// Measures the release build beside other programs.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench")]
struct Arguments {
    /// Also write one flat JSON object with every figure
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Insertions and removals to be measured, and authentications
    #[arg(long, value_name = "N", default_value_t = 200)]
    cycles: usize,
    /// Seconds during which nothing happens and wake-ups are counted
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    idle: u64,
    /// Measure this alone, and not everything
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
    /// Make revocation lists in this folder, and measure nothing: the bench orders this of itself
    #[arg(long, value_name = "FOLDER", hide = true)]
    make_lists: Option<PathBuf>,
    /// Make a role directory in this folder, and measure nothing: the bench orders this of itself
    #[arg(long, value_name = "FOLDER", hide = true)]
    make_directory: Option<PathBuf>,
}

/// What is measured, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Commands and bytes, ours and other programs'
    Commands,
    /// The start of the daemon
    Start,
    /// Restarts of pcscd
    Recovery,
    /// Delays of signals
    Signals,
    /// The daemon's own time in an authentication
    Overhead,
    /// Judging certificates
    Certificates,
    /// The end of sessions, roles, and where they come from
    Sessions,
    /// Tickets of sessions
    Tickets,
    /// What happens while nothing happens
    Idle,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("The bench failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), BenchError> {
    if let Some(folder) = &arguments.make_lists {
        return certificates::make_lists(folder);
    }
    if let Some(folder) = &arguments.make_directory {
        return sessions::make_directory(folder);
    }
    let mut figures = Figures::default();
    for part in Part::value_variants() {
        if arguments.only.is_none_or(|only| only == *part) {
            measure(*part, arguments, &mut figures)?;
        }
    }
    println!("{figures}");
    match &arguments.json {
        Some(file) => Ok(fs::write(file, format!("{:#}\n", figures.json()))?),
        None => Ok(()),
    }
}

fn measure(part: Part, arguments: &Arguments, figures: &mut Figures) -> Result<(), BenchError> {
    match part {
        Part::Commands => commands::measure(figures),
        Part::Start => start::measure(figures),
        Part::Recovery => recovery::measure(figures),
        Part::Signals => signals::measure(arguments.cycles, figures),
        Part::Overhead => overhead::measure(arguments.cycles, figures),
        Part::Certificates => certificates::measure(arguments.cycles, figures),
        Part::Sessions => sessions::measure(arguments.cycles, figures),
        Part::Tickets => tickets::measure(arguments.cycles, figures),
        Part::Idle => idle::measure(arguments.idle, figures),
    }
}

/// A client on the stack's bus, and what makes it move.
fn witness(stack: &Stack) -> Result<(Runtime, Witness), BenchError> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let witness = runtime.block_on(Witness::on_bus(stack.bus().address()));
    Ok((runtime, witness))
}
