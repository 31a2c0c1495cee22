//! Why there are no figures.

use std::io;

use lanyard_roles::directory::NoAnswer;
use lanyard_stack::StackError;
use lanyard_trust::{CertificateError, CrlError};
use openssl::error::ErrorStack;

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    /// The private stack failed.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// The raw PC/SC client failed.
    #[error("the raw PC/SC client failed: {0}")]
    Raw(#[from] pcsc::Error),
    /// The raw PC/SC client ended.
    #[error("the raw PC/SC client ended early")]
    RawEnded,
    /// The card did not do what the raw PC/SC client said.
    #[error("the card did not take a command of the raw PC/SC client")]
    RawRefused,
    /// The system failed.
    #[error("{0}")]
    System(#[from] io::Error),
    /// The daemon did not do what was measured.
    #[error("the daemon: {0}")]
    Daemon(String),
    /// A program beside ours failed.
    #[error("{program} failed: {words}")]
    Peer {
        /// Which.
        program: &'static str,
        /// What it said.
        words: String,
    },
    /// OpenSSL failed.
    #[error("OpenSSL: {0}")]
    OpenSsl(#[from] ErrorStack),
    /// A certificate that was made for the bench cannot be read.
    #[error("{0}")]
    Certificate(#[from] CertificateError),
    /// A list that was made for the bench cannot be read.
    #[error("{0}")]
    List(#[from] CrlError),
    /// A verdict was not what it must be.
    #[error("a wrong verdict: {0}")]
    Verdict(String),
    /// The role directory did not answer.
    #[error(transparent)]
    Roles(#[from] NoAnswer),
    /// Nothing was measured.
    #[error("there is no figure for {0}")]
    Empty(&'static str),
}
