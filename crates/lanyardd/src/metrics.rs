//! What an administrator can count and time: kept in memory, told when asked, in the text format of Prometheus.
//!
//! Every number is an atomic, so that whoever counts waits for nobody. Labels are words of closed sets. Nothing is
//! personal: no holder, no user, no card and no reader has a label. `docs/metrics.md` tells what each means, and a
//! test compares the two.

mod instruments;
mod labels;
mod observer;

use lanyard_dbus::{Outcome, PcscState, UnusableReason};
use lanyard_session::EndReason;

use instruments::{Counter, Counters, Histogram, Pairs, Text};
pub(crate) use labels::{Fetched, LookedUp, Purpose, Refused, Written};
pub(crate) use observer::Observer;

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    inserted: Counter,
    removed: Counter,
    unusable: Counters<UnusableReason>,
    requests: Pairs<Purpose, Outcome>,
    sessions_started: Counter,
    sessions_ended: Counters<EndReason>,
    pub(crate) records: Counters<Written>,
    pub(crate) fetches: Counters<Fetched>,
    look_ups: Counters<LookedUp>,
    refused: Counters<Refused>,
    published: Histogram,
    identified: Histogram,
    judged: Histogram,
    looked_up: Histogram,
    signed_in: Histogram,
}

/// What is true at the moment, which nobody needs to keep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) pcscd: PcscState,
    pub(crate) readers: usize,
    pub(crate) cards: usize,
    pub(crate) sessions: usize,
}

impl Metrics {
    /// As text (Prometheus text-based exposition format, version 0.0.4).
    pub(crate) fn told(&self, now: Standing) -> String {
        let mut text = Text::default();
        text.gauge("lanyard_up", "Whether the daemon runs.", 1);
        text.info("lanyard_build_info", "The daemon's version.", env!("CARGO_PKG_VERSION"));
        text.one_of("lanyard_pcscd_state", "What the smartcard service does.", now.pcscd);
        text.gauge("lanyard_readers", "Readers that are there.", now.readers);
        text.gauge("lanyard_cards", "Cards that are in.", now.cards);
        text.gauge("lanyard_sessions", "Sessions that are open, locked ones too.", now.sessions);
        self.cards(&mut text);
        self.people(&mut text);
        self.surroundings(&mut text);
        text.into()
    }

    fn cards(&self, text: &mut Text) {
        text.counter("lanyard_cards_inserted_total", "Cards that were put in.", &self.inserted);
        text.counter("lanyard_cards_removed_total", "Cards that went.", &self.removed);
        let help = "How often a card became unusable.";
        text.counters("lanyard_cards_unusable_total", help, "reason", &self.unusable);
        let help = "From the insertion to its signal on the bus.";
        text.histogram("lanyard_insertion_published_seconds", help, &self.published);
        let help = "From the insertion until the card has told who it is.";
        text.histogram("lanyard_card_identified_seconds", help, &self.identified);
        let help = "The judging of a certificate, with what is fetched for it.";
        text.histogram("lanyard_certificate_judged_seconds", help, &self.judged);
    }

    fn people(&self, text: &mut Text) {
        let help = "Requests that are over.";
        text.pairs("lanyard_requests_total", help, ("purpose", "outcome"), &self.requests);
        let help = "From the passcode's arrival until it is accepted or refused.";
        text.histogram("lanyard_sign_in_seconds", help, &self.signed_in);
        let help = "Sessions that began.";
        text.counter("lanyard_sessions_started_total", help, &self.sessions_started);
        let help = "Sessions that are over.";
        text.counters("lanyard_sessions_ended_total", help, "reason", &self.sessions_ended);
        let help = "Calls that were turned away.";
        text.counters("lanyard_calls_refused_total", help, "why", &self.refused);
    }

    fn surroundings(&self, text: &mut Text) {
        let help = "Records for the audit log.";
        text.counters("lanyard_records_total", help, "result", &self.records);
        let help = "Questions to revocation services.";
        text.counters("lanyard_evidence_fetches_total", help, "outcome", &self.fetches);
        let help = "Questions to the role directory.";
        text.counters("lanyard_role_look_ups_total", help, "answer", &self.look_ups);
        let help = "The role directory's answer.";
        text.histogram("lanyard_role_look_up_seconds", help, &self.looked_up);
    }
}

#[cfg(test)]
mod tests;
