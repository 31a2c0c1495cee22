//! Something that may hang (a folder on a dead network, a silent service), on a thread of its own and waited for only
//! so long. What comes later goes nowhere, and ends with the program.

use std::{
    sync::mpsc::{self, Receiver},
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

    /// How long that is still.
    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(clock::steady())
    }
}

/// Work that was begun.
#[derive(Debug)]
pub(crate) struct Job<T>(Receiver<T>);

impl<T: Send + 'static> Job<T> {
    /// Begins.
    pub(crate) fn begin(work: impl FnOnce() -> T + Send + 'static) -> Self {
        let (done, result) = mpsc::sync_channel(1);
        // Without a thread nothing comes, which is told as coming too late.
        let _ = thread::Builder::new().spawn(move || done.send(work()));
        Self(result)
    }

    /// What came of it; none when it was not done in time.
    pub(crate) fn by(self, deadline: Deadline) -> Option<T> {
        self.0.recv_timeout(deadline.left()).ok()
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
        assert!(hanging.by(deadline).is_none());
        assert_eq!(deadline.left(), Duration::ZERO);
        let soon = Deadline::after(Duration::from_secs(20));
        assert_eq!(Job::begin(|| 7).by(soon), Some(7));
    }
}
