//! The settings: one TOML file, strict. What is not known or not possible is named with file and line,
//! and nothing starts half-configured.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use lanyard_card::piv::Slot;
use serde::{Deserialize, Deserializer, de::Error as _};

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
        Self { seat: lanyard_reader::seat::DEFAULT_SEAT.to_owned() }
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
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        SettingsError::Wrong {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            fact: error.message().replace('\n', " "),
        }
    })
}

fn slot<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Slot, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "9A" => Ok(Slot::Authentication),
        "9C" => Ok(Slot::Signature),
        other => Err(D::Error::custom(format!("sign-in-key is \"9A\" or \"9C\", not {other:?}"))),
    }
}

/// As logind names seats: `seat`, then letters, digits, `-` and `_`.
fn seat<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    match name.strip_prefix("seat") {
        Some(rest) if !rest.is_empty() && rest.bytes().all(is_plain) => Ok(name),
        _ => Err(D::Error::custom(format!("a seat is named like \"seat0\", not {name:?}"))),
    }
}

/// From a tenth of a second to a minute: below, no card answers; above, nobody waits.
fn milliseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    match u64::deserialize(deserializer)? {
        length @ 100..=60_000 => Ok(Duration::from_millis(length)),
        other => Err(D::Error::custom(format!(
            "a time to wait is 100 to 60000 milliseconds, not {other}"
        ))),
    }
}

/// From five seconds to ten minutes: below, nobody can type; above, nobody is there.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    match u64::deserialize(deserializer)? {
        length @ 5..=600 => Ok(Duration::from_secs(length)),
        other => {
            Err(D::Error::custom(format!("a person has 5 to 600 seconds to answer, not {other}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        parse(text, Path::new("lanyard.toml")).unwrap_err().to_string()
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        assert_eq!(parse("", Path::new("x")).unwrap(), Settings::default());
    }

    #[test]
    fn the_documented_settings_are_the_defaults() {
        let document = include_str!("../../../docs/settings.md");
        let example = document.split("```").nth(1).and_then(|block| block.strip_prefix("toml"));
        assert_eq!(parse(example.unwrap(), Path::new("x")).unwrap(), Settings::default());
    }

    #[test]
    fn every_setting_is_read() {
        let text = r#"
            [log]
            level = "debug"
            [reader]
            seat = "seat1"
            [card]
            sign-in-key = "9C"
            answer-within-ms = 7000
            free-within-ms = 300
        "#;
        let settings = parse(text, Path::new("x")).unwrap();
        assert_eq!(settings.log.level, Level::Debug);
        assert_eq!(settings.reader.seat, "seat1");
        assert_eq!(settings.card.sign_in_key, Slot::Signature);
        assert_eq!(settings.card.answer_within_ms, Duration::from_secs(7));
        assert_eq!(settings.card.free_within_ms, Duration::from_millis(300));
    }

    #[test]
    fn an_unknown_key_is_named_with_line_and_what_would_be_right() {
        let wrong = wrong("[log]\nlevle = \"info\"\n");
        assert_eq!(wrong, "lanyard.toml:2: unknown field `levle`, expected `level`");
    }

    #[test]
    fn a_bad_value_is_named_with_line_and_what_would_be_right() {
        assert_eq!(
            wrong("[card]\n\nsign-in-key = \"9E\"\n"),
            "lanyard.toml:3: sign-in-key is \"9A\" or \"9C\", not \"9E\""
        );
        assert_eq!(
            wrong("[card]\nfree-within-ms = 0\n"),
            "lanyard.toml:2: a time to wait is 100 to 60000 milliseconds, not 0"
        );
        assert_eq!(
            wrong("[reader]\nseat = \"desk 1\"\n"),
            "lanyard.toml:2: a seat is named like \"seat0\", not \"desk 1\""
        );
        assert!(wrong("[log]\nlevel = \"loud\"\n").starts_with("lanyard.toml:2: unknown variant"));
        assert!(wrong("[log\n").starts_with("lanyard.toml:1: "));
        assert!(wrong("[card]\nfree-within-ms = true\n").starts_with("lanyard.toml:2: "));
    }

    #[test]
    fn a_named_file_that_is_missing_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing.toml");
        let error = load(Some(&missing)).unwrap_err();
        assert!(matches!(error, SettingsError::Unreadable { .. }));
    }
}
