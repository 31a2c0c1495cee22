//! Pulling the card: said by one thread, it ends whatever another waits for.

use std::io;
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
    left: bool,
    connection: Option<TcpStream>,
}

impl Pull {
    /// Says on the connection that nothing more will come, and ends every waiting. The other side still
    /// can be heard: it closes its end when it has taken note.
    pub(super) fn now(&self) {
        let mut state = self.state();
        state.done = true;
        close(&state, Shutdown::Write);
        self.changed.notify_all();
    }

    /// The plug's thread has nothing more to do with the reader.
    pub(super) fn leave(&self) {
        let mut state = self.state();
        state.left = true;
        state.connection = None;
        self.changed.notify_all();
    }

    /// Waits this long for [`leave`](Self::leave), then hangs up.
    pub(super) fn hang_up_after(&self, time: Duration) {
        let waiting = self.changed.wait_timeout_while(self.state(), time, |state| !state.left);
        let (state, _) = waiting.unwrap_or_else(PoisonError::into_inner);
        close(&state, Shutdown::Both);
    }

    /// Takes a connection under its guard.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::ConnectionAborted`] when the card was pulled before.
    pub(super) fn guard(&self, connection: &TcpStream) -> io::Result<()> {
        let mut state = self.state();
        if state.done {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        state.connection = Some(connection.try_clone()?);
        Ok(())
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

fn close(state: &State, how: Shutdown) {
    if let Some(connection) = &state.connection {
        // It may be closed from the other side already.
        let _closed = connection.shutdown(how);
    }
}
