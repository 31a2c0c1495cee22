//! The one place where the daemon looks at a clock.

use std::time::{Instant, SystemTime};

use jiff::Timestamp;
use lanyard_evidence::Clock;
use lanyard_trust::UnixTime;

use crate::engine::Now;

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "this is the outer layer's clock")]
pub(crate) fn now() -> Now {
    Now { steady: Instant::now(), wall: SystemTime::now() }
}

/// The date, as certificates count it.
pub(crate) fn date() -> UnixTime {
    now().wall.into()
}

/// The same clock for the evidence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn wall(&self) -> UnixTime {
        date()
    }

    fn steady(&self) -> Instant {
        now().steady
    }
}

/// The date, as the role directory counts it.
pub(crate) fn timestamp() -> Timestamp {
    Timestamp::try_from(now().wall).unwrap_or(Timestamp::UNIX_EPOCH)
}
