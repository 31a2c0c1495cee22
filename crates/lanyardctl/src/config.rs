//! `config check`, `config show`: what the daemon would make of the settings' files, whether or not it runs.

use std::path::Path;

use lanyard_settings::{Layers, shown};
use serde::Serialize;

use crate::{
    arguments::{ConfigTask, Files},
    ending::Ending,
    failure::Failure,
    output::{self, Form, printable},
};

/// Carries out a task.
pub(crate) fn run(task: &ConfigTask, form: Form) -> Result<(), Failure> {
    match task {
        ConfigTask::Check { files: Files { config } } => check(config.as_deref(), form),
        ConfigTask::Show { files: Files { config } } => show(config.as_deref(), form),
    }
}

/// What a check found.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Checked {
    in_order: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
}

fn check(named: Option<&Path>, form: Form) -> Result<(), Failure> {
    let wrong = Layers::in_order(named).err().map(|error| error.to_string());
    let in_order = wrong.is_none();
    match (form, &wrong) {
        (Form::Json, _) => output::json(&Checked { in_order, wrong })?,
        (Form::Words, None) => output::line("The settings are in order.")?,
        (Form::Words, Some(wrong)) => output::line(&printable(wrong))?,
    }
    if in_order { Ok(()) } else { Err(Failure::NotDone(Ending::Failed)) }
}

fn show(named: Option<&Path>, form: Form) -> Result<(), Failure> {
    let (layers, _) = Layers::in_order(named)?;
    let form = match form {
        Form::Json => lanyard_settings::Form::Json,
        Form::Words => lanyard_settings::Form::Toml,
    };
    output::text(&shown(&layers, form))
}
