//! Marks: records that the log writes about itself.
//!
//! They are links of the chain like any other record, and no caller can write one.

use serde::Serialize;

use crate::{Head, event::words, torn::Torn};

words! {
    /// What the log says about itself.
    pub(crate) enum Kind {
        TornLineClosed = "torn-line-closed", "bytes that are no record were left before this line, and are kept";
        LogCutFound = "log-cut-found", "the log did not have the records that it had before";
        LogFileMissing = "log-file-missing", "the file was taken away while it was written to";
        LogFileChanged = "log-file-changed", "somebody else changed the file while it was written to";
        OldLogRemoved = "old-log-removed", "the oldest file was removed, as the settings say";
        RecordsLost = "records-lost", "records could not be written and were too many to be kept";
    }
}

/// A mark and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The bytes between the record before and this one are no records.
    TornLineClosed(Torn),
    /// The log was to have `expected`, and ended with `found`.
    LogCutFound { expected: Head, found: Head },
    /// The file is new; the one before was taken away.
    LogFileMissing,
    /// The file had another length than it was left with.
    LogFileChanged,
    /// The file that ended with this record is removed.
    OldLogRemoved(Head),
    /// This many records are lost.
    RecordsLost(u64),
}

/// What marks say, as members of a record.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    torn: Option<Torn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<Head>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<Head>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Head>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<u64>,
}

impl Mark {
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::TornLineClosed(_) => Kind::TornLineClosed,
            Self::LogCutFound { .. } => Kind::LogCutFound,
            Self::LogFileMissing => Kind::LogFileMissing,
            Self::LogFileChanged => Kind::LogFileChanged,
            Self::OldLogRemoved(_) => Kind::OldLogRemoved,
            Self::RecordsLost(_) => Kind::RecordsLost,
        }
    }

    pub(crate) fn said(&self) -> Said {
        let nothing = Said::default();
        match *self {
            Self::TornLineClosed(torn) => Said { torn: Some(torn), ..nothing },
            Self::LogCutFound { expected, found } => {
                Said { expected: Some(expected), found: Some(found), ..nothing }
            }
            Self::OldLogRemoved(last) => Said { removed: Some(last), ..nothing },
            Self::RecordsLost(records) => Said { lost: Some(records), ..nothing },
            Self::LogFileMissing | Self::LogFileChanged => nothing,
        }
    }
}
