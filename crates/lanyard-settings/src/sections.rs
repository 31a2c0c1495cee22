//! The sections of the settings, each with its defaults.

use std::{num::NonZero, path::PathBuf, time::Duration};

use lanyard_card::{Characters, Dates, piv::Slot};
use lanyard_seats::SeatName;
use serde::Deserialize;

use super::{
    access::SeatOfReader,
    values::{characters, dates, kept, mebibytes, milliseconds, pin_pad, seat, seconds, slot},
};
use crate::PinPads;

/// `[log]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Log {
    /// `level`: the least important messages that are still written.
    pub level: Level,
    /// `uuids`: how holders are named, `"short"` or `"full"`.
    pub uuids: Uuids,
}

/// How much of a holder's UUID the log has. The audit log has all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Uuids {
    /// Its last four digits: enough to tell apart who uses one workstation.
    #[default]
    Short,
    /// All of it.
    Full,
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
    pub seat: SeatName,
    /// `seats`: the seats of those among them that are elsewhere; the first that fits counts.
    pub seats: Vec<SeatOfReader>,
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
        Self { seat: SeatName::default(), seats: Vec::new(), pin_pad: PinPads::Used }
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
