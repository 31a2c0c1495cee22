//! The right to make namespaces, which every private world of pcscd and bus needs: root has it, others
//! get it by a user namespace around the whole command (`user_namespaces(7)`).

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;

use crate::cargo;
use crate::error::TaskError;

const AS_ROOT_OF_ITS_OWN: [&str; 3] = ["--user", "--map-root-user", "--"];

/// The same command with the right to make namespaces.
///
/// # Errors
/// [`TaskError::NoNamespaces`] when this user cannot have it.
pub(crate) fn allowing(command: Command) -> Result<Command, TaskError> {
    if is_root() {
        return Ok(command);
    }
    let mut attempt = Command::new("unshare");
    attempt.args(["--mount", "--net"]).args(AS_ROOT_OF_ITS_OWN);
    if !matches!(cargo::output(attempt.arg("true")), Ok((true, _))) {
        return Err(TaskError::NoNamespaces);
    }
    Ok(wrapped(&command))
}

/// Whether we are root; `/proc/self` belongs to the user we act as.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn wrapped(command: &Command) -> Command {
    let mut wrapped = Command::new("unshare");
    wrapped.args(AS_ROOT_OF_ITS_OWN).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_command_keeps_its_words_and_its_environment() {
        let mut command = Command::new("cargo");
        command.args(["test", "--lib"]).env("A", "1").env_remove("B");
        let wrapped = wrapped(&command);
        let line = "unshare --user --map-root-user -- cargo test --lib";
        assert_eq!(cargo::shown(&wrapped), line);
        let environment: Vec<_> = wrapped.get_envs().collect();
        assert_eq!(environment, command.get_envs().collect::<Vec<_>>());
    }
}
