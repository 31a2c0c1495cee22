//! A private bus for tests, and stand-ins of logind and polkit on it.
//!
//! The honest ones are python-dbusmock's: another hand wrote the other side. Its logind lacks what we ask of logind;
//! `templates/` adds that. For what goes wrong (silence, nonsense, bad order) a [`StandIn`] answers each call as a
//! test says.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod bus;
mod heard;
mod mocked;
mod person;
mod stand_in;

pub use bus::PrivateBus;
pub use heard::Heard;
pub use mocked::{MockedLogind, MockedPolkit};
pub use person::Person;
pub use stand_in::{Answer, StandIn};

use std::time::Duration;

/// How long anything may take in a test.
pub const PATIENCE: Duration = Duration::from_secs(20);
