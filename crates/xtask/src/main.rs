//! `cargo xtask`: everything a developer runs, one word each.
//!
//! It builds with Rust and a linker alone, because it is what installs everything else. It keeps no
//! state and knows nothing of cards: it starts programs, in the right order and with the right rights.

mod cargo;
mod deny;
mod error;
mod fuzz;
mod machine;
mod namespaces;
mod package;
mod pki;
mod play;
mod recording;
mod say;
mod setup;
mod suite;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::TaskError;
use crate::setup::Purpose;

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "What a developer of Lanyard runs")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

/// One word each.
#[derive(Debug, Subcommand)]
enum Task {
    /// Installs the packages that everything else needs, and no more
    Setup,
    /// Checks and tests everything; the last line is the count of tests
    Test,
    /// Checks what no compiler checks: headers, sizes, names, links, reasons
    Tidy,
    /// Checks licences, sources and bans of all dependencies with cargo-deny
    Deny,
    /// Shows cards coming and going, on a private pcscd and bus
    Demo {
        /// What the demo is told: `--script` plays its story to the end
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measures the release build beside other programs
    Bench {
        /// What the bench is told: `--json FILE` writes the figures
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Makes the Debian packages of the release build
    Package {
        /// Tries them on fresh Debians too, from installation to purge; needs root
        #[arg(long)]
        check: bool,
    },
    /// Makes the whole test PKI in a folder: authorities, revocation lists, holders' certificates and cards
    Pki {
        /// The folder; `target/pki` if nothing is said
        folder: Option<PathBuf>,
        /// As if it were this time: 2026-09-01 or 2026-09-01T12:00:00Z
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
    /// Plays the demo's story and draws it, docs/pictures/demo.svg
    Recording,
    /// Writes the D-Bus reference, docs/dbus-reference.md, from the interface XML
    Reference,
    /// Plays stories in virtual machines with systemd and a USB reader; needs root
    VmTest {
        /// What the stories' player is told: `--guest debian-12`, `--figures`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Feeds the parsers what nobody thought of
    Fuzz {
        /// One target; all of them if nothing is said
        target: Option<String>,
        /// For so long each
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            say::complaint(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode, TaskError> {
    // Paths that the developer names are meant from where the developer is.
    let from = std::env::current_dir().map_err(TaskError::io("finding the current folder"))?;
    std::env::set_current_dir(cargo::repository())
        .map_err(TaskError::io("entering the repository"))?;
    match task {
        Task::Setup => setup::ensure(Purpose::Everything).map(|()| ExitCode::SUCCESS),
        Task::Test => suite::run(),
        Task::Tidy => tidy::run().map(code),
        Task::Deny => deny::run().map(code),
        Task::Demo { arguments } => play::demo(&arguments),
        Task::Bench { arguments } => play::bench(&arguments),
        Task::Package { check } => package::run(check).map(code),
        Task::Pki { folder, at } => {
            let folder = folder.map(|folder| from.join(folder));
            pki::run(folder.as_deref(), at.as_deref())
        }
        Task::Recording => recording::run(),
        Task::Reference => play::reference(),
        Task::VmTest { arguments } => machine::play(&arguments),
        Task::Fuzz { target, seconds } => fuzz::run(target.as_deref(), seconds).map(code),
    }
}

fn code(clean: bool) -> ExitCode {
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
