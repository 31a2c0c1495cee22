//! Waiting for several things at once, with one deadline over all of them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Counts what is still awaited.
#[derive(Debug, Default)]
pub(super) struct Latch {
    awaited: Mutex<usize>,
    changed: Condvar,
}

impl Latch {
    /// One more is awaited.
    pub(super) fn up(&self) {
        *self.lock() += 1;
    }

    /// One has come.
    pub(super) fn down(&self) {
        let mut awaited = self.lock();
        *awaited = awaited.saturating_sub(1);
        self.changed.notify_all();
    }

    /// Waits until everything has come or the time is over.
    pub(super) fn wait(&self, time: Duration) {
        let waited = self.changed.wait_timeout_while(self.lock(), time, |awaited| *awaited > 0);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
