//! Everything about roles that a site's daemon is set up with: documents, the key they are signed by, a catalogue.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use lanyard_roles::Uuid;
use lanyard_roles::directory::FolderSettings;

use crate::{Authority, Persona, catalogue_file, write_folder, write_persona};

/// The name of the registration authority's key.
pub const AUTHORITY: &str = "sandbox-ra";

/// Role documents of all personas below a folder, and who signs them.
#[derive(Debug)]
pub struct Site {
    authority: Authority,
    settings: FolderSettings,
    catalogue: PathBuf,
}

impl Site {
    /// Writes `roles/`, `keys/` and `catalogue.json`; documents are signed now, for a week.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn make(below: &Path, now: Timestamp) -> io::Result<Self> {
        let authority = Authority::new(AUTHORITY);
        let settings = write_folder(below, &authority, now)?;
        let catalogue = below.join("catalogue.json");
        fs::write(&catalogue, catalogue_file().to_json().map_err(io::Error::other)?)?;
        Ok(Self { authority, settings, catalogue })
    }

    /// Who signs.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Where documents and keys are.
    pub fn settings(&self) -> &FolderSettings {
        &self.settings
    }

    /// The catalogue's file.
    pub fn catalogue(&self) -> &Path {
        &self.catalogue
    }

    /// What the daemon's settings say, but for where it remembers what was seen.
    pub fn toml(&self) -> String {
        let Self { settings, catalogue, .. } = self;
        format!(
            "[roles]\ncatalogue = '{catalogue}'\nfolder = '{folder}'\nkeys = '{keys}'\n\
             [roles.rights.{AUTHORITY}]\norganisations = [\"*\"]\nanybody = true\n",
            catalogue = catalogue.display(),
            folder = settings.folder.display(),
            keys = settings.keys.display(),
        )
    }

    /// A persona's document is this one from now on.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, persona: &Persona, now: Timestamp) -> io::Result<()> {
        write_persona(&self.settings, persona, &self.authority, now)
    }

    /// There is no document of this holder any more.
    ///
    /// # Errors
    /// When there was none.
    pub fn remove(&self, holder: Uuid) -> io::Result<()> {
        fs::remove_file(self.settings.signed_file(holder))
    }
}
