//! Why a document of the directory, or a role in it, does not count. Each has a word for the journal, the
//! audit log and the bus.

use std::io;

use jiff::Timestamp;

use crate::identifiers::OdsCode;
use crate::userinfo::{DocumentFault, RoleFault};

/// Something found against a document or a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// A signature is wrong, or a role is not the one that the person's statement names.
    #[error("it is not what was signed")]
    Tampered,
    /// No key of this name is configured.
    #[error("the key {kid:?} is not known")]
    UnknownKey {
        /// As the statement names it.
        kid: String,
    },
    /// The key may not speak for this organisation.
    #[error("the key {kid:?} may not speak for {organisation}")]
    KeyNotAllowed {
        /// The key.
        kid: String,
        /// The organisation.
        organisation: OdsCode,
    },
    /// It is about somebody else.
    #[error("it is about another person")]
    WrongUuid,
    /// A newer one was seen before.
    #[error("issued at {issued}, and one issued at {seen} was seen before")]
    ReplayedOlder {
        /// When it was issued.
        issued: Timestamp,
        /// When the newest was that was seen.
        seen: Timestamp,
    },
    /// It is over.
    #[error("it expired at {at}")]
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// It was issued in the future, or this machine's clock is wrong.
    #[error("it is issued only at {at}")]
    NotYetIssued {
        /// From when it counts.
        at: Timestamp,
    },
    /// It has another form.
    #[error("malformed: {0}")]
    Malformed(Malformation),
    /// It is too long.
    #[error("longer than {limit} bytes")]
    TooLarge {
        /// What is read, in bytes.
        limit: usize,
    },
    /// Nobody has signed it, and the site does not take that.
    #[error("nobody has signed it")]
    Unsigned,
    /// It cannot be read.
    #[error("unreadable: {0}")]
    Unreadable(io::ErrorKind),
}

/// What is malformed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformation {
    /// A statement is no JWS.
    #[error("{0}")]
    Jws(#[from] crate::jws::JwsFault),
    /// A statement is of another kind than its place demands.
    #[error("a statement of the kind {found:?} where {expected:?} belongs")]
    Kind {
        /// What it says.
        found: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// The claims that every statement has.
    #[error("{0}")]
    Claims(String),
    /// What it says is no role document.
    #[error("{0}")]
    Document(#[from] DocumentFault),
    /// What it says is no role.
    #[error("{0}")]
    Role(#[from] RoleFault),
    /// A role's statement has other than one role.
    #[error("{roles} roles where one belongs")]
    NotOneRole {
        /// How many.
        roles: usize,
    },
    /// It is not text, or has no line.
    #[error("not lines of text")]
    NotText,
}

impl Finding {
    /// One word, for programs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Tampered => "tampered",
            Self::UnknownKey { .. } => "unknown-key",
            Self::KeyNotAllowed { .. } => "key-not-allowed",
            Self::WrongUuid => "wrong-uuid",
            Self::ReplayedOlder { .. } => "replayed-older",
            Self::Expired { .. } => "expired",
            Self::NotYetIssued { .. } => "not-yet-issued",
            Self::Malformed(_) => "malformed",
            Self::TooLarge { .. } => "too-large",
            Self::Unsigned => "unsigned",
            Self::Unreadable(_) => "unreadable",
        }
    }
}
