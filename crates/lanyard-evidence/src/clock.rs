//! The clock, as somebody else hands it in. Nothing here reads one itself.

use std::time::{Duration, Instant};

use lanyard_trust::UnixTime;

/// What time it is, for threads that nobody hands a time to.
pub trait Clock: Send + Sync {
    /// The date, by which lists and answers are current or stale.
    fn wall(&self) -> UnixTime;

    /// A time that never goes back, by which deadlines are kept.
    fn steady(&self) -> Instant;
}

/// How long it is until the deadline; zero when it is over.
pub(crate) fn left(clock: &dyn Clock, deadline: Instant) -> Duration {
    deadline.saturating_duration_since(clock.steady())
}
