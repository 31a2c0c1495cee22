//! The one place where the daemon looks at a clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use lanyard_evidence::Clock;
use lanyard_trust::UnixTime;

use crate::engine::Now;

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "this is the outer layer's clock")]
pub(crate) fn now() -> Now {
    Now { steady: Instant::now(), wall: SystemTime::now() }
}

/// The date, as certificates count it. A clock set before 1970 shows as 1970, which no certificate bears.
pub(crate) fn date() -> UnixTime {
    let since_1970 = now().wall.duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixTime(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
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
