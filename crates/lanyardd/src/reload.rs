//! SIGHUP: the settings are read again, and taken over as a whole or not at all.
//!
//! While the daemon runs only the section `log` can be another. Whatever else has changed waits for the next start,
//! and `log` with it, so that the daemon never runs by half of what the files say. Folders of certificates and lists
//! are not read here.

use std::path::PathBuf;

use lanyard_settings::{Layers, Log, SettingsError};
use tokio::signal::unix::{SignalKind, signal};

use crate::status;

/// The section that can change while the daemon runs.
const LIVE: &str = "log.";

/// What the daemon runs by, and how to change it.
pub struct Reload {
    file: Option<PathBuf>,
    running: Layers,
    set_log: Box<dyn Fn(&Log) + Send>,
}

/// What came of reading the settings again.
#[derive(Debug)]
enum Reread {
    /// They say what they said.
    Same,
    /// These are others now, and hold.
    Taken(Vec<String>),
    /// These are others, and hold from the next start on.
    AfterRestart(Vec<String>),
    /// They are not in order; nothing has changed.
    Refused(SettingsError),
}

impl Reload {
    /// For settings that were read from `file`, or the usual one. `set_log` changes what the log tells.
    pub fn new(
        file: Option<PathBuf>,
        running: Layers,
        set_log: impl Fn(&Log) + Send + 'static,
    ) -> Self {
        Self { file, running, set_log: Box::new(set_log) }
    }

    /// Reads the settings at each SIGHUP, for ever.
    pub async fn at_each_hangup(mut self) {
        let mut hangup = match signal(SignalKind::hangup()) {
            Ok(hangup) => hangup,
            Err(error) => return tracing::error!(%error, "settings will not be read again"),
        };
        while hangup.recv().await.is_some() {
            tell(&self.again());
        }
    }

    fn again(&mut self) -> Reread {
        let (layers, settings) = match Layers::in_order(self.file.as_deref()) {
            Ok(read) => read,
            Err(error) => return Reread::Refused(error),
        };
        let changed = layers.changed_since(&self.running);
        if changed.is_empty() {
            return Reread::Same;
        }
        if !changed.iter().all(|name| name.starts_with(LIVE)) {
            return Reread::AfterRestart(changed);
        }
        (self.set_log)(&settings.log);
        self.running = layers;
        Reread::Taken(changed)
    }
}

fn tell(reread: &Reread) {
    match reread {
        Reread::Same => tracing::info!("the settings are what they were"),
        Reread::Taken(names) => {
            tracing::info!(changed = names.join(" "), "the settings are taken over");
        }
        Reread::AfterRestart(names) => {
            let changed = names.join(" ");
            tracing::warn!(changed, "the settings stay as they are until the daemon is restarted");
            status::is(&format!("settings that wait for a restart: {changed}"));
        }
        Reread::Refused(error) => {
            tracing::error!("the settings stay as they are: {error}");
            status::is(&format!("settings refused: {error}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::mpsc};

    use lanyard_settings::Level;

    use super::*;

    #[test]
    fn settings_are_taken_over_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lanyard.toml");
        let write = |text: &str| fs::write(&file, text).unwrap();
        write("[card]\nfree-within-ms = 300\n");
        let (levels, set) = mpsc::channel();
        let running = Layers::read(Some(&file)).unwrap();
        let mut reload =
            Reload::new(Some(file.clone()), running, move |log| levels.send(log.level).unwrap());

        write("# The same.\n[card]\nfree-within-ms = 300\n[log]\nlevel = \"info\"\n");
        assert!(matches!(reload.again(), Reread::Same));

        write("[card]\nfree-within-ms = 300\n[log]\nlevel = \"warn\"\n");
        assert!(matches!(reload.again(), Reread::Taken(names) if names == ["log.level"]));
        assert_eq!(set.try_recv().unwrap(), Level::Warn);

        write("[card]\nfree-within-ms = 3\n[log]\nlevel = \"debug\"\n");
        assert!(matches!(reload.again(), Reread::Refused(SettingsError::Wrong { line: 2, .. })));
        write("[log]\nlevel = \"debug\"\n");
        let waiting = ["card.free-within-ms", "log.level"];
        assert!(matches!(reload.again(), Reread::AfterRestart(names) if names == waiting));
        assert!(set.try_recv().is_err(), "half of the settings were taken over");
    }
}
