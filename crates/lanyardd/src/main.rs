//! `lanyardd`: reads the settings, sets up the log, and runs the daemon until it is told to stop.

use std::{fmt, process::ExitCode, sync::Arc, time::Duration};

use clap::Parser;
use lanyard_iso7816::keep_memory_to_ourselves;
use lanyard_reader::{PcscEvents, part_with_library};
use lanyard_settings::{Layers, Settings};
use lanyardd::{
    arguments::Arguments,
    daemon::{self, Change, Hardware},
    log,
    reload::Reload,
};
use tokio::sync::mpsc;

/// So long the last threads in libpcsclite are waited for; who is still there by then hangs.
const PATIENCE_WITH_LIBRARY: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (layers, settings) = match Layers::in_order(arguments.config.as_deref()) {
        Ok(read) => read,
        Err(error) => return complain(&error),
    };
    if arguments.check_config {
        return ExitCode::SUCCESS;
    }
    if let Err(error) = keep_memory_to_ourselves() {
        return complain(&format!("memory cannot be kept from others: {error}"));
    }
    let set_log = log::begin(&settings.log);
    let (change, changes) = mpsc::channel(1);
    let reload = Reload::new(arguments.config.clone(), layers, change, set_log);
    let ran = run(&settings, &arguments, reload, changes);
    part_with_library(PATIENCE_WITH_LIBRARY);
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(
    settings: &Settings,
    arguments: &Arguments,
    reload: Reload,
    changes: mpsc::Receiver<Change>,
) -> Result<(), daemon::DaemonError> {
    let (events, stop) = PcscEvents::new()?;
    let readers = Arc::new(events.readers());
    let stop = Box::new(move || stop.stop());
    let hardware = Hardware { events: Box::new(events), stop, readers };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.spawn(reload.at_each_hangup());
    runtime.block_on(daemon::run(settings, &arguments.bus, hardware, changes))
}

#[expect(clippy::print_stderr, reason = "there is no log before the settings are known")]
fn complain(error: &dyn fmt::Display) -> ExitCode {
    eprintln!("lanyardd: {error}");
    ExitCode::FAILURE
}
