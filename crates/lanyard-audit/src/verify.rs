//! Verifies that a log is whole: every record unchanged, none missing, none added, none moved.
//!
//! Reads the files once, in bounded memory, and writes nothing. What is cut from the end, and a log written
//! anew from somewhere on, show only against a head that was kept elsewhere.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use crate::{
    AuditError, Head,
    line::judge,
    lines::{Line, Lines},
};

mod chain;
mod report;

use chain::Chain;
pub use report::{Anchor, Broken, Fault, Place, Report};

/// Verifies the files of a log, given in the order of the chain, and that `anchor` is one of its heads.
///
/// # Errors
/// [`AuditError`] when a file cannot be read. What is wrong with the log is not an error: it is in the
/// [`Report`].
pub fn verify(files: &[PathBuf], anchor: Option<Head>) -> Result<Report, AuditError> {
    let mut chain = Chain::new(anchor);
    for file in files {
        pass(file, &mut chain).map_err(|error| AuditError::of(file, error))?;
    }
    Ok(chain.report(files.len()))
}

/// Verifies one file of a log by itself, as when there is no time for all: that what was before it is there, and is what
/// it was written after, is not asked.
///
/// # Errors
/// As [`verify`].
pub fn verify_alone(file: &Path) -> Result<Report, AuditError> {
    let mut chain = Chain::with_any_beginning();
    pass(file, &mut chain).map_err(|error| AuditError::of(file, error))?;
    Ok(chain.report(1))
}

fn pass(path: &Path, chain: &mut Chain) -> std::io::Result<()> {
    let mut lines = Lines::of(File::open(path)?);
    chain.enter(path);
    while let Some(line) = lines.next(|bytes| chain.spill(bytes))? {
        match line {
            Line::Ended(line) => chain.meet(judge(line), &[line, b"\n"]),
            Line::Unfinished(line) => chain.meet(Err(Fault::Unfinished), &[line]),
            Line::TooLong { bytes } => chain.meet(Err(Fault::TooLong { bytes }), &[]),
        }
    }
    Ok(())
}
