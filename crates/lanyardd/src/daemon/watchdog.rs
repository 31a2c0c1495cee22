//! The service manager's watchdog (`sd_watchdog_enabled(3)`): without a sign of life within its time the manager
//! starts the daemon again.
//!
//! The loop that takes in events gives the sign itself, so that an engine, or a bus, which does not let go of it is
//! noticed. A card that does not answer holds up its own thread and nothing here.

use std::{
    future::pending,
    time::{Duration, Instant},
};

use tokio::time::sleep_until;

use crate::status;

/// When the next sign of life is due; never, where nobody watches.
#[derive(Debug)]
pub(super) struct Watchdog {
    every: Option<Duration>,
    next: Instant,
}

impl Watchdog {
    /// The one that the service manager keeps, if any: it is fed twice in its time.
    pub(super) fn of_the_service_manager(now: Instant) -> Self {
        Self { every: sd_notify::watchdog_enabled().map(|within| within / 2), next: now }
    }

    /// Waits until a sign of life is due.
    pub(super) async fn is_hungry(&self) {
        match self.every {
            Some(_) => sleep_until(self.next.into()).await,
            None => pending().await,
        }
    }

    /// Gives a sign of life.
    pub(super) fn feed(&mut self, now: Instant) {
        status::alive();
        self.next = now + self.every.unwrap_or_default();
    }
}
