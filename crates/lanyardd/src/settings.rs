//! The settings: one TOML file, strict. What is not known or not possible is named with file and line,
//! and nothing starts half-configured.

mod values;

use std::{
    fs, io,
    num::NonZero,
    path::{Path, PathBuf},
    time::Duration,
};

use lanyard_card::{Characters, Dates, ImpossibleRules, Rules, piv::Slot};
use serde::Deserialize;

use crate::engine::{PinPads, SiteRules};
use values::{characters, dates, kept, mebibytes, milliseconds, pin_pad, seat, seconds, slot};

/// Where the settings are looked for when no file is named.
pub const DEFAULT_FILE: &str = "/etc/lanyard/lanyard.toml";

/// Everything that can be set. Every field has a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// What goes into the journal.
    pub log: Log,
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
    /// Where attempts are remembered.
    pub ledger: Ledger,
    /// Where what happened is recorded.
    pub audit: Audit,
}

/// `[log]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Log {
    /// `level`: the least important messages that are still written.
    pub level: Level,
}

/// A level of importance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// What stops the daemon from doing its work.
    Error,
    /// What an administrator should look at.
    Warn,
    /// What happens: readers, cards.
    #[default]
    Info,
    /// Why it happens.
    Debug,
    /// Every command to a card, without bodies that must stay secret.
    Trace,
}

/// `[reader]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Reader {
    /// `seat`: the seat of readers that are no USB devices.
    #[serde(deserialize_with = "seat")]
    pub seat: String,
    /// `pin-pad`: whether readers' own keys are used, `"auto"` or `"off"`.
    #[serde(deserialize_with = "pin_pad")]
    pub pin_pad: PinPads,
}

/// `[card]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Card {
    /// `sign-in-key`: the PIV key whose certificate says who the card is, `"9A"` or `"9C"`.
    #[serde(deserialize_with = "slot")]
    pub sign_in_key: Slot,
    /// `answer-within-ms`: how long a card may take to be read before it counts as mute.
    #[serde(deserialize_with = "milliseconds")]
    pub answer_within_ms: Duration,
    /// `free-within-ms`: how long other programs may keep a card before it counts as busy.
    #[serde(deserialize_with = "milliseconds")]
    pub free_within_ms: Duration,
}

/// `[prompt]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Prompt {
    /// `answer-within-s`: how long a person may take.
    #[serde(deserialize_with = "seconds")]
    pub answer_within_s: Duration,
}

/// `[terms]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Terms {
    /// `version`: recorded with each acceptance.
    pub version: String,
    /// `line`: what a person is shown.
    pub line: String,
}

/// `[passcode]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Passcode {
    /// `shortest`: the fewest characters of a passcode that is sent to a card.
    pub shortest: usize,
    /// `longest`: the most.
    pub longest: usize,
    /// `characters`: what it is made of.
    #[serde(deserialize_with = "characters")]
    pub characters: Characters,
    /// `new-shortest`: the fewest characters of a passcode that is chosen anew.
    pub new_shortest: usize,
    /// `new-longest`: the most.
    pub new_longest: usize,
    /// `new-characters`: what it is made of.
    #[serde(deserialize_with = "characters")]
    pub new_characters: Characters,
    /// `new-dates`: whether it may be a date.
    #[serde(deserialize_with = "dates")]
    pub new_dates: Dates,
}

/// `[ledger]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Ledger {
    /// `folder`: exists, and nobody but the daemon can write to it.
    pub folder: PathBuf,
}

/// `[audit]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Audit {
    /// `file`: in a folder that exists.
    pub file: PathBuf,
    /// `rotate-above-mib`: a file that would grow beyond that is set aside.
    #[serde(deserialize_with = "mebibytes")]
    pub rotate_above_mib: u64,
    /// `keep`: how many files set aside are kept; none for all.
    #[serde(deserialize_with = "kept")]
    pub keep: Option<NonZero<usize>>,
}

impl Settings {
    /// What the site allows.
    ///
    /// # Errors
    /// [`ImpossibleRules`] when no card could take such a passcode.
    pub fn rules(&self) -> Result<SiteRules, ImpossibleRules> {
        let Passcode { shortest, longest, characters, .. } = self.passcode;
        let Passcode { new_shortest, new_longest, new_characters, new_dates, .. } = self.passcode;
        Ok(SiteRules {
            verifying: Rules::new(shortest, longest, characters)?,
            setting: Rules::new(new_shortest, new_longest, new_characters)?,
            dates: new_dates,
            pin_pads: self.reader.pin_pad,
        })
    }
}

impl Default for Passcode {
    /// As [`Rules::VERIFYING`] and [`Rules::SETTING`].
    fn default() -> Self {
        Self {
            shortest: 4,
            longest: 8,
            characters: Characters::LettersAndDigits,
            new_shortest: 6,
            new_longest: 8,
            new_characters: Characters::Digits,
            new_dates: Dates::Allowed,
        }
    }
}

impl Default for Ledger {
    fn default() -> Self {
        Self { folder: "/var/lib/lanyard".into() }
    }
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            file: "/var/log/lanyard/audit.jsonl".into(),
            rotate_above_mib: lanyard_audit::Settings::ROTATE_ABOVE,
            keep: None,
        }
    }
}

impl From<&Audit> for lanyard_audit::Settings {
    fn from(audit: &Audit) -> Self {
        Self { path: audit.file.clone(), rotate_above: audit.rotate_above_mib, keep: audit.keep }
    }
}

impl Default for Prompt {
    fn default() -> Self {
        Self { answer_within_s: Duration::from_secs(120) }
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            version: "1".to_owned(),
            line: "By entering your passcode you confirm your acceptance of the NHS Care Identity \
                   Service terms and conditions."
                .to_owned(),
        }
    }
}

impl Default for Reader {
    fn default() -> Self {
        Self { seat: lanyard_reader::seat::DEFAULT_SEAT.to_owned(), pin_pad: PinPads::Used }
    }
}

impl Default for Card {
    fn default() -> Self {
        Self {
            sign_in_key: Slot::Authentication,
            // A card at 9,600 bit/s needs 2 s for its certificate.
            answer_within_ms: Duration::from_secs(10),
            free_within_ms: Duration::from_secs(5),
        }
    }
}

impl From<Level> for tracing::Level {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::ERROR,
            Level::Warn => Self::WARN,
            Level::Info => Self::INFO,
            Level::Debug => Self::DEBUG,
            Level::Trace => Self::TRACE,
        }
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

/// Reads the settings from a named file, or from the usual one if it exists.
///
/// # Errors
/// [`SettingsError`] names the file, the line and what would be right.
pub fn load(named: Option<&Path>) -> Result<Settings, SettingsError> {
    let file = named.unwrap_or(Path::new(DEFAULT_FILE));
    match fs::read_to_string(file) {
        Ok(text) => parse(&text, file),
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            Ok(Settings::default())
        }
        Err(source) => Err(SettingsError::Unreadable { file: file.to_owned(), source }),
    }
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
    match settings.rules() {
        Ok(_) => Ok(settings),
        Err(impossible) => {
            let start = text.find("[passcode]").unwrap_or(0);
            Err(wrong(line_of(text, start), impossible.to_string()))
        }
    }
}

/// The line, counted from 1, of a place in a text.
fn line_of(text: &str, place: usize) -> usize {
    text.get(..place).unwrap_or_default().matches('\n').count() + 1
}

#[cfg(test)]
mod tests;
