//! One event as an entry of the journal: fields for `journalctl FIELD=value`, and one sentence for people.
//!
//! The form is the journal's native protocol (`https://systemd.io/JOURNAL_NATIVE_PROTOCOL/`): a line `FIELD=value` for
//! each. Values have no control characters, so that none is two lines and none is shown as a blob.

use std::fmt::{self, Write as _};

use tracing::{
    Event, Level, Metadata,
    field::{Field, Visit},
};

/// What an event's own fields are called after: `outcome` is `LANYARD_OUTCOME`.
const PREFIX: &str = "LANYARD_";

/// The longest value, in characters. An entry of forty of them is far from what a datagram carries.
const LONGEST: usize = 1024;

/// An event, taken apart.
#[derive(Debug)]
pub(super) struct Entry {
    /// For people: the event's words, and its fields after them.
    pub(super) message: String,
    /// As syslog counts it (RFC 5424 §6.2.1): 3 error, 4 warning, 6 informational, 7 debug.
    pub(super) priority: u8,
    fields: String,
}

impl Entry {
    /// Of this event.
    pub(super) fn of(event: &Event<'_>) -> Self {
        let mut said = Said::default();
        event.record(&mut said);
        let metadata = event.metadata();
        let mut fields = of_code(metadata);
        let mut message = said.message;
        for (name, value) in said.fields {
            fields.push_str(&line(&field(name), &value));
            let _ = write!(message, " {name}={}", quoted(&value));
        }
        Self { message: message.trim_start().to_owned(), priority: priority(metadata), fields }
    }

    /// That so many entries before it were lost.
    pub(super) fn of_lost(lost: u64) -> Self {
        let message = format!("{lost} entries were lost: the journal took nothing");
        Self { message, priority: WARNING, fields: line("LANYARD_LOST", &lost.to_string()) }
    }

    /// As it is sent.
    pub(super) fn datagram(&self) -> String {
        let priority = line("PRIORITY", &self.priority.to_string());
        let who = line("SYSLOG_IDENTIFIER", "lanyardd");
        format!("{}{priority}{who}{}", line("MESSAGE", &self.message), self.fields)
    }
}

const WARNING: u8 = 4;

fn priority(metadata: &Metadata<'_>) -> u8 {
    match *metadata.level() {
        Level::ERROR => 3,
        Level::WARN => WARNING,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    }
}

/// Where in the code it was said (`systemd.journal-fields(7)`).
fn of_code(metadata: &Metadata<'_>) -> String {
    let file = metadata.file().map(|file| line("CODE_FILE", file));
    let number = metadata.line().map(|number| line("CODE_LINE", &number.to_string()));
    let target = line("TARGET", metadata.target());
    [Some(target), file, number].into_iter().flatten().collect()
}

fn line(field: &str, value: &str) -> String {
    format!("{field}={value}\n")
}

fn field(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    PREFIX.chars().chain(name.chars().map(letter)).collect()
}

/// A value of several words, told from what follows it.
fn quoted(value: &str) -> String {
    if value.is_empty() || value.contains(' ') { format!("{value:?}") } else { value.to_owned() }
}

/// What an event says.
#[derive(Debug, Default)]
struct Said {
    message: String,
    fields: Vec<(&'static str, String)>,
}

impl Said {
    fn says(&mut self, field: &Field, value: &str) {
        let value = plain(value);
        match field.name() {
            "message" => self.message = value,
            name => self.fields.push((name, value)),
        }
    }
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.says(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.says(field, &format!("{value:?}"));
    }
}

/// In one line, and not endless.
fn plain(value: &str) -> String {
    let mut plain = String::new();
    for c in value.chars().take(LONGEST) {
        if c.is_control() { plain.extend(c.escape_default()) } else { plain.push(c) }
    }
    plain
}
