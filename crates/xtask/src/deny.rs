//! `cargo deny`: licences, sources and bans of all dependencies; advisories where their database can be
//! reached.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{self, must_succeed, on_path, succeeds};
use crate::error::TaskError;
use crate::say;

/// The version that is built where none is installed.
const VERSION: &str = "0.20.2";

/// Checks everything that can be checked from here: whether nothing was found.
pub(crate) fn run() -> Result<bool, TaskError> {
    let program = program()?;
    let mut check = Command::new(&program);
    check.args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    if !succeeds(&mut check)? {
        return Ok(false);
    }
    let mut fetch = Command::new("timeout");
    fetch.arg("60").arg(&program).args(["fetch", "db"]);
    if !matches!(cargo::output(&mut fetch), Ok((true, _))) {
        say::line("advisories not checked: their database cannot be fetched from here");
        return Ok(true);
    }
    let mut check = Command::new(&program);
    succeeds(check.args(["check", "--disable-fetch", "advisories"]))
}

/// The installed cargo-deny, or one that is built once under `target`.
fn program() -> Result<PathBuf, TaskError> {
    if on_path("cargo-deny") {
        return Ok("cargo-deny".into());
    }
    let root = cargo::target().join("tools");
    let program = root.join("bin/cargo-deny");
    if !program.is_file() {
        let mut install = cargo::cargo(&["install", "--locked", "--debug", "--quiet"]);
        install.args(["cargo-deny", "--version", VERSION, "--root"]);
        say::line(&format!("building cargo-deny {VERSION}, once"));
        must_succeed(install.arg(&root))?;
    }
    Ok(program)
}
