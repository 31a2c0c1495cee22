//! `vm-test`: set up, build, and hand over to the player of the stories in virtual machines.
//!
//! No part of `test`, because a guest is made once in some minutes and boots in half a one. The quick build
//! is played, as in the demo.

use std::process::ExitCode;

use crate::cargo;
use crate::error::TaskError;
use crate::namespaces::is_root;
use crate::play::{built, finish};
use crate::setup::{self, Purpose};

/// Plays the stories with `arguments`.
pub(crate) fn play(arguments: &[String]) -> Result<ExitCode, TaskError> {
    if !is_root() {
        return Err(TaskError::NotRoot);
    }
    setup::ensure(Purpose::Machine)?;
    let mut run = built("lanyard-machine", &[], "debug")?;
    run.arg("--cache").arg(cargo::target().join("vm")).args(arguments);
    finish(run)
}
