//! SIGHUP: the settings are read again, and taken over as a whole or not at all.
//!
//! Those that the log and the engine alone hold can be others while the daemon runs. Whatever else has changed waits
//! for the next start, and these with it, so that the daemon never runs by half of what the files say. Folders of
//! certificates and lists are not read here.

use std::path::PathBuf;

use lanyard_settings::{Layers, Log, Settings, SettingsError};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::{mpsc, oneshot},
};

use crate::daemon::Change;

/// What can change while the daemon runs: sections by their dot, else single settings. The others were handed to
/// threads and files when these began; a session's greatest length is in what its card has signed for tickets.
const LIVE: [&str; 12] = [
    "log.",
    "card.answer-within-ms",
    "card.free-within-ms",
    "prompt.",
    "terms.",
    "passcode.",
    "session.on-removal",
    "session.on-switch",
    "session.reverify-after-unlock",
    "session.idle-minutes",
    "session.unattended-minutes",
    "profiles.",
];

/// What the daemon runs by, and how to change it.
pub struct Reload {
    file: Option<PathBuf>,
    running: Layers,
    changes: mpsc::Sender<Change>,
    set_log: Box<dyn Fn(&Log) + Send>,
}

/// What came of reading the settings again.
#[derive(Debug)]
enum Reread {
    /// They say what they said.
    Same,
    /// These are others now.
    Taken(Vec<String>, Box<Settings>),
    /// These are others, and hold from the next start on.
    AfterRestart(Vec<String>),
    /// They are not in order; nothing has changed.
    Refused(SettingsError),
}

impl Reload {
    /// For settings that were read from `file`, or the usual one. Others go into `changes`; `set_log` changes what
    /// the log tells.
    pub fn new(
        file: Option<PathBuf>,
        running: Layers,
        changes: mpsc::Sender<Change>,
        set_log: impl Fn(&Log) + Send + 'static,
    ) -> Self {
        Self { file, running, changes, set_log: Box::new(set_log) }
    }

    /// Reads the settings at each SIGHUP, for ever.
    pub async fn at_each_hangup(mut self) {
        let mut hangup = match signal(SignalKind::hangup()) {
            Ok(hangup) => hangup,
            Err(error) => return tracing::error!(%error, "settings will not be read again"),
        };
        while hangup.recv().await.is_some() {
            let reread = self.again();
            // Settings may have this sentence told no more, or only now.
            let is_told = tracing::enabled!(tracing::Level::INFO);
            if is_told {
                tell(&reread);
            }
            self.hand_over(&reread).await;
            if !is_told {
                tell(&reread);
            }
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
        if !changed.iter().all(|name| is_live(name)) {
            return Reread::AfterRestart(changed);
        }
        self.running = layers;
        Reread::Taken(changed, Box::new(settings))
    }

    /// Returns when it is done.
    async fn hand_over(&mut self, reread: &Reread) {
        let settings = match reread {
            Reread::Taken(_, settings) => Some(settings.clone()),
            Reread::Same | Reread::AfterRestart(_) | Reread::Refused(_) => None,
        };
        if let Some(settings) = &settings {
            (self.set_log)(&settings.log);
        }
        let (taken, done) = oneshot::channel();
        let change = Change { settings, held_back: reread.held_back(), taken };
        // A daemon that is about to end takes nothing over any more.
        if self.changes.send(change).await.is_ok() {
            let _ = done.await;
        }
    }
}

impl Reread {
    /// Why the settings stay as they are although they were to be others.
    fn held_back(&self) -> Option<String> {
        match self {
            Self::Same | Self::Taken(..) => None,
            Self::AfterRestart(names) => {
                Some(format!("settings that wait for a restart: {}", names.join(" ")))
            }
            Self::Refused(error) => Some(format!("settings refused: {error}")),
        }
    }
}

fn is_live(name: &str) -> bool {
    LIVE.iter().any(|live| if live.ends_with('.') { name.starts_with(live) } else { name == *live })
}

fn tell(reread: &Reread) {
    match reread {
        Reread::Same => tracing::info!("the settings are what they were"),
        Reread::Taken(names, _) => {
            tracing::info!(changed = names.join(" "), "the settings are taken over");
        }
        Reread::AfterRestart(names) => {
            let changed = names.join(" ");
            tracing::warn!(changed, "the settings stay as they are until the daemon is restarted");
        }
        Reread::Refused(error) => {
            tracing::error!("the settings stay as they are: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use lanyard_settings::{Form, Level, shown};

    use super::*;

    struct Scene {
        folder: tempfile::TempDir,
        reload: Reload,
    }

    impl Scene {
        fn with(text: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("lanyard.toml");
            fs::write(&file, text).unwrap();
            let running = Layers::read(Some(&file)).unwrap();
            let reload = Reload::new(Some(file), running, mpsc::channel(1).0, |_| {});
            Self { folder, reload }
        }

        fn says(&mut self, text: &str) -> Reread {
            fs::write(self.folder.path().join("lanyard.toml"), text).unwrap();
            self.reload.again()
        }
    }

    #[test]
    fn settings_are_taken_over_as_a_whole_or_not_at_all() {
        let mut scene = Scene::with("[card]\nsign-in-key = \"9C\"\n");
        let same = "# The same.\n[card]\nsign-in-key = \"9C\"\n[log]\nlevel = \"info\"\n";
        assert!(matches!(scene.says(same), Reread::Same));

        let warn = "[card]\nsign-in-key = \"9C\"\nfree-within-ms = 300\n[log]\nlevel = \"warn\"\n";
        let Reread::Taken(names, settings) = scene.says(warn) else { panic!() };
        assert_eq!(names, ["card.free-within-ms", "log.level"]);
        assert_eq!(settings.log.level, Level::Warn);

        let wrong = "[card]\nfree-within-ms = 3\n[log]\nlevel = \"debug\"\n";
        let refused = scene.says(wrong);
        assert!(matches!(refused, Reread::Refused(SettingsError::Wrong { line: 2, .. })));
        assert!(refused.held_back().unwrap().starts_with("settings refused: "));
        let Reread::AfterRestart(names) = scene.says("[log]\nlevel = \"debug\"\n") else {
            panic!()
        };
        assert_eq!(names, ["card.free-within-ms", "card.sign-in-key", "log.level"]);
        let same = scene.says(warn);
        assert!(matches!(same, Reread::Same), "half of the settings were taken over");
        assert_eq!(same.held_back(), None, "what was wrong is mended");
    }

    #[test]
    fn every_live_setting_is_one_and_the_document_names_those_that_are() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let all = shown(&Layers::read(Some(file.path())).unwrap(), Form::Json);
        let name_of = |line: &str| {
            let line = line.strip_prefix("{\"section\":\"")?;
            let (section, rest) = line.split_once("\",\"key\":\"")?;
            Some(format!("{section}.{}", rest.split('"').next()?))
        };
        let settings: Vec<_> = all.lines().filter_map(name_of).collect();
        for live in LIVE {
            let is_meant = |name: &String| {
                if live.ends_with('.') { name.starts_with(live) } else { name == live }
            };
            assert!(settings.iter().any(is_meant), "{live} is no setting");
        }
        let document = include_str!("../../../docs/settings.md");
        let (_, after) = document.split_once("can change while the daemon runs: ").unwrap();
        let (told, _) = after.split_once(". ").unwrap();
        let told: Vec<_> = told.split('`').skip(1).step_by(2).collect();
        let as_told = LIVE.map(|live| match live.strip_suffix('.') {
            Some(section) => format!("[{section}]"),
            None => live.to_owned(),
        });
        assert_eq!(told, as_told);
    }
}
