//! What came of an order: one line of JSON for programs, a sentence for people.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use lanyard_virtcard::Counts;
use serde::Serialize;

/// The outcome of one order.
pub(super) type Outcome = Result<Done, String>;

/// An order that was carried out.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) words: String,
    pub(super) facts: Facts,
}

/// What a program wants to know of it.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Facts {
    Status(Status),
    Counts(Traffic),
    Personas { personas: Vec<String> },
    Nothing {},
}

/// How the reader and its card are.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Status {
    /// The persona in the reader, or the one that `insert` alone would put in.
    pub(super) persona: String,
    /// Whether the card is in, as far as this side is concerned.
    pub(super) inserted: bool,
    /// Whether the reader has taken it.
    pub(super) plugged: bool,
    /// Of the card that is in or was in last; absent before the first.
    pub(super) tries: Option<u8>,
    pub(super) puk_tries: Option<u8>,
    pub(super) verified: Option<bool>,
    pub(super) fault: Option<String>,
}

/// What went through the card.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Traffic {
    apdus: u64,
    bytes_in: u64,
    bytes_out: u64,
    instructions: BTreeMap<String, u64>,
    /// CLA, INS, P1 and P2 of the first commands, in order.
    headers: Vec<String>,
    /// Microseconds in which the card was at work.
    worked_us: u128,
    /// Microseconds from 1970 to the moment at which its last answer was ready; 0 before the first.
    answered_us: u128,
}

impl From<&Counts> for Traffic {
    fn from(counts: &Counts) -> Self {
        let named = |(instruction, count): (&u8, &u64)| (format!("{instruction:02X}"), *count);
        Self {
            apdus: counts.apdus,
            bytes_in: counts.bytes_in,
            bytes_out: counts.bytes_out,
            instructions: counts.instructions.iter().map(named).collect(),
            headers: counts.headers.iter().copied().map(hex).collect(),
            worked_us: counts.worked.as_micros(),
            answered_us: since_1970(counts.answered),
        }
    }
}

fn since_1970(time: Option<SystemTime>) -> u128 {
    let time = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    time.unwrap_or_default().as_micros()
}

fn hex(header: [u8; 4]) -> String {
    format!("{:08X}", u32::from_be_bytes(header))
}

/// The outcome as the control socket gives it.
pub(super) fn json(outcome: &Outcome) -> String {
    #[derive(Serialize)]
    struct Good<'a> {
        ok: bool,
        #[serde(flatten)]
        facts: &'a Facts,
    }
    #[derive(Serialize)]
    struct Bad<'a> {
        ok: bool,
        error: &'a str,
    }
    let line = match outcome {
        Ok(Done { facts, .. }) => serde_json::to_string(&Good { ok: true, facts }),
        Err(error) => serde_json::to_string(&Bad { ok: false, error }),
    };
    line.unwrap_or_else(|error| format!("{{\"ok\":false,\"error\":\"{error}\"}}"))
}

/// The outcome as a person reads it.
pub(super) fn words(outcome: &Outcome) -> &str {
    match outcome {
        Ok(done) => &done.words,
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_one_line_that_begins_with_ok() {
        let done = Done { words: "done".to_owned(), facts: Facts::Nothing {} };
        assert_eq!(json(&Ok(done)), "{\"ok\":true}");
        let counts = Counts { headers: vec![[0, 0x20, 0xFF, 0x80]], ..Counts::default() };
        let counts = Facts::Counts(Traffic::from(&counts));
        let words = String::new();
        assert_eq!(
            json(&Ok(Done { words, facts: counts })),
            "{\"ok\":true,\"apdus\":0,\"bytes_in\":0,\"bytes_out\":0,\"instructions\":{},\
             \"headers\":[\"0020FF80\"],\"worked_us\":0,\"answered_us\":0}"
        );
        assert_eq!(
            json(&Err("a \"b\"\nc".to_owned())),
            "{\"ok\":false,\"error\":\"a \\\"b\\\"\\nc\"}"
        );
    }
}
