//! The clock: how long things may take, and took.

use std::time::Instant;

/// This moment.
#[expect(
    clippy::disallowed_methods,
    reason = "the outermost layer of a test: deadlines and figures"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
