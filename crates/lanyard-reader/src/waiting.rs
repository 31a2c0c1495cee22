//! Ending a wait from another thread, wherever it is waiting: for good, or because there is news.
//!
//! There are two kinds of wait: for the service's socket, ended by an eventfd, and inside PC/SC, ended by
//! `SCardCancel`. The latter is lost when it comes before libpcsclite waits in fact (1.9.9 answers it with
//! success and does nothing), so it is repeated until the waiting thread has come out.

use std::collections::BTreeSet;
use std::io;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::event::{EventfdFlags, eventfd};

use crate::ReaderName;
use crate::gate::LIBRARY;
use crate::service::WaitingContext;

/// How long a cancellation is given before it is repeated.
const CANCEL_AGAIN: Duration = Duration::from_millis(2);

/// Ends every wait of the [`PcscEvents`](crate::PcscEvents) it came with, for good.
#[derive(Clone, Debug)]
pub struct Stop(Waiting);

/// The wait of one thread, as other threads see it.
#[derive(Clone, Debug)]
pub(crate) struct Waiting(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Readable once stopped, and never read.
    stopped: OwnedFd,
    state: Mutex<State>,
    came_out: Condvar,
}

#[derive(Default)]
struct State {
    stopped: bool,
    /// Readers whose card was refused to us, and the waiting thread does not know yet.
    refused: BTreeSet<ReaderName>,
    waiting: Option<Arc<WaitingContext>>,
}

impl Stop {
    pub(crate) const fn of(waiting: Waiting) -> Self {
        Self(waiting)
    }

    /// Ends the wait under way and every later one. Returns at once; the wait ends within milliseconds, or,
    /// if pcscd itself stands still, when pcscd goes on or dies.
    pub fn stop(&self) {
        let Self(Waiting(shared)) = self;
        let mut state = shared.state();
        state.stopped = true;
        // Only a counter at its limit could refuse, and then it is readable already.
        let _ = rustix::io::write(&shared.stopped, &1_u64.to_ne_bytes());
        if state.waiting.is_some() {
            drop(state);
            let cancelling = Arc::clone(shared);
            let cancel = thread::Builder::new().name("reader-stop".into());
            if cancel.spawn(move || cancelling.cancel()).is_err() {
                shared.cancel();
            }
        }
    }
}

impl Waiting {
    pub(crate) fn new() -> io::Result<Self> {
        let stopped = eventfd(0, EventfdFlags::CLOEXEC)?;
        let (state, came_out) = (Mutex::default(), Condvar::new());
        Ok(Self(Arc::new(Shared { stopped, state, came_out })))
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.0.state().stopped
    }

    /// A descriptor that is readable once stopped.
    pub(crate) fn descriptor(&self) -> BorrowedFd<'_> {
        self.0.stopped.as_fd()
    }

    /// Tells the waiting thread that a card was refused to us because another program keeps it to itself.
    /// Returns when it has come out of its wait, which is within milliseconds unless pcscd stands still.
    pub(crate) fn tell_of_refusal(&self, reader: &ReaderName) {
        self.0.state().refused.insert(reader.clone());
        self.0.cancel();
    }

    /// What was told since the last time.
    pub(crate) fn refusals(&self) -> BTreeSet<ReaderName> {
        mem::take(&mut self.0.state().refused)
    }

    /// Waits inside PC/SC; `None` when there was news before.
    pub(crate) fn around<T>(
        &self,
        context: &Arc<WaitingContext>,
        wait: impl FnOnce() -> T,
    ) -> Option<T> {
        {
            let mut state = self.0.state();
            if state.has_news() {
                return None;
            }
            state.waiting = Some(Arc::clone(context));
        }
        let result = LIBRARY.wait(wait);
        self.0.state().waiting = None;
        self.0.came_out.notify_all();
        Some(result)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread that has come out and waits again has seen the news.
    fn cancel(&self) {
        let mut state = self.state();
        while let Some(context) = state.waiting.clone().filter(|_| state.has_news()) {
            drop(state);
            // Lost or refused, it is repeated; that the thread came out is what counts.
            let _ = LIBRARY.wait(|| context.cancel());
            drop(context);
            let came_out = self.came_out.wait_timeout(self.state(), CANCEL_AGAIN);
            state = came_out.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl State {
    fn has_news(&self) -> bool {
        self.stopped || !self.refused.is_empty()
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("stopped", &self.stopped)
            .field("refused", &self.refused)
            .field("waiting", &self.waiting.is_some())
            .finish()
    }
}
