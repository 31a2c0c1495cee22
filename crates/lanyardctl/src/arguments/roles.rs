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
    /// Make a catalogue of the tables of the National RBAC Database
    ///
    /// Tables are CSV (RFC 4180) in UTF-8; their first line names the columns. What in them will not count is said.
    Catalogue(Tables),
}

/// Which tables, and what becomes of them. Each may be named more than once.
#[derive(Args, Clone, Debug)]
pub(crate) struct Tables {
    /// What the publisher calls this version, such as 27.2
    #[arg(long, value_name = "VERSION")]
    pub(crate) version: String,
    /// Job roles: `code`, `name`
    #[arg(long, value_name = "FILE")]
    pub(crate) job_roles: Vec<PathBuf>,
    /// Activities: `code`, `name`
    #[arg(long, value_name = "FILE")]
    pub(crate) activities: Vec<PathBuf>,
    /// Areas of work: `code`, `name`
    #[arg(long, value_name = "FILE")]
    pub(crate) areas_of_work: Vec<PathBuf>,
    /// Which activity includes which: `activity`, `includes`
    #[arg(long, value_name = "FILE")]
    pub(crate) includes: Vec<PathBuf>,
    /// What a job role brings: `job_role`, `area_of_work` (may be empty), `activity`
    #[arg(long, value_name = "FILE")]
    pub(crate) baselines: Vec<PathBuf>,
    /// Write the catalogue to this file; what is there stays until the new one is whole
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,
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
