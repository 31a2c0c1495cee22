//! `vm-test`: set up, make the packages, and hand over to the player of the stories in virtual machines.
//!
//! No part of `test`, because a guest is made once in some minutes and boots in half a one. What is installed in it is
//! what is shipped; the card outside, and the player, are the quick build.

use std::process::ExitCode;

use crate::cargo;
use crate::error::TaskError;
use crate::namespaces::is_root;
use crate::package;
use crate::play::{built, finish};
use crate::setup::{self, Purpose};

/// Plays the stories with `arguments`.
pub(crate) fn play(arguments: &[String]) -> Result<ExitCode, TaskError> {
    if !is_root() {
        return Err(TaskError::NotRoot);
    }
    setup::ensure(Purpose::Machine)?;
    let (package, next) = package::with_next()?;
    let mut run =
        built("lanyard-machine", &["lanyard-virtcard", "lanyard-test-roles"], &[], "debug")?;
    run.arg("--cache").arg(cargo::target().join("vm"));
    run.arg("--package").arg(package).arg("--next").arg(next).args(arguments);
    finish(run)
}
