//! The command line of `lanyardctl doctor` and `lanyardctl support-bundle`.

use std::path::PathBuf;

use clap::Args;

use super::Files;

/// What is put into a support bundle, and where that is written.
#[derive(Args, Clone, Debug)]
pub(crate) struct Bundle {
    #[command(flatten)]
    pub(crate) files: Files,
    /// Write it to this file, which must not be there yet [default: lanyard-support-DATE-TIME.tar.gz, here]
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Leave numbers of 12 digits as they are, which the holders of cards are known by
    #[arg(long)]
    pub(crate) full_uuids: bool,
}
