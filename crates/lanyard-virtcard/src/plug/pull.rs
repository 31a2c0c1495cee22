//! Pulling the card: said by one thread, it ends whatever another waits for.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A connection as the one who pulls the card needs it.
pub(crate) trait Line: Send {
    /// Tells the reader that the card leaves; the reader can still be heard: it answers when it has taken
    /// note.
    fn card_leaves(&self);

    /// Ends the connection.
    fn hang_up(&self);
}

#[derive(Default)]
pub(crate) struct Pull {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    done: bool,
    left: bool,
    line: Option<Box<dyn Line>>,
}

impl Pull {
    /// Tells the reader that the card leaves, and ends every waiting.
    pub(super) fn now(&self) {
        let mut state = self.state();
        state.done = true;
        if let Some(line) = &state.line {
            line.card_leaves();
        }
        self.changed.notify_all();
    }

    /// The plug's thread has nothing more to do with the reader.
    pub(super) fn leave(&self) {
        let mut state = self.state();
        state.left = true;
        state.line = None;
        self.changed.notify_all();
    }

    /// Waits this long for [`leave`](Self::leave), then hangs up.
    pub(super) fn hang_up_after(&self, time: Duration) {
        let waiting = self.changed.wait_timeout_while(self.state(), time, |state| !state.left);
        let (state, _) = waiting.unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = &state.line {
            line.hang_up();
        }
    }

    /// Takes a connection under its guard; `false` when the card was pulled before.
    pub(super) fn guard(&self, line: Box<dyn Line>) -> bool {
        let mut state = self.state();
        if !state.done {
            state.line = Some(line);
        }
        !state.done
    }

    pub(super) fn is_done(&self) -> bool {
        self.state().done
    }

    /// Waits this long for the card to be pulled, and says whether it was.
    pub(super) fn within(&self, time: Duration) -> bool {
        self.changed
            .wait_timeout_while(self.state(), time, |state| !state.done)
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .done
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
