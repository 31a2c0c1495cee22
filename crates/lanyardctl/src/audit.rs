//! `lanyardctl audit`: looks at the audit log's files, without the daemon and without a bus.
//!
//! What is whole and what is not is `lanyard-audit`'s to judge; here it is put into words, or JSON.

mod show;
mod verify;

use std::path::{Path, PathBuf};

pub(crate) use show::show;
pub(crate) use verify::verify;

use crate::Failure;

/// The files of a log, those set aside first.
fn files(log: &Path) -> Result<Vec<PathBuf>, Failure> {
    let files = lanyard_audit::in_order(log)?;
    if files.is_empty() { Err(Failure::NoLog(log.to_owned())) } else { Ok(files) }
}
