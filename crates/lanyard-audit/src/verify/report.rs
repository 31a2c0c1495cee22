//! What verifying found.

use std::{fmt, path::PathBuf};

use crate::{Head, LONGEST_LINE};

/// What verifying found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many files were read.
    pub files: usize,
    /// How many lines are records by themselves.
    pub records: u64,
    /// The number of the first record; none when there is none.
    pub first: Option<u64>,
    /// The head that the last record makes; [`Head::ORIGIN`] when there is none.
    pub last: Head,
    /// The first place where the log is not whole.
    pub broken: Option<Broken>,
    /// In how many places a crash or a full disk left bytes that a mark closes.
    pub torn: u64,
    /// Where a record is earlier than the one before for the first time: a clock that was set back.
    pub clock_set_back: Option<Place>,
    /// What became of the head that the log was to have.
    pub anchor: Anchor,
}

impl Report {
    /// Whether nothing was found broken.
    pub const fn is_whole(&self) -> bool {
        self.broken.is_none()
    }
}

/// What became of the head that the log was to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// None was given: nothing says that the log was not cut or written anew.
    NotGiven,
    /// It is in the log.
    Found,
    /// It is not in the log.
    Missing,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u64,
    /// The number that the record at this place should have.
    pub sequence: u64,
}

/// Where a log is broken first, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Where.
    pub place: Place,
    /// How.
    pub fault: Fault,
}

/// What is wrong at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The line is not JSON, or has not the members of a record.
    #[error("the line is no record")]
    NotJson,
    /// The line has no hash at its end.
    #[error("the line has no hash at its end")]
    NoHash,
    /// The line is longer than any record.
    #[error("a line of {bytes} bytes is no record, which have at most {LONGEST_LINE}")]
    TooLong {
        /// How many bytes it has, with its end.
        bytes: u64,
    },
    /// The last line has no end: it is being written, or a crash tore it, or it was cut. The next start of
    /// the writer closes it.
    #[error("the last line is unfinished")]
    Unfinished,
    /// The record was changed: its hash is not that of its bytes.
    #[error("the record was changed: its hash is wrong")]
    WrongHash,
    /// The record was written after another one than the one before it.
    #[error("the record was not written after the one before it, which was changed or exchanged")]
    WrongPrevious,
    /// Records before this one are missing.
    #[error("records are missing: the next is number {found}")]
    Gap {
        /// The number of the record that is there.
        found: u64,
    },
    /// The record has a number that was there before.
    #[error("record {found} stands here again")]
    Repeated {
        /// Its number.
        found: u64,
    },
    /// The record closes bytes that a crash left, and they are not there.
    #[error("{bytes} bytes that a crash left, and that this record closes, are missing")]
    TornBytesMissing {
        /// How many there were.
        bytes: u64,
    },
    /// The log does not begin with its first record, and no record says that older files were removed.
    #[error("the log begins with record {first}, and nothing says that older files were removed")]
    BeginningMissing {
        /// The number it begins with.
        first: u64,
    },
    /// The log ends before the record that is known to have been its last.
    #[error("the log was cut: it was to have {expected}")]
    Cut {
        /// The head that is missing.
        expected: Head,
    },
    /// The log has another record in place of the one that is known to have been its last.
    #[error("the log was rewritten: it was to have {expected}")]
    Rewritten {
        /// The head that is missing.
        expected: Head,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: record {}", self.file.display(), self.line, self.sequence)
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}
