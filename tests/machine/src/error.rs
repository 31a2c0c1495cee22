//! Why a machine could not be had, or a story did not go as it should.

use std::io;
use std::time::Duration;

use lanyard_stack::StackError;

/// Everything that ends a story early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MachineError {
    /// A file, a socket or a program could not be used.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: String,
        /// Why it failed.
        source: io::Error,
    },
    /// One of our own programs is not built.
    #[error(transparent)]
    Program(#[from] StackError),
    /// A program on this side failed.
    #[error("`{program}` failed; what it said is in {said}")]
    Failed {
        /// Its name.
        program: String,
        /// The file with its output.
        said: String,
    },
    /// QEMU or the virtual card refused an order.
    #[error("`{order}` was answered {answer}")]
    Refused {
        /// What was ordered.
        order: String,
        /// The answer.
        answer: String,
    },
    /// A script in the guest failed.
    #[error("in the guest, `{script}` ended with {code}: {output}")]
    Guest {
        /// The script.
        script: String,
        /// Its exit code.
        code: i32,
        /// What it printed.
        output: String,
    },
    /// Something that had to happen did not.
    #[error("within {within:?} there was no {awaited}; heard: {heard}")]
    Silence {
        /// What was waited for.
        awaited: String,
        /// How long.
        within: Duration,
        /// What came instead.
        heard: String,
    },
    /// Something was otherwise than the story has it.
    #[error("{0}")]
    Otherwise(String),
}

impl MachineError {
    /// For `map_err`: an I/O error with what was being done.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}

/// Fails with both values when they differ.
pub(crate) fn must_be<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: &T,
    expected: &T,
) -> Result<(), MachineError> {
    if found == expected {
        return Ok(());
    }
    Err(MachineError::Otherwise(format!("{what} is {found:?}, not {expected:?}")))
}

/// Fails with these words unless it is so.
pub(crate) fn must(is_so: bool, otherwise: impl FnOnce() -> String) -> Result<(), MachineError> {
    if is_so { Ok(()) } else { Err(MachineError::Otherwise(otherwise())) }
}
