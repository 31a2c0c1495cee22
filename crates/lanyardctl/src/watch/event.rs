//! One line an event: a time, what happened, and where.

use lanyard_dbus::PcscState;
use serde::Serialize;

use crate::{
    Failure, cards, clock,
    output::{self, Form, printable},
    snapshot::{Card, Reader},
};

/// Writes events in one form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report(Form);

/// What happened, for machines as it is and for people in words.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct What {
    event: &'static str,
    #[serde(flatten)]
    facts: Facts,
    #[serde(skip)]
    words: String,
}

/// The facts that an event has; others are left out.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pcsc_state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reader: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reader_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passcode_tries_left: Option<u32>,
    #[serde(flatten)]
    session: Option<SessionFacts>,
}

/// The facts of a session's events.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct SessionFacts {
    pub(super) session: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(rename = "session-state", skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) organisation: Option<String>,
    /// How many roles can be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) roles: Option<usize>,
    #[serde(rename = "session-reason", skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

#[derive(Serialize)]
struct Timed<'a> {
    time: String,
    #[serde(flatten)]
    what: &'a What,
}

impl Report {
    pub(super) const fn new(form: Form) -> Self {
        Self(form)
    }

    /// Writes an event with the time it is now.
    pub(super) fn now(self, what: &What) -> Result<(), Failure> {
        match self.0 {
            Form::Json => output::json(&Timed { time: clock::timestamp(), what }),
            Form::Words => {
                output::line(&format!("{}  {}", clock::time_of_day(), printable(&what.words)))
            }
        }
    }
}

impl What {
    pub(super) fn daemon_present(version: String, pcsc_state: String) -> Self {
        let words = format!("lanyardd {version} runs; {}", service(&pcsc_state));
        let (version, pcsc_state) = (Some(version), Some(pcsc_state));
        let facts = Facts { version, pcsc_state, ..Facts::default() };
        Self { event: "daemon-present", facts, words }
    }

    pub(super) fn daemon_absent() -> Self {
        let words = "lanyardd does not run; waiting for it".to_owned();
        Self { event: "daemon-absent", facts: Facts::default(), words }
    }

    pub(super) fn service_changed(pcsc_state: String) -> Self {
        let words = service(&pcsc_state);
        let facts = Facts { pcsc_state: Some(pcsc_state), ..Facts::default() };
        Self { event: "pcsc-state-changed", facts, words }
    }

    pub(super) fn reader_present(reader: &Reader) -> Self {
        Self::about_reader("reader-present", reader, "reader is there")
    }

    pub(super) fn reader_arrived(reader: &Reader) -> Self {
        Self::about_reader("reader-arrived", reader, "reader arrived")
    }

    pub(super) fn reader_departed(reader: &Reader) -> Self {
        Self::about_reader("reader-departed", reader, "reader departed")
    }

    pub(super) fn card_inserted(card: &str, reader: &str, reader_name: String) -> Self {
        Self::about_insertion("card-inserted", card, reader, reader_name, "card inserted")
    }

    pub(super) fn card_removed(card: &str, reader: &str, reader_name: String) -> Self {
        Self::about_insertion("card-removed", card, reader, reader_name, "card removed")
    }

    pub(super) fn card_present(card: &Card, reader_name: String) -> Self {
        Self::about_card("card-present", card, reader_name)
    }

    pub(super) fn card_changed(card: &Card, reader_name: String) -> Self {
        Self::about_card("card-changed", card, reader_name)
    }

    pub(super) fn of_session(event: &'static str, facts: SessionFacts, words: String) -> Self {
        Self { event, facts: Facts { session: Some(facts), ..Facts::default() }, words }
    }

    fn about_reader(event: &'static str, reader: &Reader, what: &str) -> Self {
        let words = format!("{}: {what}", reader.name);
        let (path, reader_name) = (Some(reader.path.clone()), Some(reader.name.clone()));
        Self { event, facts: Facts { reader: path, reader_name, ..Facts::default() }, words }
    }

    fn about_insertion(
        event: &'static str,
        card: &str,
        reader: &str,
        reader_name: String,
        what: &str,
    ) -> Self {
        let words = format!("{reader_name}: {what}");
        let (card, reader) = (Some(card.to_owned()), Some(reader.to_owned()));
        let reader_name = Some(reader_name);
        Self { event, facts: Facts { reader, reader_name, card, ..Facts::default() }, words }
    }

    fn about_card(event: &'static str, card: &Card, reader_name: String) -> Self {
        let words = format!("{reader_name}: card {}", cards::state(card));
        let facts = Facts {
            reader: Some(card.reader.clone()),
            reader_name: Some(reader_name),
            card: Some(card.path.clone()),
            kind: Some(card.kind.clone()),
            state: Some(card.state.clone()),
            reason: Some(card.reason.clone()),
            passcode_tries_left: card.passcode_tries_left,
            ..Facts::default()
        };
        Self { event, facts, words }
    }
}

fn service(pcsc_state: &str) -> String {
    let meaning = pcsc_state.parse().map(PcscState::meaning);
    meaning.map_or_else(|unknown| unknown.0, str::to_owned)
}
