//! `package --check`: what Debian's own critic says, and a package's life on fresh Debians, from its installation
//! to its purge, told by a shell script in which every line says what must be true.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{next, room};
use crate::cargo::succeeds;
use crate::error::TaskError;
use crate::namespaces::is_root;
use crate::say;

/// What is done and looked at in the room.
const LIFE: &str = include_str!("life.sh");

/// The Debians that a package is for, 12 and 13.
const SUITES: [&str; 2] = ["bookworm", "trixie"];

/// Tries packages, the daemon's first: whether nothing was found.
pub(super) fn run(folder: &Path, work: &Path, ours: &[PathBuf]) -> Result<bool, TaskError> {
    if !is_root() {
        return Err(TaskError::Missing {
            missing: "the right to install packages in a Debian of its own".into(),
            advice: "Run this as root (`sudo`).".into(),
        });
    }
    say::heading("lintian");
    let mut is_clean = succeeds(&mut lintian(ours))?;
    let next = next::make(folder, work)?;
    for suite in SUITES {
        say::heading(&format!("a package's life on {suite}"));
        let tree = folder.join(suite);
        room::make(&tree, suite)?;
        let mut life = room::command(&tree, folder, LIFE);
        for package in ours.iter().chain(&next) {
            life.arg(package.strip_prefix(folder).unwrap_or(package));
        }
        let (is_alive, took) = say::timed(|| succeeds(&mut life));
        is_clean &= is_alive?;
        say::line(&format!("{:.1} s", took.as_secs_f64()));
    }
    Ok(is_clean)
}

/// Everything that it has to say; errors and warnings count.
fn lintian(packages: &[PathBuf]) -> Command {
    let mut lintian = Command::new("lintian");
    lintian.args(["--allow-root", "--fail-on=error,warning", "--tag-display-limit=0", "--info"]);
    lintian.args(packages);
    lintian
}
