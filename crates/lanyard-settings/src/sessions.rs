//! `[session]`, `[site]` and `[roles]`: how long somebody is signed in, where the site is, and who says which roles
//! people have.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::PathBuf,
    time::Duration,
};

use lanyard_roles::{
    Catalogue, CatalogueProblem, CloseDate, FileError, KeyRights, OdsCode, Organisations, Persons,
    directory::{FolderSettings, Layout, Unsigned},
};
use lanyard_session::{Elsewhere, OnRemoval, OnSwitch, Organisation, Reverify};
use serde::Deserialize;

use super::{
    Settings,
    values::{
        close_date, elsewhere, hours, layout, milliseconds, minutes, on_removal, on_switch,
        organisations, organisations_or_all,
    },
};

/// `[session]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Session {
    /// `on-removal`: what the removal of the card does, `"end"`, `"lock"` or `"keep"`.
    #[serde(deserialize_with = "on_removal")]
    pub on_removal: OnRemoval,
    /// `on-switch`: what happens when another user comes to the seat, `"lock"` or `"end"`.
    #[serde(deserialize_with = "on_switch")]
    pub on_switch: OnSwitch,
    /// `reverify-after-unlock`: whether the card is proved again after the screen was locked.
    pub reverify_after_unlock: bool,
    /// `longest-hours`: as long as a session may last.
    #[serde(deserialize_with = "hours")]
    pub longest_hours: Duration,
    /// `idle-minutes`: as long as nobody may do anything in it; 0 for ever.
    #[serde(deserialize_with = "minutes")]
    pub idle_minutes: Option<Duration>,
    /// `unattended-minutes`: after so long without activity a card that is in counts as unattended; 0 never.
    #[serde(deserialize_with = "minutes")]
    pub unattended_minutes: Option<Duration>,
}

/// `[site]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Site {
    /// `organisations`: the site's own, by ODS code; with none named, every organisation is.
    #[serde(deserialize_with = "organisations")]
    pub organisations: BTreeSet<Organisation>,
    /// `elsewhere`: what becomes of roles at others, `"apart"` or `"hidden"`.
    #[serde(deserialize_with = "elsewhere")]
    pub elsewhere: Elsewhere,
}

/// `[roles]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Roles {
    /// `catalogue`: the file of the National RBAC Database; empty for the starter that is shipped.
    pub catalogue: PathBuf,
    /// `folder`: the folder of role documents.
    pub folder: PathBuf,
    /// `layout`: where in it a holder's file lies, `"flat"` or `"by-prefix"`.
    #[serde(deserialize_with = "layout")]
    pub layout: Layout,
    /// `keys`: the folder of public keys of registration authorities.
    pub keys: PathBuf,
    /// `[roles.rights.NAME]`: what the key `NAME.pem` may say.
    pub rights: BTreeMap<String, Rights>,
    /// `seen`: the file that remembers which documents were seen; empty for none.
    pub seen: PathBuf,
    /// `answer-within-ms`: how long the directory may take.
    #[serde(deserialize_with = "milliseconds")]
    pub answer_within_ms: Duration,
    /// `close-date`: what a close date means, `"first-closed-day"` or `"last-open-day"`.
    #[serde(deserialize_with = "close_date")]
    pub close_date: CloseDate,
    /// `danger-unsigned`: whether documents count that nobody has signed.
    pub danger_unsigned: bool,
}

/// `[roles.rights.NAME]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Rights {
    /// `organisations`: at which it may give roles, by ODS code; `["*"]` for all.
    #[serde(deserialize_with = "organisations_or_all")]
    pub organisations: Vec<String>,
    /// `anybody`: whether it may name the roles that others have signed.
    pub anybody: bool,
}

/// Why there is no catalogue.
#[derive(Debug, thiserror::Error)]
pub enum WrongCatalogue {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {source}", file = file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is none.
    #[error("{file}: {source}", file = file.display())]
    Malformed {
        /// Which file.
        file: PathBuf,
        /// Why.
        source: FileError,
    },
}

impl Default for Session {
    fn default() -> Self {
        let sessions = lanyard_session::Settings::default();
        Self {
            on_removal: sessions.on_removal,
            on_switch: sessions.on_switch,
            reverify_after_unlock: sessions.reverify_after_unlock == Reverify::Yes,
            longest_hours: sessions.max_session,
            idle_minutes: sessions.idle_limit,
            unattended_minutes: sessions.unattended_after,
        }
    }
}

impl Default for Roles {
    fn default() -> Self {
        Self {
            catalogue: PathBuf::new(),
            folder: "/etc/lanyard/roles".into(),
            layout: Layout::Flat,
            keys: "/etc/lanyard/role-keys".into(),
            rights: BTreeMap::new(),
            seen: "/var/lib/lanyard/roles-seen".into(),
            answer_within_ms: Duration::from_secs(2),
            close_date: CloseDate::FirstClosedDay,
            danger_unsigned: false,
        }
    }
}

impl Settings {
    /// The rules of sessions.
    pub fn sessions(&self) -> lanyard_session::Settings {
        let Self { session, site, .. } = self;
        lanyard_session::Settings {
            on_removal: session.on_removal,
            on_switch: session.on_switch,
            reverify_after_unlock: if session.reverify_after_unlock {
                Reverify::Yes
            } else {
                Reverify::No
            },
            max_session: session.longest_hours,
            idle_limit: session.idle_minutes,
            unattended_after: session.unattended_minutes,
            organisations: site.organisations.clone(),
            elsewhere: site.elsewhere,
            ..lanyard_session::Settings::default()
        }
    }

    /// The catalogue of roles and activities, and what in it does not count. Without a file it is the starter.
    ///
    /// # Errors
    /// When the file cannot be read, or is no catalogue.
    pub fn catalogue(&self) -> Result<(Catalogue, Vec<CatalogueProblem>), WrongCatalogue> {
        let file = &self.roles.catalogue;
        if file.as_os_str().is_empty() {
            return Ok((Catalogue::starter(), Vec::new()));
        }
        let json = fs::read(file)
            .map_err(|source| WrongCatalogue::Unreadable { file: file.clone(), source })?;
        Catalogue::load(&json)
            .map_err(|source| WrongCatalogue::Malformed { file: file.clone(), source })
    }

    /// The role directory.
    pub fn directory(&self) -> FolderSettings {
        let Self { roles, .. } = self;
        FolderSettings {
            layout: roles.layout,
            rights: roles.rights.iter().map(|(name, it)| (name.clone(), it.into())).collect(),
            seen: (!roles.seen.as_os_str().is_empty()).then(|| roles.seen.clone()),
            unsigned: if roles.danger_unsigned {
                Unsigned::DangerAccepted
            } else {
                Unsigned::Refused
            },
            ..FolderSettings::new(roles.folder.clone(), roles.keys.clone())
        }
    }
}

impl From<&Rights> for KeyRights {
    fn from(rights: &Rights) -> Self {
        let codes = rights.organisations.iter().filter_map(|code| OdsCode::parse(code)).collect();
        let is_all = rights.organisations.iter().any(|code| code == "*");
        Self {
            organisations: if is_all { Organisations::All } else { Organisations::Only(codes) },
            persons: if rights.anybody { Persons::Anybody } else { Persons::OfItsOrganisations },
        }
    }
}
