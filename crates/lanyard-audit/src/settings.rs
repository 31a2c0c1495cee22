//! Where the log is and when it is rotated.

use std::{num::NonZero, path::PathBuf};

/// Where the log is and when it is rotated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The file that is written to. Its folder must exist.
    pub path: PathBuf,
    /// A file that would grow above this many bytes is set aside first. One record is always written,
    /// however small the bound.
    pub rotate_above: u64,
    /// How many files set aside are kept; none says that nothing is ever deleted.
    pub keep: Option<NonZero<usize>>,
}

impl Settings {
    /// The bound that is set where nobody says otherwise: some 40,000 records.
    pub const ROTATE_ABOVE: u64 = 16 * 1024 * 1024;

    /// A log at this path that is rotated at the usual size and keeps everything.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), rotate_above: Self::ROTATE_ABOVE, keep: None }
    }
}
