//! A folder with the documents of all personas and one with the key, as a site has them.

use std::io;
use std::path::Path;

use jiff::{Span, Timestamp};
use lanyard_roles::directory::FolderSettings;
use lanyard_roles::{KeyRights, Organisations, Persons, Validity, sign_document};

use crate::authority::Authority;
use crate::personas::{Persona, personas};

/// A week from now on.
pub fn validity(now: Timestamp) -> Validity {
    let expires = now.saturating_add(Span::new().hours(7 * 24)).expect("hours are no calendar");
    Validity { issued: now, expires }
}

/// A persona's file, signed now.
pub fn signed_file(persona: &Persona, authority: &Authority, now: Timestamp) -> String {
    let userinfo = persona.userinfo.to_string();
    sign_document(userinfo.as_bytes(), &authority.key, validity(now)).expect("it is well-formed")
}

/// Writes a persona's file beside its place and moves it there, as a site should.
///
/// # Errors
/// When the file cannot be written.
pub fn write_persona(
    settings: &FolderSettings,
    persona: &Persona,
    authority: &Authority,
    now: Timestamp,
) -> io::Result<()> {
    let file = settings.signed_file(persona.holder);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = file.with_extension("new");
    std::fs::write(&beside, signed_file(persona, authority, now))?;
    std::fs::rename(beside, file)
}

/// Writes `roles/` with the files of all personas and `keys/` with the authority's key, which may sign
/// everything; returns how a site would be set up with them.
///
/// # Errors
/// When something cannot be written.
pub fn write_folder(
    below: &Path,
    authority: &Authority,
    now: Timestamp,
) -> io::Result<FolderSettings> {
    let mut settings = FolderSettings::new(below.join("roles"), below.join("keys"));
    let rights = KeyRights { organisations: Organisations::All, persons: Persons::Anybody };
    settings.rights.insert(authority.key.kid().to_owned(), rights);
    std::fs::create_dir_all(&settings.folder)?;
    std::fs::create_dir_all(&settings.keys)?;
    let key = settings.keys.join(format!("{}.pem", authority.key.kid()));
    std::fs::write(key, &authority.public_pem)?;
    for persona in personas(now) {
        write_persona(&settings, &persona, authority, now)?;
    }
    Ok(settings)
}
