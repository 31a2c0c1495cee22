//! Pulling the card: said by one thread, it ends whatever another waits for.

use std::net::{Shutdown, TcpStream};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Debug, Default)]
pub(super) struct Pull {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    done: bool,
    connection: Option<TcpStream>,
}

impl Pull {
    /// Closes the connection and ends every waiting, now and for good.
    pub(super) fn now(&self) {
        self.state().done = true;
        self.close();
        self.changed.notify_all();
    }

    /// Closes the connection; the plug may open another.
    pub(super) fn close(&self) {
        if let Some(connection) = self.state().connection.take() {
            // It may be closed from the other side already.
            let _closed = connection.shutdown(Shutdown::Both);
        }
    }

    /// Takes a connection under its guard; `false` when the card was pulled before.
    pub(super) fn guards(&self, connection: &TcpStream) -> bool {
        let mut state = self.state();
        state.connection = connection.try_clone().ok();
        !state.done && state.connection.is_some()
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
