//! A raw PC/SC client beside the daemon: waits on a reader and does nothing but look at its clock.

use std::{
    cell::Cell,
    ffi::CString,
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use lanyard_stack::Stack;
use pcsc::{Context, ReaderState, Scope, State};

use crate::BenchError;

/// Longer than anything that is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the raw client saw, when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glance {
    /// Whether a card is in.
    pub(crate) present: bool,
    /// When the client woke up.
    pub(crate) at: Instant,
}

/// The client's thread and what it tells. It ends with pcscd.
#[derive(Debug)]
pub(crate) struct Raw {
    /// The first glance: a card may be in already.
    first: Cell<Option<Glance>>,
    told: Receiver<Result<Glance, pcsc::Error>>,
}

impl Raw {
    /// Starts a client that waits on one reader, and returns when it has looked for the first time.
    pub(crate) fn watching(stack: &Stack, reader: &str) -> Result<Self, BenchError> {
        let (tell, told) = channel();
        let reader = CString::new(reader).map_err(|error| BenchError::System(error.into()))?;
        stack.thread(move || {
            let ended = watch(reader, &mut |glance| tell.send(Ok(glance)).is_ok());
            // Nobody listens any more: that is how it ends.
            let _ = ended.map_err(|error| tell.send(Err(error)));
        })?;
        let first = told.recv_timeout(PATIENCE).map_err(|_| BenchError::RawEnded)??;
        Ok(Self { first: Cell::new(Some(first)), told })
    }

    /// When a card came or went.
    pub(crate) fn when(&self, present: bool) -> Result<Instant, BenchError> {
        loop {
            let glance = self.next()?;
            if glance.present == present {
                return Ok(glance.at);
            }
        }
    }

    fn next(&self) -> Result<Glance, BenchError> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        Ok(self.told.recv_timeout(PATIENCE).map_err(|_| BenchError::RawEnded)??)
    }
}

/// Tells of every change of the reader until nobody listens or pcscd ends.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn watch(reader: CString, tell: &mut dyn FnMut(Glance) -> bool) -> Result<(), pcsc::Error> {
    let context = Context::establish(Scope::User)?;
    let mut states = [ReaderState::new(reader, State::UNAWARE)];
    loop {
        context.get_status_change(None, &mut states)?;
        let at = Instant::now();
        for state in &mut states {
            let present = state.event_state().contains(State::PRESENT);
            state.sync_current_state();
            if !tell(Glance { present, at }) {
                return Ok(());
            }
        }
    }
}
