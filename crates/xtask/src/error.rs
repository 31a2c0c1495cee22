//! Why a task could not be done; a task that was done and found faults is no error.

use std::io;

/// Everything that can keep a task from being done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    /// A file or a program could not be used.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: String,
        /// Why it failed.
        source: io::Error,
    },
    /// Something must be installed, and we could not.
    #[error("missing: {missing}.\n{advice}")]
    Missing {
        /// What is not there.
        missing: String,
        /// What the developer can do.
        advice: String,
    },
    /// Namespaces cannot be made.
    #[error(
        "a private pcscd and bus need root or user namespaces, and this kernel gives them to root \
         only: run this as root (`sudo`), or allow them (`sysctl kernel.unprivileged_userns_clone=1`, \
         on Ubuntu `kernel.apparmor_restrict_unprivileged_userns=0`)"
    )]
    NoNamespaces,
    /// A guest's disk cannot be made.
    #[error(
        "the guest's disk has files of many users, which only root can make: run this as root (`sudo`)"
    )]
    NotRoot,
    /// A program that had to succeed did not.
    #[error("`{command}` failed")]
    Failed {
        /// The command line.
        command: String,
    },
}

impl TaskError {
    /// For `map_err`: an I/O error with what was being done.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}
