//! The harness's clock: a moment by which something must have happened, and waiting on descriptors
//! until then.
//!
//! Nothing else in this crate looks at a clock, and nothing in it sleeps: every wait is a `poll` on the
//! descriptor that tells the news.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// A moment by which something must have happened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    start: Instant,
    patience: Duration,
}

/// What the clock on the wall says.
#[expect(
    clippy::disallowed_methods,
    reason = "what was made yesterday is dated from yesterday: the harness must know the day"
)]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// The day, counted from 1970.
pub(crate) fn today() -> u64 {
    let since = now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs() / 86_400
}

impl Deadline {
    #[expect(
        clippy::disallowed_methods,
        reason = "the harness is the outermost layer: its patience is real time"
    )]
    pub(crate) fn after(patience: Duration) -> Self {
        Self { start: Instant::now(), patience }
    }

    /// A deadline that asks what is the case now and waits for nothing.
    pub(crate) fn passed() -> Self {
        Self::after(Duration::ZERO)
    }

    /// The time since the deadline was set.
    pub(crate) fn elapsed(self) -> Duration {
        self.start.elapsed()
    }

    /// What is left of it; zero when it has passed.
    pub(crate) fn left(self) -> Duration {
        self.patience.saturating_sub(self.elapsed())
    }

    /// Waits until one of `descriptors` can be read or has hung up: false when the deadline passed first.
    pub(crate) fn wait_readable(self, descriptors: &[BorrowedFd<'_>]) -> io::Result<bool> {
        loop {
            let timeout = Timespec::try_from(self.left()).map_err(io::Error::other)?;
            let mut watched: Vec<PollFd<'_>> = descriptors
                .iter()
                .map(|descriptor| PollFd::from_borrowed_fd(*descriptor, PollFlags::IN))
                .collect();
            match poll(&mut watched, Some(&timeout)) {
                Ok(0) if self.left().is_zero() => return Ok(false),
                Ok(0) | Err(Errno::INTR) => {}
                Ok(_) => return Ok(true),
                Err(error) => return Err(error.into()),
            }
        }
    }
}
