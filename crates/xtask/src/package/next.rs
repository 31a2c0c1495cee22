//! The version after this one, made only to be upgraded to: the same programs, and other default settings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{build, first_version, packages, read};
use crate::cargo::must_succeed;
use crate::error::TaskError;

/// Higher than any of ours.
const VERSION: &str = "999";

/// Makes it in a folder of its own, so that nobody takes it for one of ours; the daemon's first.
pub(super) fn make(folder: &Path, work: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let folder = folder.join("next");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(TaskError::io("removing the last next version"))?;
    }
    fs::create_dir(&folder).map_err(TaskError::io("making a folder for the next version"))?;
    let next = folder.join("work");
    must_succeed(Command::new("cp").arg("-R").arg(work).arg(&next))?;
    edit(&next.join("debian/changelog"), |text| text.replacen(first_version(text), VERSION, 1))?;
    edit(&next.join("made/lanyard/etc/lanyard/lanyard.toml"), |text| {
        format!("{text}# What a later version has to say.\n")
    })?;
    build(&next)?;
    packages(&folder, VERSION)
}

fn edit(file: &Path, change: impl FnOnce(&str) -> String) -> Result<(), TaskError> {
    let text = read(file)?;
    fs::write(file, change(&text)).map_err(TaskError::io(format!("writing {}", file.display())))
}
