//! The points at which an attempt can be cut off: the system calls of a card's thread, as strace(1) wrote
//! them down in a rehearsal, each with how far the attempt is before the call.

use std::{collections::BTreeMap, fmt};

/// Strings in hexadecimal, descriptors with their files, and strings long enough for a command.
pub(super) const REHEARSAL: [&str; 4] = ["-x", "-y", "-s", "64"];

/// How far an attempt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// The card is asked for its tries.
    Preparing,
    IntentWritten,
    IntentSynced,
    /// A command with a passcode has left.
    Sent,
    Answered,
    SettlementWritten,
    Settled,
    RecordWritten,
    RecordSynced,
}

/// Just before a system call.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// The call's name, and the how manieth of its name it is, counted from 1.
    call: String,
    number: usize,
    pub(super) stage: Stage,
    /// As strace wrote it, for messages.
    words: String,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "killed at {:?} before {}", self.stage, self.words)
    }
}

impl Point {
    /// What makes strace kill the program there.
    pub(super) fn kill(&self) -> [String; 2] {
        let Self { call, number, .. } = self;
        ["-e".to_owned(), format!("inject={call}:signal=KILL:when={number}")]
    }
}

impl Stage {
    /// The stage after a call.
    fn after(self, line: &str) -> Self {
        let is = |call: &str, file: &str| line.starts_with(call) && line.contains(file);
        let with_passcode = [r"\x00\x20\x00\x80\x08", r"\x00\x24\x00\x80\x10"];
        let word = [r#""\x63\xc"#, r#""\x90\x00""#];
        match self {
            Self::Preparing if is("pwrite64(", "/ledger>") => Self::IntentWritten,
            Self::IntentWritten if is("fdatasync(", "/ledger>") => Self::IntentSynced,
            Self::IntentSynced if with_passcode.iter().any(|it| is("sendto(", it)) => Self::Sent,
            Self::Sent if word.iter().any(|word| is("read(", word)) => Self::Answered,
            Self::Answered if is("pwrite64(", "/ledger>") => Self::SettlementWritten,
            Self::SettlementWritten if is("fdatasync(", "/ledger>") => Self::Settled,
            Self::Settled if is("write(", "/audit.jsonl>") => Self::RecordWritten,
            Self::RecordWritten if is("fdatasync(", "/audit.jsonl>") => Self::RecordSynced,
            stage => stage,
        }
    }
}

/// The points of a rehearsal, in order. Waiting for an order is none: nothing has begun.
pub(super) fn points(trace: &str) -> Vec<Point> {
    let mut seen = BTreeMap::new();
    let mut stage = Stage::Preparing;
    let mut points = Vec::new();
    for line in trace.lines() {
        let Some((call, _)) = line.split_once('(').filter(|(call, _)| *call != "futex") else {
            continue;
        };
        let number = seen.entry(call).or_insert(0);
        *number += 1;
        points.push(Point {
            call: call.to_owned(),
            number: *number,
            stage,
            words: line.to_owned(),
        });
        stage = stage.after(line);
    }
    points
}
