//! `lanyardctl`: asks the running daemon over the bus, and over the bus alone.
//!
//! People get words, machines get JSON (`--json`): one object a line. Nothing is known here that another
//! client could not know.

mod agent;
mod arguments;
mod cards;
mod clock;
mod connection;
mod login;
mod output;
mod readers;
mod snapshot;
mod terminal;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Task};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::complain(&error),
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Output)?;
    let form = output::Form::of(arguments.json);
    runtime.block_on(async {
        let bus = connection::open(&arguments.bus).await?;
        match &arguments.task {
            Task::Readers => readers::list(&bus, form).await,
            Task::Cards => cards::list(&bus, form).await,
            Task::Watch => watch::watch(&bus, form).await,
            Task::Login { card } => login::login(&bus, card.as_deref(), form).await,
            Task::Agent => login::agent(&bus).await,
        }
    })
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The bus is not there.
    #[error("the {bus} bus cannot be reached: {source}")]
    Bus {
        /// Which bus.
        bus: String,
        /// Why.
        source: zbus::Error,
    },
    /// Nobody owns the daemon's name.
    #[error("lanyardd is not running on this bus")]
    NotRunning,
    /// The daemon or the bus refused or failed.
    #[error("{0}")]
    Call(#[from] zbus::Error),
    /// The daemon's objects lack something.
    #[error("{path} has no usable property {property}: is lanyardd of another version?")]
    Property {
        /// Which object.
        path: String,
        /// Which property.
        property: &'static str,
    },
    /// The daemon refused, and said why.
    #[error("{0}")]
    Refused(#[source] lanyard_dbus::Error),
    /// The person does not want to.
    #[error("cancelled")]
    Cancelled,
    /// More was typed than any passcode has.
    #[error("that is longer than any passcode")]
    TooLong,
    /// It did not come to what was wanted; that has been said.
    #[error("")]
    NotDone,
    /// The bus ended.
    #[error("the connection to the bus ended")]
    BusClosed,
    /// What was found cannot be written.
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl From<zbus::fdo::Error> for Failure {
    fn from(error: zbus::fdo::Error) -> Self {
        match error {
            zbus::fdo::Error::ServiceUnknown(_) | zbus::fdo::Error::NameHasNoOwner(_) => {
                Self::NotRunning
            }
            other => Self::Call(other.into()),
        }
    }
}
