//! The command line of `lanyardctl config`: which settings.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What is to be done with the settings' files.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum ConfigTask {
    /// Say whether the settings are in order, and what is wrong with them, with file and line
    Check {
        #[command(flatten)]
        files: Files,
    },
    /// Show every setting, its value, and the file and line that sets it, or that it is the default
    Show {
        #[command(flatten)]
        files: Files,
    },
}

/// Which files.
#[derive(Args, Clone, Debug)]
pub(crate) struct Files {
    /// This file instead of /etc/lanyard/lanyard.toml, and the folder beside it whose name ends in .d instead
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}
