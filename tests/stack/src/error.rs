//! Why a private world could not be made, or something in it did not happen.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// Everything that can go wrong with a [`Stack`](crate::Stack); each says what to do about it.
#[derive(thiserror::Error)]
pub enum StackError {
    /// The kernel does not let us make namespaces.
    #[error(
        "a private world needs root or a user namespace: run `cargo xtask test`, or put \
         `unshare --user --map-root-user` before the command ({source})"
    )]
    NotAllowed {
        /// What the kernel answered.
        source: io::Error,
    },
    /// One of the workspace's own programs is not there.
    #[error(
        "{} is not built: run `cargo build --workspace --bins`, or name its folder in LANYARD_BIN_DIR",
        path.display()
    )]
    NotBuilt {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// An outside program could not be started.
    #[error("`{program}` cannot be started: is it installed? ({source})")]
    NotStarted {
        /// Its name or path.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// Something did not happen in time.
    #[error("waited {patience:?} in vain for {what}\n{output}")]
    TooLate {
        /// What was awaited.
        what: String,
        /// For how long.
        patience: Duration,
        /// What the program concerned has written.
        output: String,
    },
    /// A program ended although it was still needed.
    #[error("`{program}` ended ({status}) while it was waited for\n{output}")]
    Ended {
        /// Its name.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// What it has written.
        output: String,
    },
    /// A virtual card refused a command on its control socket.
    #[error("the virtual card refused `{command}`: {reason}")]
    CardRefused {
        /// The line that was sent.
        command: String,
        /// Its `error` member, or the whole line where that is missing.
        reason: String,
    },
    /// More readers than pcscd can have, or a slot that does not exist.
    #[error("{asked} readers were asked for, {limit} are possible")]
    TooManyReaders {
        /// The number asked for.
        asked: usize,
        /// The most there can be.
        limit: usize,
    },
    /// The private bus cannot be spoken to.
    #[error("the private bus: {0}")]
    Bus(#[from] zbus::Error),
    /// A file, socket or system call failed.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: String,
        /// Why it failed.
        source: io::Error,
    },
}

/// A test that fails shows this: the words, with their line breaks.
impl fmt::Debug for StackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StackError {
    /// For `map_err`: an I/O error with what was being done.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}
