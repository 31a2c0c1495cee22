//! The log: lines on standard error, which systemd hands to the journal.

use std::{
    env,
    io::{self, IsTerminal},
};

use lanyard_settings::Level;
use tracing_subscriber::{
    Layer as _, filter::LevelFilter, fmt, layer::SubscriberExt as _, reload,
    util::SubscriberInitExt as _,
};

/// Begins the log. What is returned changes how much it tells.
pub(crate) fn begin(level: Level) -> impl Fn(Level) + Send {
    let filter = |level: Level| LevelFilter::from_level(level.into());
    let (layer, handle) = reload::Layer::new(filter(level));
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let lines = if is_journal() { lines.without_time().boxed() } else { lines.boxed() };
    tracing_subscriber::registry().with(layer).with(lines).init();
    move |level| {
        if let Err(error) = handle.modify(|current| *current = filter(level)) {
            tracing::warn!(%error, "the log tells as much as before");
        }
    }
}

/// Whether standard error is the journal, which dates its lines itself (`systemd.exec(5)`, `$JOURNAL_STREAM`).
fn is_journal() -> bool {
    let ours =
        rustix::fs::fstat(io::stderr()).map(|file| format!("{}:{}", file.st_dev, file.st_ino));
    ours.is_ok_and(|ours| env::var("JOURNAL_STREAM").is_ok_and(|journal| journal == ours))
}
