//! `demo` and `bench`: set up, build, and hand over to the program that knows the story.
//!
//! The demo runs the quick build, so that a first run does not wait for the slow one; the bench measures
//! what is shipped.

use std::process::{Command, ExitCode};

use crate::cargo::{self, cargo, must_succeed};
use crate::error::TaskError;
use crate::namespaces;
use crate::say;
use crate::setup::{self, Purpose};

/// What every private world starts.
pub(crate) const PROGRAMS: [&str; 4] =
    ["lanyardd", "lanyardctl", "lanyard-virtcard", "lanyard-stack"];

/// Plays the demo with `arguments`.
pub(crate) fn demo(arguments: &[String]) -> Result<ExitCode, TaskError> {
    setup::ensure(Purpose::Stack)?;
    play("lanyard-demo", &[], "debug", arguments)
}

/// Runs the bench with `arguments`.
pub(crate) fn bench(arguments: &[String]) -> Result<ExitCode, TaskError> {
    setup::ensure(Purpose::Everything)?;
    play("lanyard-bench", &["--release"], "release", arguments)
}

/// Writes the D-Bus reference.
pub(crate) fn reference() -> Result<ExitCode, TaskError> {
    let file = "docs/dbus-reference.md";
    finish(cargo(&["run", "--quiet", "--package", "lanyard-manual", "--", "--reference", file]))
}

fn play(
    program: &str,
    profile: &[&str],
    folder: &str,
    arguments: &[String],
) -> Result<ExitCode, TaskError> {
    let mut run = built(program, &PROGRAMS, profile, folder)?;
    run.args(arguments);
    finish(namespaces::allowing(run)?)
}

/// Builds a program and those that it starts; the command that runs it.
pub(crate) fn built(
    program: &str,
    started: &[&str],
    profile: &[&str],
    folder: &str,
) -> Result<Command, TaskError> {
    let mut build = cargo(&["build", "--quiet", "--bins", "--package", program]);
    build.args(profile);
    for own in started {
        build.args(["--package", *own]);
    }
    say::line("building (the first time takes a while)");
    must_succeed(&mut build)?;
    // Not `cargo run`: with other packages chosen it might build again with other features.
    let path = std::path::absolute(cargo::target().join(folder).join(program))
        .map_err(TaskError::io("finding what was built"))?;
    Ok(Command::new(path))
}

/// Runs a program to its end and takes over its exit code.
pub(crate) fn finish(mut run: Command) -> Result<ExitCode, TaskError> {
    let status = run.status().map_err(cargo::cannot_start(&run))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
