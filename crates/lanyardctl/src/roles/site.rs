//! How the site's role directory is set up: by the daemon's settings, and by the command line.

use std::{
    io,
    path::{Path, PathBuf},
};

use lanyard_roles::{Catalogue, CloseDate, directory::FolderSettings};
use lanyard_settings::{Layers, Profiles};

use crate::{Failure, arguments::Report};

/// What a report needs to know.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) directory: FolderSettings,
    pub(super) close_date: CloseDate,
    pub(super) catalogue: Catalogue,
    pub(super) profiles: Profiles,
}

impl Site {
    /// Reads what the command line names, or what is usual.
    pub(super) fn read(wanted: &Report) -> Result<Self, Failure> {
        let (_, mut settings) = Layers::in_order(wanted.config.as_deref())?;
        let roles = &mut settings.roles;
        for (setting, named) in [
            (&mut roles.catalogue, &wanted.catalogue),
            (&mut roles.folder, &wanted.folder),
            (&mut roles.keys, &wanted.keys),
        ] {
            if let Some(named) = named {
                setting.clone_from(named);
            }
        }
        // Who only reads remembers nothing.
        let directory = FolderSettings { seen: None, ..settings.directory() };
        let (catalogue, _) = settings.catalogue()?;
        let (close_date, profiles) = (settings.roles.close_date, settings.profiles);
        Ok(Self { directory, close_date, catalogue, profiles })
    }
}

/// The role directory cannot be read.
pub(super) fn unreadable(folder: &Path) -> impl Fn(io::Error) -> Failure + '_ {
    move |why| Failure::Directory { folder: PathBuf::from(folder), why }
}
