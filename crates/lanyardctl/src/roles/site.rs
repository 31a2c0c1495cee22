//! How the site's role directory is set up: from the daemon's settings, of which only what is needed is read, and
//! from the command line. Whether the settings are right as a whole is `lanyardd --check-config`'s to say.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use lanyard_roles::{
    Catalogue, CloseDate, FileError, KeyRights, OdsCode, Organisations, Persons, Profile,
    ProfileError,
    directory::{FolderSettings, Layout, Unsigned},
};
use serde::Deserialize;

use crate::{Failure, arguments::Report};

const USUAL: &str = "/etc/lanyard/lanyard.toml";

/// What a report needs to know.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) directory: FolderSettings,
    pub(super) close_date: CloseDate,
    pub(super) catalogue: Catalogue,
    pub(super) profiles: BTreeMap<String, Profile>,
}

/// What can be wrong with it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SiteFault {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is no TOML, or a setting has another form.
    #[error("{}", .0.message().replace('\n', " "))]
    Settings(#[from] toml::de::Error),
    /// A profile is none.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// It is no catalogue.
    #[error("no catalogue: {0}")]
    Catalogue(#[from] FileError),
}

impl SiteFault {
    pub(super) fn of(self, file: &Path) -> Failure {
        Failure::Directory { file: file.to_owned(), why: self }
    }
}

/// The settings, as far as they are needed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Settings {
    roles: Roles,
    profiles: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Roles {
    catalogue: PathBuf,
    folder: PathBuf,
    layout: LayoutWord,
    keys: PathBuf,
    rights: BTreeMap<String, Rights>,
    close_date: CloseDateWord,
    danger_unsigned: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Rights {
    organisations: Vec<String>,
    anybody: bool,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LayoutWord {
    #[default]
    Flat,
    ByPrefix,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CloseDateWord {
    #[default]
    FirstClosedDay,
    LastOpenDay,
}

impl Default for Roles {
    fn default() -> Self {
        Self {
            catalogue: PathBuf::new(),
            folder: "/etc/lanyard/roles".into(),
            layout: LayoutWord::Flat,
            keys: "/etc/lanyard/role-keys".into(),
            rights: BTreeMap::new(),
            close_date: CloseDateWord::FirstClosedDay,
            danger_unsigned: false,
        }
    }
}

impl Site {
    /// Reads what the command line names, or what is usual.
    pub(super) fn read(wanted: &Report) -> Result<Self, Failure> {
        let file = wanted.config.as_deref().unwrap_or(Path::new(USUAL));
        let settings = match fs::read_to_string(file) {
            Ok(text) => toml::from_str(&text).map_err(|error| SiteFault::from(error).of(file))?,
            Err(error) if wanted.config.is_none() && error.kind() == io::ErrorKind::NotFound => {
                Settings::default()
            }
            Err(error) => return Err(SiteFault::from(error).of(file)),
        };
        let Settings { mut roles, profiles } = settings;
        let profiles = Profile::of_site(&profiles).map_err(|it| SiteFault::from(it).of(file))?;
        if let Some(catalogue) = &wanted.catalogue {
            roles.catalogue.clone_from(catalogue);
        }
        if let Some(folder) = &wanted.folder {
            roles.folder.clone_from(folder);
        }
        if let Some(keys) = &wanted.keys {
            roles.keys.clone_from(keys);
        }
        let catalogue = catalogue(&roles.catalogue)?;
        let close_date = roles.close_date.into();
        Ok(Self { directory: roles.into(), close_date, catalogue, profiles })
    }
}

/// The starter, when no other is named.
fn catalogue(file: &Path) -> Result<Catalogue, Failure> {
    if file.as_os_str().is_empty() {
        return Ok(Catalogue::starter());
    }
    let json = fs::read(file).map_err(|error| SiteFault::from(error).of(file))?;
    let loaded = Catalogue::load(&json).map_err(|error| SiteFault::from(error).of(file))?;
    Ok(loaded.0)
}

impl From<Roles> for FolderSettings {
    fn from(roles: Roles) -> Self {
        let unsigned =
            if roles.danger_unsigned { Unsigned::DangerAccepted } else { Unsigned::Refused };
        let layout = match roles.layout {
            LayoutWord::Flat => Layout::Flat,
            LayoutWord::ByPrefix => Layout::ByPrefix,
        };
        let rights = roles.rights.into_iter().map(|(name, rights)| (name, rights.into())).collect();
        Self { layout, rights, unsigned, ..Self::new(roles.folder, roles.keys) }
    }
}

impl From<Rights> for KeyRights {
    fn from(rights: Rights) -> Self {
        let is_all = rights.organisations.iter().any(|code| code == "*");
        let codes = rights.organisations.iter().filter_map(|code| OdsCode::parse(code)).collect();
        Self {
            organisations: if is_all { Organisations::All } else { Organisations::Only(codes) },
            persons: if rights.anybody { Persons::Anybody } else { Persons::OfItsOrganisations },
        }
    }
}

impl From<CloseDateWord> for CloseDate {
    fn from(word: CloseDateWord) -> Self {
        match word {
            CloseDateWord::FirstClosedDay => Self::FirstClosedDay,
            CloseDateWord::LastOpenDay => Self::LastOpenDay,
        }
    }
}
