//! Notices that the wall clock is set, by a person or a time service: what is due by the date may be due then, and a
//! wait on the steady clock ends too late.
//!
//! Which way it was set, and what follows, is not known here. `timerfd_create(2)`, `TFD_TIMER_CANCEL_ON_SET`.

use std::io;

use rustix::time::{Itimerspec, TimerfdClockId, TimerfdTimerFlags, Timespec};

use crate::timer::Timer;

/// Later than any machine runs.
const NEVER: Timespec = Timespec { tv_sec: i64::MAX, tv_nsec: 0 };

/// A timer that never ends, and is cancelled when the clock is set.
#[derive(Debug)]
pub(crate) struct ClockSet(Option<Timer>);

impl ClockSet {
    /// Begins to watch the clock. Where the system does not let us, the journal says so.
    pub(crate) fn watch() -> Self {
        Self::until(NEVER).unwrap_or_else(|error| {
            tracing::warn!(%error, "nobody tells when the clock is set");
            Self(None)
        })
    }

    fn until(end: Timespec) -> io::Result<Self> {
        let once = Itimerspec { it_interval: Timespec::default(), it_value: end };
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        Timer::set(TimerfdClockId::Realtime, flags, &once).map(|timer| Self(Some(timer)))
    }

    /// Returns when the clock was set since the last time. Loses nothing when it is dropped before.
    pub(crate) async fn changed(&mut self) {
        if let Some(timer) = &self.0 {
            match timer.rings().await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "nobody tells any more when the clock is set"),
            }
            self.0 = None;
        }
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn nothing_is_told_while_nobody_sets_the_clock() {
        let mut clock = ClockSet::watch();
        assert!(clock.0.is_some(), "the kernel has such timers");
        let told = timeout(Duration::from_millis(100), clock.changed()).await;
        assert!(told.is_err());
        assert!(clock.0.is_some(), "it goes on");
    }

    /// Setting the clock is for a machine of the test's own. The end of the timer comes the same way.
    #[tokio::test]
    async fn what_the_timer_tells_is_told_once() {
        let past = Timespec { tv_sec: 1, tv_nsec: 0 };
        let mut clock = ClockSet::until(past).unwrap();
        timeout(PATIENCE, clock.changed()).await.unwrap();
        let again = timeout(Duration::from_millis(100), clock.changed()).await;
        assert!(again.is_err());
    }

    #[tokio::test]
    async fn without_a_timer_nothing_is_told() {
        let told = timeout(Duration::from_millis(10), ClockSet(None).changed()).await;
        assert!(told.is_err());
    }
}
