//! The command line of `lanyardctl roles`: those of the session; or an access profile, held against the session or
//! against everybody in the role directory.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The roles that can be chosen, or something about profiles instead.
#[derive(Args, Clone, Debug)]
pub(crate) struct Roles {
    #[command(subcommand)]
    pub(crate) instead: Option<RolesTask>,
}

/// What is to be said about an access profile.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum RolesTask {
    /// Say whether the session's role has what an access profile needs, or what it lacks and who adds it
    ///
    /// Ends with 0 when nothing is missing, and with 1 when something is.
    Check {
        /// The profile, such as cp-is-unscheduled
        profile: String,
    },
    /// List who in the role directory lacks what of an access profile
    ///
    /// Reads the directory's files and needs no daemon. Each role that is open today is judged by itself, since
    /// people work in one role at a time. Documents that do not count are listed with the reason.
    Report(Report),
}

/// Which profile, and where the directory is.
#[derive(Args, Clone, Debug)]
pub(crate) struct Report {
    /// The profile, such as cp-is-unscheduled
    pub(crate) profile: String,
    /// The daemon's settings, which say where the directory is, which keys count for whom, and what profiles
    /// there are [default: /etc/lanyard/lanyard.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The folder of role documents, instead of the settings'
    #[arg(long, value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    /// The folder of the keys that sign them, instead of the settings'
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keys: Option<PathBuf>,
    /// The catalogue of roles and activities, instead of the settings'
    #[arg(long, value_name = "FILE")]
    pub(crate) catalogue: Option<PathBuf>,
}
