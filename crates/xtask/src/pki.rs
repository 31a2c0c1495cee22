//! `pki`: the whole test PKI in a folder, made by the virtual card's program, whose cards it issues, and signed role
//! documents of their holders.
//!
//! Nothing is made here: names, dates and forms are that program's.

use std::path::Path;
use std::process::ExitCode;

use crate::cargo::{self, cannot_start, cargo};
use crate::error::TaskError;
use crate::setup::{self, Purpose};

/// Makes it in `folder`, as of `at`; beside what is built, as of now, if nothing is said.
pub(crate) fn run(folder: Option<&Path>, at: Option<&str>) -> Result<ExitCode, TaskError> {
    setup::ensure(Purpose::Stack)?;
    let folder = folder.map_or_else(|| cargo::target().join("pki"), Path::to_owned);
    let mut make = cargo(&["run", "--quiet", "--package", "lanyard-virtcard", "--", "pki"]);
    if let Some(at) = at {
        make.arg(format!("--at={at}"));
    }
    make.arg("--").arg(&folder);
    let status = make.status().map_err(cannot_start(&make))?;
    if !status.success() {
        return Ok(ExitCode::FAILURE);
    }
    let mut sign = cargo(&["run", "--quiet", "--package", "lanyard-test-roles", "--"]);
    sign.arg(folder.join("rbac"));
    let status = sign.status().map_err(cannot_start(&sign))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
