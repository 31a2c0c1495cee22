//! The log: entries with fields where standard error is the journal, lines on standard error elsewhere.
//!
//! What is worth telling, and at which level, is decided where it happens; here it is only written.

mod entry;
mod holder;
mod native;

use std::{
    env,
    io::{self, IsTerminal},
};

use lanyard_settings::{Level, Log};
use tracing_subscriber::{
    Layer as _, filter::LevelFilter, fmt, layer::SubscriberExt as _, reload,
    util::SubscriberInitExt as _,
};

pub(crate) use holder::Shown;
use native::Native;

/// Where journald listens (`systemd-journald.service(8)`).
const JOURNAL: &str = "/run/systemd/journal/socket";

/// Begins the log. What is returned changes how much it tells.
pub fn begin(log: &Log) -> impl Fn(&Log) + Send + use<> {
    let filter = |level: Level| LevelFilter::from_level(level.into());
    let (layer, handle) = reload::Layer::new(filter(log.level));
    let written = if is_journal() {
        Native::to(JOURNAL).boxed()
    } else {
        let ansi = io::stderr().is_terminal();
        fmt::layer().with_writer(io::stderr).with_ansi(ansi).boxed()
    };
    tracing_subscriber::registry().with(layer).with(written).init();
    move |log| {
        if let Err(error) = handle.modify(|current| *current = filter(log.level)) {
            tracing::warn!(%error, "the log tells as much as before");
        }
    }
}

/// Whether standard error is the journal (`systemd.exec(5)`, `$JOURNAL_STREAM`).
fn is_journal() -> bool {
    let ours =
        rustix::fs::fstat(io::stderr()).map(|file| format!("{}:{}", file.st_dev, file.st_ino));
    ours.is_ok_and(|ours| env::var("JOURNAL_STREAM").is_ok_and(|journal| journal == ours))
}
