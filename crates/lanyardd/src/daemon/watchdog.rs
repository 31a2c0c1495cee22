//! The service manager's watchdog (`sd_watchdog_enabled(3)`): without a sign of life within its time the manager
//! starts the daemon again.
//!
//! The loop that takes in events gives the sign itself, so that an engine, or a bus, which does not let go of it is
//! noticed. A card that does not answer holds up its own thread and nothing here.

use std::{future::pending, io};

use crate::timer::Timer;

/// Rings when a sign of life is due; never, where nobody watches.
#[derive(Debug)]
pub(super) struct Watchdog(Option<Timer>);

impl Watchdog {
    /// The one that the service manager keeps, if any: it is fed twice in its time.
    ///
    /// # Errors
    /// When the system gives no timer.
    pub(super) fn of_the_service_manager() -> io::Result<Self> {
        let within = sd_notify::watchdog_enabled();
        within.map(|within| Timer::every(within / 2)).transpose().map(Self)
    }

    /// Waits until a sign of life is due.
    ///
    /// # Errors
    /// When the system does not tell.
    pub(super) async fn is_hungry(&self) -> io::Result<()> {
        match &self.0 {
            Some(timer) => timer.rings().await,
            None => pending().await,
        }
    }
}
