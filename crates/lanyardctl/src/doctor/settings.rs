//! Whether the settings are in order, and whether the running daemon has read them.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use lanyard_settings::{DEFAULT_FILE, Layers, Mode, Settings, SettingsError};
use lanyard_trust::UnixTime;

use super::{
    bus::Daemon,
    finding::{Check, Finding},
    job::Missing,
};

/// What the settings' files say.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) settings: Settings,
    /// When one of the files, or the folder that holds them, was changed last; none where there is none.
    pub(super) changed: Option<UnixTime>,
}

impl Site {
    /// Reads them as the daemon does.
    ///
    /// # Errors
    /// When they are not in order.
    pub(super) fn read(named: Option<&Path>) -> Result<Self, SettingsError> {
        let (_, settings) = Layers::in_order(named)?;
        let file = named.unwrap_or(Path::new(DEFAULT_FILE));
        Ok(Self { settings, changed: changed(file) })
    }

    /// Who may use cards.
    pub(super) const fn mode(&self) -> Mode {
        self.settings.access.mode
    }
}

/// When something was last written to, added or taken away.
fn changed(file: &Path) -> Option<UnixTime> {
    let folder = file.with_extension("d");
    let entries = fs::read_dir(&folder).into_iter().flatten();
    let further = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let all: Vec<PathBuf> = [file.to_owned(), folder].into_iter().chain(further).collect();
    let written = |path: &PathBuf| -> io::Result<SystemTime> { fs::metadata(path)?.modified() };
    all.iter().filter_map(|path| written(path).ok()).max().map(UnixTime::from)
}

/// Says how the settings are.
pub(super) fn judge(
    site: Result<&Result<Site, SettingsError>, &Missing>,
    daemon: Option<&Daemon>,
) -> Vec<Finding> {
    let check = Check::Settings;
    match site {
        Err(why) => vec![check.missing(
            *why,
            "the folder of the settings",
            "is its file system there? `mount`",
        )],
        Ok(Err(SettingsError::Unreadable { file, source }))
            if source.kind() == io::ErrorKind::PermissionDenied =>
        {
            let fact = format!("{} may not be read by this user", file.display());
            vec![check.unknown(fact, "`sudo lanyardctl doctor`")]
        }
        Ok(Err(error)) => vec![check.wrong(
            format!("the settings are not in order: {error}"),
            "correct that line; then `lanyardctl config check && sudo systemctl restart lanyardd`",
        )],
        Ok(Ok(site)) => {
            let read = daemon.map(|daemon| read(site.changed, daemon.began));
            [Some(check.good("the settings are in order")), read].into_iter().flatten().collect()
        }
    }
}

/// Whether the daemon began after the last change. A second is what boot times are known to.
fn read(changed: Option<UnixTime>, began: Option<UnixTime>) -> Finding {
    let check = Check::SettingsRead;
    match (changed, began) {
        (None, _) => check.good("there are no settings but the defaults"),
        (Some(_), None) => check.unknown("it cannot be seen when lanyardd began", ""),
        (Some(changed), Some(began)) if changed.0 > began.0.saturating_add(1) => check.attention(
            format!(
                "settings were changed at {changed}, after lanyardd began: they may not be in force"
            ),
            "`sudo systemctl reload lanyardd`; its journal says whether a restart is needed",
        ),
        (Some(_), Some(_)) => check.good("lanyardd began after the last change of the settings"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict::{self, Attention, Good, Unknown, Wrong};

    #[test]
    fn settings_are_good_only_if_in_order_and_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lanyard.toml");
        fs::write(&file, "[reader]\npin-pads = \"off\"\n").unwrap();
        let broken = judge(Ok(&Site::read(Some(&file))), None);
        assert_eq!(broken[0].verdict, Wrong);
        assert!(broken[0].fact.contains("lanyard.toml:2: unknown field"), "{broken:?}");
        assert_eq!(judge(Err(&Missing::Late), None)[0].verdict, Wrong);
        fs::write(&file, "[reader]\npin-pad = \"off\"\n").unwrap();
        let site = Site::read(Some(&file));
        assert!(site.as_ref().unwrap().changed.is_some());
        let verdicts = |began| -> Vec<Verdict> {
            let daemon = Daemon { began, ..Daemon::default() };
            judge(Ok(&site), Some(&daemon)).iter().map(|it| it.verdict).collect()
        };
        assert_eq!(verdicts(Some(UnixTime(i64::MAX))), [Good, Good]);
        assert_eq!(verdicts(Some(UnixTime(1_600_000_000))), [Good, Attention]);
        assert_eq!(verdicts(None), [Good, Unknown]);
    }

    #[test]
    fn a_file_that_is_added_beside_the_settings_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lanyard.toml");
        assert_eq!(changed(&file), None);
        fs::create_dir(folder.path().join("lanyard.d")).unwrap();
        assert!(changed(&file).is_some());
    }
}
