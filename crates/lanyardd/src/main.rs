//! `lanyardd`: reads the settings, sets up the log, and runs the daemon until it is told to stop.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    process::ExitCode,
    sync::Arc,
};

use clap::Parser;
use lanyard_iso7816::keep_memory_to_ourselves;
use lanyard_reader::PcscEvents;
use lanyardd::{
    arguments::Arguments,
    daemon::{self, Hardware},
    settings::{Layers, Settings, shown},
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let read = Layers::read(arguments.config.as_deref())
        .and_then(|layers| layers.settings().map(|settings| (layers, settings)));
    let (layers, settings) = match read {
        Ok(read) => read,
        Err(error) => return complain(&error),
    };
    if let Some(form) = arguments.show_config {
        let written = io::stdout().write_all(shown(&layers, form).as_bytes());
        return written.map_or_else(|error| complain(&error), |()| ExitCode::SUCCESS);
    }
    if arguments.check_config {
        return ExitCode::SUCCESS;
    }
    if let Err(error) = keep_memory_to_ourselves() {
        return complain(&format!("memory cannot be kept from others: {error}"));
    }
    let level = tracing::Level::from(settings.log.level);
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    match run(&settings, &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(settings: &Settings, arguments: &Arguments) -> Result<(), daemon::DaemonError> {
    let (events, stop) = PcscEvents::new()?;
    let readers = Arc::new(events.readers());
    let stop = Box::new(move || stop.stop());
    let hardware = Hardware { events: Box::new(events), stop, readers };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(daemon::run(settings, &arguments.bus, hardware))
}

#[expect(clippy::print_stderr, reason = "there is no log before the settings are known")]
fn complain(error: &dyn fmt::Display) -> ExitCode {
    eprintln!("lanyardd: {error}");
    ExitCode::FAILURE
}
