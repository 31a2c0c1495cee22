//! `fuzz`: every target of every `fuzz/` folder with cargo-fuzz, on the compiler that builds all else.
//!
//! There is no sanitizer in it, since our crates have no unsafe code; so no nightly compiler is needed. The
//! same checks run with the same seeds as ordinary tests in `cargo xtask test`, so nothing depends on this
//! being possible.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::cargo::{self, on_path, succeeds};
use crate::error::TaskError;
use crate::say;

/// How long a target runs in `cargo xtask test`.
const SMOKE_SECONDS: u32 = 2;

/// An input that takes longer than this many seconds is a finding.
const SLOWEST: u32 = 10;

/// More than one extended response, in bytes.
const LONGEST_INPUT: u32 = 70_000;

/// A program that libFuzzer starts again and again.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    /// The crate's `fuzz/`.
    folder: PathBuf,
    name: String,
}

/// Runs `name`, or all of them, for so many seconds each: whether nothing was found.
pub(crate) fn run(name: Option<&str>, seconds: u32) -> Result<bool, TaskError> {
    let all = targets(Path::new("crates"));
    let chosen: Vec<&Target> =
        all.iter().filter(|target| name.is_none_or(|name| name == target.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = all.iter().map(|target| target.name.as_str()).collect();
        return Err(TaskError::Missing {
            missing: format!("a fuzz target {}", name.unwrap_or("in crates/*/fuzz")),
            advice: format!("There are: {}", names.join(", ")),
        });
    }
    tools()?;
    let mut clean = true;
    for target in chosen {
        clean &= fuzz(target, seconds, &["-print_final_stats=1"])?;
    }
    Ok(clean)
}

/// A short run of every target, where that takes no installing and no long build: whether nothing was
/// found.
pub(crate) fn smoke() -> Result<bool, TaskError> {
    if let Err(missing) = tools() {
        say::line(&format!("skipped, {missing}"));
        return Ok(true);
    }
    if !build_folder().is_dir() {
        say::line("skipped, it was never built here: `cargo xtask fuzz` does that");
        return Ok(true);
    }
    let mut clean = true;
    for target in &targets(Path::new("crates")) {
        clean &= fuzz(target, SMOKE_SECONDS, &["-verbosity=0"])?;
    }
    Ok(clean)
}

/// Says what is missing.
fn tools() -> Result<(), TaskError> {
    let needs = [
        ("cargo-fuzz", "cargo install --locked cargo-fuzz"),
        ("c++", "apt-get install g++: libFuzzer is written in C++"),
    ];
    match needs.into_iter().find(|(program, _)| !on_path(program)) {
        Some((program, advice)) => {
            Err(TaskError::Missing { missing: program.into(), advice: advice.into() })
        }
        None => Ok(()),
    }
}

/// Every target of every crate, in order.
fn targets(crates: &Path) -> Vec<Target> {
    let mut targets: Vec<Target> = paths_in(crates)
        .map(|path| path.join("fuzz"))
        .flat_map(|folder| {
            let programs: Vec<PathBuf> = paths_in(&folder.join("fuzz_targets")).collect();
            programs.into_iter().filter_map(move |program| {
                let name = program.file_name()?.to_str()?.strip_suffix(".rs")?.to_owned();
                Some(Target { folder: folder.clone(), name })
            })
        })
        .collect();
    targets.sort();
    targets
}

fn paths_in(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

fn build_folder() -> PathBuf {
    cargo::target().join("fuzz")
}

/// Builds and runs one target. What it learns is kept under `target/`, so that the next run goes on from
/// there; what breaks it is left in the `artifacts/` of its folder.
fn fuzz(target: &Target, seconds: u32, arguments: &[&str]) -> Result<bool, TaskError> {
    let Target { folder, name } = target;
    say::heading(&format!("fuzz {name}"));
    take_the_locked_versions(folder)?;
    let learnt = build_folder().join("corpus").join(name);
    fs::create_dir_all(&learnt).map_err(TaskError::io("making a folder for what is learnt"))?;
    let mut command = cargo::cargo(&["fuzz", "run", "--sanitizer", "none", "--fuzz-dir"]);
    command.arg(folder).arg("--target-dir").arg(build_folder()).arg(name);
    command.arg(learnt).arg(folder.join("seeds").join(name)).arg("--").args(arguments);
    command.args([
        format!("-max_total_time={seconds}"),
        format!("-timeout={SLOWEST}"),
        format!("-max_len={LONGEST_INPUT}"),
    ]);
    succeeds(&mut command)
}

/// What is fuzzed is what is shipped: the lock of the workspace, to which cargo adds libFuzzer.
fn take_the_locked_versions(folder: &Path) -> Result<(), TaskError> {
    let (ours, theirs) = (Path::new("Cargo.lock"), folder.join("Cargo.lock"));
    if changed(&theirs) < changed(ours) {
        fs::copy(ours, &theirs).map_err(TaskError::io("copying Cargo.lock"))?;
    }
    Ok(())
}

/// When a file was last written; none, before all others, when it is not there.
fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|facts| facts.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_has_no_targets() {
        assert_eq!(targets(Path::new("nowhere")), []);
    }

    #[test]
    fn targets_are_found_in_every_crate() {
        let targets = targets(&cargo::repository().join("crates"));
        let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
        assert!(names.contains(&"tlv") && names.contains(&"identify"), "{names:?}");
    }

    #[test]
    fn a_file_that_is_not_there_is_older_than_any() {
        let manifest = cargo::repository().join("Cargo.toml");
        assert!(changed(Path::new("nowhere")) < changed(&manifest));
    }
}
