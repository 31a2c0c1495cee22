//! One record as it is read back, and its words for people.
//!
//! Everything from outside is escaped, so that no reader's name can play with a terminal.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;
use serde_json::Value;

use crate::{Event, Outcome, mark::Kind};

/// A record as it is in the log.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// The line, without its end: the record for machines.
    #[serde(skip)]
    pub line: String,
    /// Its number.
    #[serde(rename = "seq")]
    pub sequence: u64,
    /// When, in RFC 3339.
    pub time: String,
    /// What happened, as the word in the log.
    pub event: String,
    /// How it ended, as the word in the log.
    pub outcome: Option<String>,
    /// Why, as the word in the log.
    pub reason: Option<String>,
    /// Whose card.
    pub holder: Option<String>,
    /// Which card.
    pub card: Option<String>,
    /// At which desk.
    pub desk: Option<String>,
    /// Which session.
    pub session: Option<u64>,
    /// Which role.
    pub role: Option<String>,
    /// At which organisation.
    pub organisation: Option<String>,
    /// In which reader.
    pub reader: Option<String>,
    /// How many tries were left.
    pub tries_left: Option<u64>,
    /// Which terms and conditions.
    pub terms: Option<String>,
    /// Who asked.
    pub caller: Option<Asker>,
    #[serde(rename = "prev")]
    _previous: String,
    #[serde(rename = "hash")]
    _hash: String,
    /// What the log says about itself, and the members of later versions.
    #[serde(flatten)]
    pub more: BTreeMap<String, Value>,
}

/// Who asked, as it is in the log.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Asker {
    /// The user.
    pub uid: u32,
    /// The process.
    pub pid: Option<u32>,
    /// The login session.
    pub session: Option<String>,
}

impl Entry {
    /// Reads a line; none when it is no record.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?;
        let entry: Self = serde_json::from_str(line).ok()?;
        Some(Self { line: line.to_owned(), ..entry })
    }

    /// What happened, in words; a word of a later version stands for itself.
    fn what(&self) -> String {
        let mark = || Kind::ALL.iter().find(|kind| kind.word() == self.event);
        match Event::of_word(&self.event) {
            Some(event) => event.text().to_owned(),
            None => mark().map_or_else(|| escaped(&self.event), |kind| kind.text().to_owned()),
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} #{} {}", escaped(&self.time), self.sequence, self.what())?;
        if let Some(word) = &self.outcome {
            let text = Outcome::of_word(word).map(|outcome| outcome.text().to_owned());
            write!(f, ": {}", text.unwrap_or_else(|| escaped(word)))?;
        }
        if let Some(reason) = &self.reason {
            write!(f, " ({})", escaped(reason))?;
        }
        if let Some(tries) = self.tries_left {
            write!(f, ", {tries} {} left", if tries == 1 { "try" } else { "tries" })?;
        }
        if let Some(session) = self.session {
            write!(f, "; session {session}")?;
        }
        let texts = [
            ("terms", &self.terms),
            ("role", &self.role),
            ("organisation", &self.organisation),
            ("desk", &self.desk),
            ("holder", &self.holder),
            ("card", &self.card),
            ("reader", &self.reader),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                write!(f, "; {name} {}", escaped(text))?;
            }
        }
        if let Some(caller) = &self.caller {
            write!(f, "; {caller}")?;
        }
        self.more.iter().try_for_each(|(name, value)| {
            write!(f, "; {} {}", escaped(name), escaped(&value.to_string()))
        })
    }
}

impl fmt::Display for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "asked by user {}", self.uid)?;
        if let Some(pid) = self.pid {
            write!(f, ", process {pid}")?;
        }
        match &self.session {
            Some(session) => write!(f, ", login session {}", escaped(session)),
            None => Ok(()),
        }
    }
}

/// The text with what a terminal could obey written out; quotation marks need not be.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '"' | '\'') { escaped.push(c) } else { escaped.extend(c.escape_debug()) }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Caller, HolderUuid, LoginSession, ReaderName, Reason, Record,
        head::Head,
        line::{Content, seal},
    };

    fn words(record: &Record) -> String {
        let (line, _) = seal(Head::ORIGIN, "2026-01-05T08:00:00.000000Z", Content::Record(record));
        Entry::read(&line).unwrap().to_string()
    }

    #[test]
    fn a_reason_stands_behind_its_outcome() {
        let record = Record {
            outcome: Some(Outcome::NotTrusted),
            reason: Some(Reason::new("revoked")),
            ..Record::of(Event::AuthenticationEnded)
        };
        assert!(words(&record).ends_with("(revoked)"), "{}", words(&record));
    }

    #[test]
    fn a_record_is_a_sentence() {
        let record = Record {
            tries_left: Some(1),
            holder: Some(HolderUuid::new("656005750104").unwrap()),
            reader: Some(ReaderName::new("Virtual \"PCD\" 00")),
            caller: Some(Caller {
                uid: 1000,
                pid: Some(42),
                session: Some(LoginSession::new("c2")),
            }),
            ..Record::of(Event::PasscodeRefused)
        };
        assert_eq!(
            words(&record),
            "2026-01-05T08:00:00.000000Z #1 the card refused the passcode, 1 try left; holder \
             656005750104; reader Virtual \"PCD\" 00; asked by user 1000, process 42, login session c2"
        );
        let ended =
            Record { outcome: Some(Outcome::TimedOut), ..Record::of(Event::AuthenticationEnded) };
        assert!(words(&ended).ends_with("the authentication ended: nobody answered in time"));
    }

    #[test]
    fn a_terminal_is_not_played_with() {
        let name = "a\u{1b}[2Jb\u{202E}c\nd";
        let record =
            Record { reader: Some(ReaderName::new(name)), ..Record::of(Event::PasscodeChanged) };
        assert!(
            words(&record).ends_with("reader a\\u{1b}[2Jb\\u{202e}c\\nd"),
            "{}",
            words(&record)
        );
    }

    #[test]
    fn words_and_members_of_later_versions_are_shown() {
        let line = r#"{"seq":9,"time":"2027-01-05T08:00:00.000000Z","event":"role-lent","outcome":"maybe",
            "lent":{"code":"R8000"},"prev":"","hash":""}"#;
        let entry = Entry::read(line.as_bytes()).unwrap();
        assert_eq!(
            entry.to_string(),
            "2027-01-05T08:00:00.000000Z #9 role-lent: maybe; lent {\"code\":\"R8000\"}"
        );
    }
}
