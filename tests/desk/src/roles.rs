//! Signed role documents of all personas, and settings of a daemon that reads them.

use std::{path::PathBuf, sync::LazyLock, time::Duration};

use jiff::Timestamp;
use lanyard_settings::{Rights, Settings};
use lanyard_test_roles::{AUTHORITY, Persona, Site, persona};
use tempfile::TempDir;

/// How long ago the first documents were signed: of two from one second the later would not count.
const BEFORE: Duration = Duration::from_secs(10);

/// The folder of a site.
#[derive(Debug)]
pub struct RolesFolder {
    site: Site,
    _folder: TempDir,
}

/// That of the whole test. What is changed in it is changed for all.
pub(crate) fn of_the_test() -> &'static RolesFolder {
    static ROLES: LazyLock<RolesFolder> = LazyLock::new(RolesFolder::new);
    &ROLES
}

impl RolesFolder {
    /// A new one, which goes with this.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::make(folder.path(), now() - BEFORE).unwrap();
        Self { site, _folder: folder }
    }

    /// Has a daemon read it.
    pub fn told_to(&self, settings: &mut Settings) {
        let roles = &mut settings.roles;
        self.site.catalogue().clone_into(&mut roles.catalogue);
        roles.folder.clone_from(&self.site.settings().folder);
        roles.keys.clone_from(&self.site.settings().keys);
        let rights = Rights { organisations: vec!["*".to_owned()], anybody: true };
        roles.rights.insert(AUTHORITY.to_owned(), rights);
        roles.seen = "".into();
    }

    /// A persona's document is this one from now on.
    pub fn write(&self, persona: &Persona) {
        self.site.write(persona, now()).unwrap();
    }

    /// The same, signed before all others.
    pub fn write_older(&self, persona: &Persona) {
        self.site.write(persona, now() - BEFORE - BEFORE).unwrap();
    }

    /// What a persona's document says.
    pub fn persona(&self, name: &str) -> Persona {
        persona(name, now())
    }

    /// Where a persona's document is.
    pub fn file(&self, persona: &Persona) -> PathBuf {
        self.site.settings().signed_file(persona.holder)
    }

    /// Who signs, and where.
    pub const fn site(&self) -> &Site {
        &self.site
    }
}

impl Default for RolesFolder {
    fn default() -> Self {
        Self::new()
    }
}

fn now() -> Timestamp {
    Timestamp::now()
}
