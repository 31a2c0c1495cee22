//! The settings: TOML files, strict. What is not known or not possible is named with file and line, and
//! nothing starts half-configured.

mod access;
mod built;
mod contacts;
mod layers;
mod passcodes;
mod profiles;
mod rendered;
mod sections;
mod sessions;
mod shown;
mod site_rules;
mod trust;
mod values;

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

pub use access::{Access, Mode, SeatOfReader};
pub use built::built;
pub use contacts::Contacts;
pub use layers::{Layers, Place};
pub use passcodes::WrongPasscodes;
pub use profiles::Profiles;
pub use sections::{Audit, Card, Ledger, Level, Log, Passcode, Prompt, Reader, Terms, Uuids};
pub use sessions::{Rights, Roles, Session, Site, WrongCatalogue};
pub use shown::{Form, shown};
pub use site_rules::{PinPads, SiteRules};
pub use trust::{Revocation, Trust};

/// Where the settings are looked for when no file is named.
pub const DEFAULT_FILE: &str = "/etc/lanyard/lanyard.toml";

/// Everything that can be set. Every field has a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// What goes into the journal.
    pub log: Log,
    /// Who may use cards and readers.
    pub access: Access,
    /// How readers are treated.
    pub reader: Reader,
    /// How cards are treated.
    pub card: Card,
    /// How people are asked for passcodes.
    pub prompt: Prompt,
    /// What they accept by entering one.
    pub terms: Terms,
    /// What passcodes look like.
    pub passcode: Passcode,
    /// Whose certificates are believed.
    pub trust: Trust,
    /// What must be known about their revocation.
    pub revocation: Revocation,
    /// How long somebody is signed in.
    pub session: Session,
    /// Where the site is.
    pub site: Site,
    /// Who says which roles people have.
    pub roles: Roles,
    /// What sets of activities are called.
    pub profiles: Profiles,
    /// Whom a holder can ask.
    pub contacts: Contacts,
    /// Where attempts are remembered.
    pub ledger: Ledger,
    /// Where what happened is recorded.
    pub audit: Audit,
}

impl Settings {
    /// What the site allows.
    ///
    /// # Errors
    /// [`WrongPasscodes`] when no card could take such a passcode, or a new one would never be sent.
    pub fn rules(&self) -> Result<SiteRules, WrongPasscodes> {
        let (verifying, setting) = self.passcode.rules()?;
        let (dates, pin_pads) = (self.passcode.new_dates, self.reader.pin_pad);
        Ok(SiteRules { verifying, setting, dates, pin_pads })
    }
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {source}", file = file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file says something that is not known or not possible.
    #[error("{file}:{line}: {fact}", file = file.display())]
    Wrong {
        /// Which file.
        file: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong, and what would be right.
        fact: String,
    },
}

/// Reads the settings from a named file, or from the usual one if it exists, and from the folder beside it.
///
/// # Errors
/// [`SettingsError`] names the file, the line and what would be right.
pub fn load(named: Option<&Path>) -> Result<Settings, SettingsError> {
    Layers::in_order(named).map(|(_, settings)| settings)
}

/// Reads settings from text; `file` is named in errors.
///
/// # Errors
/// [`SettingsError::Wrong`] names the line and what would be right.
pub fn parse(text: &str, file: &Path) -> Result<Settings, SettingsError> {
    let wrong = |line, fact| SettingsError::Wrong { file: file.to_owned(), line, fact };
    let settings: Settings = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        wrong(line_of(text, start), error.message().replace('\n', " "))
    })?;
    if let Err(fault) = settings.rules() {
        let line = line_in(text, "[passcode]", fault.keys());
        return Err(wrong(line, fault.to_string()));
    }
    match settings.trust.fault() {
        Some(fault) => Err(wrong(line_in(text, "[trust]", fault.keys()), fault.to_string())),
        None => Ok(settings),
    }
}

/// The line of the first of these settings that a section has, else of the section.
fn line_in(text: &str, section: &str, keys: &[&str]) -> usize {
    let start = text.find(section).unwrap_or(0);
    let section = text.get(start..).unwrap_or_default();
    let is_of = |line: &str, key: &str| {
        let rest = line.trim_start().strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let place = |key: &&str| section.lines().position(|line| is_of(line, key));
    line_of(text, start) + keys.iter().find_map(place).unwrap_or(0)
}

/// The line, counted from 1, of a place in a text.
fn line_of(text: &str, place: usize) -> usize {
    text.get(..place).unwrap_or_default().matches('\n').count() + 1
}

#[cfg(test)]
mod tests;
