//! `config check`, `config show`: what the daemon makes of the settings' files, whether or not it runs.
//!
//! Nothing is known here of settings. The daemon's own program is asked, the one that is installed beside this one.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Serialize;

use crate::{
    arguments::{ConfigTask, Files},
    ending::Ending,
    failure::Failure,
    output::{self, Form},
};

/// The daemon's program.
const DAEMON: &str = "lanyardd";

/// Carries out a task.
pub(crate) fn run(task: &ConfigTask, form: Form) -> Result<(), Failure> {
    match task {
        ConfigTask::Check { files } => check(files, form),
        ConfigTask::Show { files } => show(files, form),
    }
}

/// What a check found.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Checked<'a> {
    in_order: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<&'a str>,
}

fn check(files: &Files, form: Form) -> Result<(), Failure> {
    let mut daemon = daemon(files);
    let found = daemon.arg("--check-config").output().map_err(not_run(&daemon))?;
    let said = String::from_utf8_lossy(&found.stderr);
    let in_order = found.status.success();
    let wrong = said.trim().strip_prefix("lanyardd: ").unwrap_or(said.trim());
    match form {
        Form::Json => output::json(&Checked { in_order, wrong: (!in_order).then_some(wrong) })?,
        Form::Words if in_order => output::line("The settings are in order.")?,
        Form::Words => output::line(wrong)?,
    }
    if in_order { Ok(()) } else { Err(Failure::NotDone(Ending::Failed)) }
}

fn show(files: &Files, form: Form) -> Result<(), Failure> {
    let mut daemon = daemon(files);
    daemon.arg(match form {
        Form::Json => "--show-config=json",
        Form::Words => "--show-config",
    });
    let status = daemon.stdin(Stdio::null()).status().map_err(not_run(&daemon))?;
    if status.success() { Ok(()) } else { Err(Failure::NotDone(Ending::Failed)) }
}

fn daemon(Files { config }: &Files) -> Command {
    let this = env::current_exe().unwrap_or_default();
    let mut daemon = Command::new(beside(&this).unwrap_or_else(|| DAEMON.into()));
    if let Some(file) = config {
        daemon.arg("--config").arg(file);
    }
    daemon
}

/// The daemon's program in the folder of this one, where both were built, or in `sbin` beside it, where they are
/// installed.
fn beside(this: &Path) -> Option<PathBuf> {
    let folder = this.parent()?;
    let places = [folder.join(DAEMON), folder.with_file_name("sbin").join(DAEMON)];
    places.into_iter().find(|place| place.is_file())
}

fn not_run(daemon: &Command) -> impl FnOnce(std::io::Error) -> Failure {
    let program = PathBuf::from(daemon.get_program());
    |source| Failure::NoDaemon { program, source }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_daemon_that_is_asked_is_the_one_that_came_along() {
        let root = tempfile::tempdir().unwrap();
        let (bin, sbin) = (root.path().join("bin"), root.path().join("sbin"));
        for folder in [&bin, &sbin] {
            fs::create_dir(folder).unwrap();
        }
        assert_eq!(beside(&bin.join("lanyardctl")), None);
        fs::write(sbin.join("lanyardd"), "").unwrap();
        assert_eq!(beside(&bin.join("lanyardctl")), Some(sbin.join("lanyardd")));
        fs::write(bin.join("lanyardd"), "").unwrap();
        assert_eq!(beside(&bin.join("lanyardctl")), Some(bin.join("lanyardd")));
    }
}
