//! What is wrong with files and folders, each with its place: for the journal, and for whoever asks later.

use std::fmt;
use std::io;
use std::path::PathBuf;

use lanyard_trust::{CertificateError, CrlError, UnixTime};

/// Something wrong with a configured file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file or folder.
    pub place: PathBuf,
    /// What is wrong there.
    pub fact: ProblemFact,
}

/// What can be wrong with a file or a folder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProblemFact {
    /// The folder cannot be listed.
    #[error("the folder cannot be read: {0}")]
    Folder(io::ErrorKind),
    /// The folder holds more files than are read: the last by name are left out.
    #[error("the folder holds more than {most} files; the last by name are left out")]
    TooManyFiles {
        /// How many are read.
        most: usize,
    },
    /// The files together are longer than what is read: this one is left out.
    #[error("left out: the folder's files together are longer than {limit} bytes")]
    TooMuch {
        /// Bytes.
        limit: usize,
    },
    /// The file cannot be read.
    #[error("unreadable: {0}")]
    Unreadable(io::ErrorKind),
    /// It is a pipe, a device or a socket.
    #[error("not a file")]
    NotAFile,
    /// The file is too long.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// Bytes.
        limit: usize,
    },
    /// A certificate in it.
    #[error("certificate {number}: {problem}")]
    Certificate {
        /// Which one, from 1.
        number: usize,
        /// What is wrong with it.
        problem: lanyard_trust::Problem,
    },
    /// A responder's certificate in it.
    #[error("certificate {number}: {error}")]
    Responder {
        /// Which one, from 1.
        number: usize,
        /// Why it cannot be read.
        error: CertificateError,
    },
    /// A PEM block in it.
    #[error("block {number}: the PEM form is broken")]
    BrokenPem {
        /// Which one, from 1.
        number: usize,
    },
    /// A list in it.
    #[error("list {number}: {error}")]
    List {
        /// Which one, from 1.
        number: usize,
        /// Why it cannot be read.
        error: CrlError,
    },
    /// Neither a list nor a certificate is in it.
    #[error("nothing is in it")]
    Empty,
    /// The list is over; it still tells what was revoked.
    #[error("list {number} is stale: the next one was due at {until}")]
    Stale {
        /// Which one, from 1.
        number: usize,
        /// `nextUpdate`.
        until: UnixTime,
    },
    /// No configured authority has signed it: it counts only for authorities that a card brings along.
    #[error("list {number} of {issuer}: no configured authority has signed it")]
    UnknownSigner {
        /// Which one, from 1.
        number: usize,
        /// Who issued it, as it says.
        issuer: String,
    },
    /// What was read from it before goes on counting.
    #[error("what was read before still counts")]
    StillCounts,
    /// Nobody is trusted.
    #[error("no trust anchor is there: nobody can sign in")]
    NoAnchor,
    /// Changes are not noticed: the folder is read again once a minute.
    #[error("changes cannot be watched: {0}")]
    NoWatch(io::ErrorKind),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place.display(), self.fact)
    }
}
