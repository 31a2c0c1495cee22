//! Every check, called with the seeds, with mutations of them, and with what is too large to be kept.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[cfg(test)]
mod limits;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod seeds;

use lanyard_bad_input::{TARGETS, Target};

fn target(name: &str) -> Target {
    TARGETS.into_iter().find(|target| target.name == name).unwrap()
}
