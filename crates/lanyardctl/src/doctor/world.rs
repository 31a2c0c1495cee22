//! What is examined, by whom, and when.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use lanyard_trust::UnixTime;

use crate::clock;

/// How long everything together may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is examined.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// The root of the file system: `/` but in tests.
    pub(crate) root: PathBuf,
    /// Which bus.
    pub(crate) bus: String,
    /// The settings' file, if another than the usual one.
    pub(crate) config: Option<PathBuf>,
    /// Who asks.
    pub(crate) uid: u32,
    /// As of when.
    pub(crate) now: UnixTime,
    /// How long everything together may take.
    pub(crate) patience: Duration,
}

impl World {
    /// This workstation, now.
    pub(crate) fn here(bus: &str, config: Option<&Path>) -> Self {
        Self {
            root: "/".into(),
            bus: bus.to_owned(),
            config: config.map(Path::to_owned),
            uid: rustix::process::geteuid().as_raw(),
            now: clock::unix(),
            patience: PATIENCE,
        }
    }

    /// Whether the machine's own bus is asked.
    pub(crate) fn is_of_machine(&self) -> bool {
        self.bus == "system"
    }
}
