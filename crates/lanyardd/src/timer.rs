//! A timer of the kernel's, which wakes nobody before it is due. The runtime's own timers, which are coarser the longer
//! they are, wake three times for a minute.
//!
//! For what lasts and is not in the engine's hands. `timerfd_create(2)`.

use std::{io, os::fd::OwnedFd, time::Duration};

use rustix::{
    io::Errno,
    time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    },
};
use tokio::io::{Interest, unix::AsyncFd};

/// A timer that is running.
#[derive(Debug)]
pub(crate) struct Timer(AsyncFd<OwnedFd>);

impl Timer {
    /// One that rings again and again.
    ///
    /// # Errors
    /// When the time is longer than the kernel's, or the system gives no timer.
    pub(crate) fn every(time: Duration) -> io::Result<Self> {
        let time = Timespec::try_from(time).map_err(|_| io::ErrorKind::InvalidInput)?;
        let again = Itimerspec { it_interval: time, it_value: time };
        Self::set(TimerfdClockId::Monotonic, TimerfdTimerFlags::empty(), &again)
    }

    /// One of any kind.
    ///
    /// # Errors
    /// When the system gives no timer.
    pub(crate) fn set(
        clock: TimerfdClockId,
        flags: TimerfdTimerFlags,
        time: &Itimerspec,
    ) -> io::Result<Self> {
        let timer = timerfd_create(clock, TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK)?;
        timerfd_settime(&timer, flags, time)?;
        watched(timer).map(Self)
    }

    /// Waits until it is due, or the clock that it goes by was set. Loses nothing when it is dropped before.
    ///
    /// # Errors
    /// When the system refuses to tell.
    pub(crate) async fn rings(&self) -> io::Result<()> {
        let rung = |timer: &OwnedFd| match rustix::io::read(timer, &mut [0_u8; 8]) {
            Ok(_) | Err(Errno::CANCELED) => Ok(()),
            Err(error) => Err(error.into()),
        };
        self.0.async_io(Interest::READABLE, rung).await
    }
}

#[expect(
    deprecated,
    reason = "its successor is unsafe, for what can change its descriptor; an `OwnedFd` cannot"
)]
fn watched(timer: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(timer, Interest::READABLE)
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn it_rings_again_and_again() {
        let timer = Timer::every(Duration::from_millis(5)).unwrap();
        for _ in 0..3 {
            timeout(PATIENCE, timer.rings()).await.unwrap().unwrap();
        }
    }

    #[tokio::test]
    async fn it_does_not_ring_before_it_is_due() {
        let timer = Timer::every(Duration::from_secs(3600)).unwrap();
        assert!(timeout(Duration::from_millis(50), timer.rings()).await.is_err());
    }
}
