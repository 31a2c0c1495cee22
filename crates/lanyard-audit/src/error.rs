//! What can go wrong with the log's files, and what can be found wrong with them.
//!
//! An error keeps a record from being written; a finding is something an administrator should hear of
//! while the log goes on.

use std::{
    io,
    path::{Path, PathBuf},
};

use rustix::io::Errno;

use crate::Head;

/// Why a record is not in the log, or the log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// There is no room: the disk, the quota or the permitted file size is used up.
    #[error("{file}: there is no room for another record", file = file.display())]
    Full {
        /// Which file.
        file: PathBuf,
    },
    /// The file system can only be read.
    #[error("{file}: the file system is read-only", file = file.display())]
    ReadOnly {
        /// Which file.
        file: PathBuf,
    },
    /// Permissions or ownership do not allow it.
    #[error("{file}: permission denied", file = file.display())]
    Denied {
        /// Which file.
        file: PathBuf,
    },
    /// The file, or the folder it belongs into, is not there.
    #[error("{file}: not found", file = file.display())]
    Missing {
        /// Which file.
        file: PathBuf,
    },
    /// What stands at the path is no ordinary file.
    #[error("{file}: not an ordinary file", file = file.display())]
    NotAFile {
        /// Which path.
        file: PathBuf,
    },
    /// Another writer has this log.
    #[error("{file}: another process writes this log", file = file.display())]
    InUse {
        /// Which log.
        file: PathBuf,
    },
    /// The file was replaced, while it was written to, by another that is not empty.
    #[error("{file}: replaced by another file", file = file.display())]
    Replaced {
        /// Which file.
        file: PathBuf,
    },
    /// The record is in the file, but whether it is on the disk is not known.
    #[error("{file}: cannot be synced: {source}", file = file.display())]
    NotSynced {
        /// Which file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Any other fault.
    #[error("{file}: {source}", file = file.display())]
    Io {
        /// Which file.
        file: PathBuf,
        /// What.
        source: io::Error,
    },
}

impl AuditError {
    /// The fact behind an error of the file system.
    pub(crate) fn of(file: &Path, source: io::Error) -> Self {
        let file = file.to_owned();
        match Errno::from_io_error(&source) {
            Some(Errno::NOSPC | Errno::DQUOT | Errno::FBIG) => Self::Full { file },
            Some(Errno::ROFS) => Self::ReadOnly { file },
            Some(Errno::ACCESS | Errno::PERM) => Self::Denied { file },
            Some(Errno::NOENT) => Self::Missing { file },
            Some(Errno::LOOP | Errno::ISDIR) => Self::NotAFile { file },
            _ => Self::Io { file, source },
        }
    }
}

/// Something about the log that an administrator should hear of.
#[derive(Debug, thiserror::Error)]
pub enum Finding {
    /// Bytes after the last record were no record, as after a crash; a mark closes them.
    #[error("{bytes} bytes after record {after} were no record: closed by a mark")]
    TornLineClosed {
        /// The record before them.
        after: u64,
        /// How many.
        bytes: u64,
    },
    /// The record that was the last is not in the log: it was cut or rewritten.
    #[error("the log was cut or rewritten: it was to have {expected} and ends with {found}")]
    LogCut {
        /// The head that the log was to have.
        expected: Head,
        /// What it ends with.
        found: Head,
    },
    /// The file was taken away while it was written to; a new one goes on.
    #[error("the log's file was taken away: a new one continues the chain")]
    FileMissing,
    /// Somebody else wrote to the file, or shortened it.
    #[error("the log's file was left with {left} bytes and has {found}")]
    FileChanged {
        /// Its length as it was left.
        left: u64,
        /// Its length as it was found.
        found: u64,
    },
    /// Others than owner and group can read the file, or others than the owner can write it.
    #[error("the log's file has mode {mode:03o}, not 640 or less")]
    OpenToOthers {
        /// The permission bits.
        mode: u32,
    },
    /// The file could not be set aside, or the oldest not be removed; the log goes on in the same file.
    #[error("the log could not be rotated: {0}")]
    NotRotated(AuditError),
    /// Records that take away could not be written and were too many to be kept.
    #[error("{records} records are lost: the log could not be written")]
    RecordsLost {
        /// How many.
        records: u64,
    },
}
