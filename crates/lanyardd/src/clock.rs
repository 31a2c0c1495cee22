//! The one place where the daemon looks at a clock.

use std::time::{Instant, SystemTime};

use crate::engine::Now;

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "this is the outer layer's clock")]
pub(crate) fn now() -> Now {
    Now { steady: Instant::now(), wall: SystemTime::now() }
}
