//! Starting cargo and other programs, and where the repository and its build folder are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::TaskError;

/// The repository's root, known since this crate was built in it.
pub(crate) fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from)
}

/// The cargo that runs us, with these arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    // Set by `cargo run` for us; a test that reads it must read its own.
    command.env_remove("CARGO_MANIFEST_DIR");
    command
}

/// Runs a command to its end: whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool, TaskError> {
    let status = command.status().map_err(cannot_start(command))?;
    Ok(status.success())
}

/// Runs a command to its end and fails when it does.
pub(crate) fn must_succeed(command: &mut Command) -> Result<(), TaskError> {
    if succeeds(command)? {
        return Ok(());
    }
    Err(TaskError::Failed { command: shown(command) })
}

/// What a command writes to standard output; its complaints are not shown.
pub(crate) fn output(command: &mut Command) -> Result<(bool, String), TaskError> {
    let output = command.output().map_err(cannot_start(command))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok((output.status.success(), text))
}

/// For `map_err`: names the program that could not be started.
pub(crate) fn cannot_start(command: &Command) -> impl FnOnce(std::io::Error) -> TaskError + use<> {
    TaskError::io(format!("starting `{}`", shown(command)))
}

/// Whether a program is on `PATH`.
pub(crate) fn on_path(program: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    // Where Debian keeps pcscd and ip, which are on root's path only.
    let system = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    env::split_paths(&folders).chain(system).any(|folder| folder.join(program).is_file())
}

/// A command line as it would be typed.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
