//! The delay: the descriptor by which logind waits for us before the machine sleeps.
//!
//! Taken before it is needed, let go when everything is done or patience ends, taken again on waking.

use std::{
    future::{Pending, pending},
    os::fd::OwnedFd,
    pin::Pin,
    time::Duration,
};

use tokio::time::{Timeout, timeout};

use crate::{
    SleepId,
    logind::{Logind, LogindError},
};

/// What stands between the machine and its sleep.
#[derive(Debug)]
pub(super) struct Delay {
    patience: Duration,
    last: SleepId,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nothing.
    Free,
    /// We do, as soon as it wants to sleep.
    Held(OwnedFd),
    /// It wants to sleep; with a descriptor while we are not ready.
    GoingToSleep(Option<Holding>),
}

#[derive(Debug)]
struct Holding {
    patience: Pin<Box<Timeout<Pending<()>>>>,
    /// Closed when this is dropped.
    delay: OwnedFd,
}

impl Delay {
    pub(super) fn new(patience: Duration) -> Self {
        Self { patience, last: SleepId(0), state: State::Free }
    }

    /// Stands in the way, unless it does or the machine is on its way already.
    pub(super) async fn take(&mut self, logind: &Logind) -> Result<(), LogindError> {
        match &self.state {
            State::Free => {}
            State::Held(_) | State::GoingToSleep(_) => return Ok(()),
        }
        match logind.delay_sleep().await {
            Ok(delay) => self.state = State::Held(delay),
            Err(error @ (LogindError::Gone | LogindError::Silent)) => return Err(error),
            Err(error @ (LogindError::NoSuchThing | LogindError::Unclear(_))) => {
                tracing::warn!(%error, "the machine will not wait for us before it sleeps");
            }
        }
        Ok(())
    }

    /// It wants to sleep.
    pub(super) fn begin(&mut self) -> SleepId {
        self.last = SleepId(self.last.0.wrapping_add(1));
        let held = match std::mem::replace(&mut self.state, State::Free) {
            State::Free | State::GoingToSleep(None) => None,
            State::Held(delay) => Some(delay),
            State::GoingToSleep(Some(holding)) => Some(holding.delay),
        };
        let holding = held
            .map(|delay| Holding { patience: Box::pin(timeout(self.patience, pending())), delay });
        self.state = State::GoingToSleep(holding);
        self.last
    }

    pub(super) fn is_going_to_sleep(&self) -> bool {
        matches!(self.state, State::GoingToSleep(_))
    }

    /// Everything is done for this sleep.
    pub(super) fn ready(&mut self, which: SleepId) {
        if which == self.last && self.is_going_to_sleep() {
            self.state = State::GoingToSleep(None);
        }
    }

    /// Returns when patience ends with somebody who is not ready; otherwise never.
    pub(super) async fn patience(&mut self) {
        match &mut self.state {
            State::GoingToSleep(Some(holding)) => {
                // Nothing but the end of patience ends it.
                let _ = holding.patience.as_mut().await;
            }
            State::Free | State::Held(_) | State::GoingToSleep(None) => pending().await,
        }
    }

    pub(super) fn give_up(&mut self) {
        tracing::warn!("not everything was done before the machine sleeps");
        self.state = State::GoingToSleep(None);
    }

    /// It is awake, or nobody knows.
    pub(super) fn release(&mut self) {
        self.state = State::Free;
    }
}
