//! A PKI in a folder, cards by it, and settings of a daemon that believes it.

use std::{
    path::Path,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use lanyard_settings::Settings;
use lanyard_virtcard::{Authorities, Card, Personas, RevocationReason};
use tempfile::TempDir;

/// Authorities with their lists.
#[derive(Debug)]
pub struct Pki {
    authorities: Mutex<Authorities>,
    folder: TempDir,
}

impl Pki {
    /// A new one, which goes with this.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authorities = Mutex::new(Authorities::open(folder.path(), today()).unwrap());
        Self { authorities, folder }
    }

    /// That of the whole test. What is changed in it is changed for all.
    pub fn of_the_test() -> &'static Self {
        static PKI: LazyLock<Pki> = LazyLock::new(Pki::new);
        &PKI
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A card of this persona.
    pub fn card(&self, persona: &str) -> Card {
        self.issue(&Personas::compiled_in().unwrap(), persona)
    }

    /// A card of one of these personas.
    pub fn issue(&self, personas: &Personas, name: &str) -> Card {
        Card::issue(personas.named(name).unwrap(), &self.authorities(), today()).unwrap()
    }

    /// A persona's card is cancelled: its list says so from now on.
    pub fn revoke(&self, persona: &str) {
        let personas = Personas::compiled_in().unwrap();
        let (persona, reason) = (personas.named(persona).unwrap(), RevocationReason::KeyCompromise);
        self.authorities().revoke(persona, reason, today()).unwrap();
    }

    /// The default settings of a daemon that believes these authorities and asks nobody else.
    pub fn believed(&self) -> Settings {
        let mut settings = Settings::default();
        self.believed_by(&mut settings);
        settings
    }

    /// The same, for settings that say something else otherwise.
    pub fn believed_by(&self, settings: &mut Settings) {
        settings.trust.anchors = self.folder().join("anchors");
        settings.trust.intermediates = self.folder().join("intermediates");
        settings.revocation.lists = self.folder().join("lists");
        settings.revocation.responders = "".into();
        settings.revocation.cache = "".into();
    }

    fn authorities(&self) -> MutexGuard<'_, Authorities> {
        self.authorities.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Pki {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(clippy::disallowed_methods, reason = "certificates are issued as of today")]
fn today() -> SystemTime {
    SystemTime::now()
}
