//! Why something could not be written.

use std::{io, path::PathBuf};

/// Everything that can go wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ManualError {
    /// A file could not be written or read.
    #[error("{file}: {source}", file = file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The document of the settings is not as it is expected to be.
    #[error("docs/settings.md: {0}")]
    Document(&'static str),
    /// The D-Bus contract is not explained as it must be.
    #[error("crates/lanyard-dbus/xml: {0}")]
    Contract(String),
    /// A page could not be rendered.
    #[error("a page: {0}")]
    Page(#[from] io::Error),
    /// Cargo does not tell what the programs are made of.
    #[error("cargo metadata: {0}")]
    Cargo(String),
    /// A part of a program brings no licence text along, and we have none for it.
    #[error("{0} has no file with its licence")]
    NoLicence(String),
}
