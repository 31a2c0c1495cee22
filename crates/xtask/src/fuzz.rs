//! `fuzz`: every target of every `fuzz/` folder with cargo-fuzz.
//!
//! It needs a nightly compiler. The same corpus runs as ordinary tests in `cargo xtask test`, so nothing
//! depends on this being possible.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::{self, on_path, succeeds};
use crate::error::TaskError;
use crate::say;

/// Runs `target`, or all of them, for so many seconds each: whether nothing was found.
pub(crate) fn run(target: Option<&str>, seconds: u32) -> Result<bool, TaskError> {
    if !on_path("cargo-fuzz") {
        return Err(TaskError::Missing {
            missing: "cargo-fuzz".into(),
            advice: "cargo install cargo-fuzz, and rustup toolchain install nightly".into(),
        });
    }
    let mut clean = true;
    let mut found = false;
    for folder in folders(Path::new("crates")) {
        for name in targets(&folder) {
            if target.is_none_or(|target| target == name) {
                found = true;
                clean &= fuzz(&folder, &name, seconds)?;
            }
        }
    }
    if !found {
        return Err(TaskError::Missing {
            missing: format!("a fuzz target {}", target.unwrap_or("in crates/*/fuzz")),
            advice: "Targets are files in crates/*/fuzz/fuzz_targets.".into(),
        });
    }
    Ok(clean)
}

/// Every crate's `fuzz/` folder.
fn folders(crates: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(crates).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.path().join("fuzz")).filter(|folder| folder.is_dir()).collect();
    folders.sort();
    folders
}

/// The names of a folder's targets.
fn targets(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("fuzz_targets")).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .collect();
    names.sort();
    names
}

fn fuzz(folder: &Path, target: &str, seconds: u32) -> Result<bool, TaskError> {
    say::heading(&format!("fuzz {target}"));
    let mut command = cargo::cargo(&["+nightly", "fuzz", "run", "--fuzz-dir"]);
    command.arg(folder).arg(target).arg("--");
    succeeds(command.arg(format!("-max_total_time={seconds}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_has_no_targets() {
        assert!(folders(Path::new("nowhere")).is_empty());
        assert!(targets(Path::new("nowhere")).is_empty());
    }
}
