//! Something that may hang (a folder on a dead network, a silent service), on a thread of its own and waited for only
//! so long. What comes later goes nowhere, and ends with the program.

use std::{
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use crate::clock;

/// When nobody waits any longer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    pub(crate) fn after(patience: Duration) -> Self {
        Self(clock::steady() + patience)
    }

    /// A little sooner: whoever has others to answer for must be done before it is not waited for.
    pub(crate) fn sooner(self, by: Duration) -> Self {
        Self(self.0.checked_sub(by).unwrap_or(self.0))
    }

    /// How long that is still.
    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(clock::steady())
    }
}

/// Why nothing came of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It was not done in time.
    Late,
    /// It ended without a result, or could not begin: a fault of this program's.
    Broken,
}

/// Work that was begun.
#[derive(Debug)]
pub(crate) struct Job<T>(Receiver<T>);

impl<T: Send + 'static> Job<T> {
    /// Begins.
    pub(crate) fn begin(work: impl FnOnce() -> T + Send + 'static) -> Self {
        let (done, result) = mpsc::sync_channel(1);
        // Without a thread the sender is gone at once, as it is when the work breaks off.
        let _ = thread::Builder::new().spawn(move || done.send(work()));
        Self(result)
    }

    /// What came of it.
    ///
    /// # Errors
    /// When nothing has come until then, or never will.
    pub(crate) fn by(self, deadline: Deadline) -> Result<T, Missing> {
        self.0.recv_timeout(deadline.left()).map_err(|why| match why {
            RecvTimeoutError::Timeout => Missing::Late,
            RecvTimeoutError::Disconnected => Missing::Broken,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_is_not_waited_for() {
        let deadline = Deadline::after(Duration::from_millis(50));
        let (_never, hangs) = mpsc::channel::<()>();
        let hanging = Job::begin(move || hangs.recv());
        assert!(hanging.by(deadline).is_err_and(|why| why == Missing::Late));
        assert_eq!(deadline.left(), Duration::ZERO);
        let soon = Deadline::after(Duration::from_secs(20));
        assert_eq!(Job::begin(|| 7).by(soon), Ok(7));
    }

    #[test]
    fn what_breaks_off_is_not_taken_for_late() {
        let deadline = Deadline::after(Duration::from_secs(20));
        let broken = Job::begin(|| -> u8 { panic!("a fault that is wanted here") });
        assert_eq!(broken.by(deadline), Err(Missing::Broken));
    }
}
