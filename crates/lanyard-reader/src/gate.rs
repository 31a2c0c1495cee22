//! The way into libpcsclite, where threads of one process harm each other: `SCardConnect` and
//! `SCardDisconnect` change lists of handles without the lock under which other calls look through them.
//!
//! A context and its one card are made together, one after the other, since no call looks further than its
//! own context. A handle is taken when no call is under way. Nobody goes in when the process is to end, for
//! then the library throws its lists away. What is called, and what for, is not known here.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long one connection waits for another that is held up, as by another program's transaction. Then both
/// go on: for harm, calls of the later card must meet the very instant in which the earlier one is there.
const CONNECTIONS_APART: Duration = Duration::from_secs(2);

/// So many handles may wait until nobody is in the way. When there are more, calls wait for each other.
const MOST_LEFT: usize = 4;

/// How long a call waits for one that takes longer, such as an entry at a PIN pad.
const CALLS_APART: Duration = Duration::from_millis(100);

/// The gate of this process, since the library's lists are the process's.
pub(crate) static LIBRARY: Gate = Gate::new();

/// Closes the way into libpcsclite for good, to be called last before the process ends.
///
/// Whoever comes later stays outside for ever. Returns when those inside have come out, or after `patience`:
/// who is still there waits for pcscd.
pub fn part_with_library(patience: Duration) {
    LIBRARY.close(patience);
}

pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

/// Who is inside.
struct State {
    closed: bool,
    /// Threads that make a context and connect to its card.
    connecting: usize,
    /// Calls during which nothing may be taken from the lists.
    calls: usize,
    /// Waits for readers: they look for their context alone.
    waits: usize,
    /// A handle is being taken from the lists.
    taking: bool,
    /// Handles to be taken as soon as nobody is in the way.
    left: Vec<Taking>,
}

/// Takes a handle from the lists.
type Taking = Box<dyn FnOnce() + Send>;

/// Someone inside, until this is dropped.
pub(crate) struct Inside<'a> {
    gate: &'a Gate,
    goes: fn(&mut State),
}

impl Gate {
    const fn new() -> Self {
        let state = State {
            closed: false,
            connecting: 0,
            calls: 0,
            waits: 0,
            taking: false,
            left: Vec::new(),
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Makes a context and connects to a card by it.
    pub(crate) fn connect<T>(&self, connect: impl FnOnce() -> T) -> T {
        let apart = |state: &State| state.connecting > 0 || state.has_too_many_left();
        self.enter(CONNECTIONS_APART, apart).connecting += 1;
        let _inside = self.inside(|state| state.connecting -= 1);
        connect()
    }

    /// Makes a call with a handle, or with a context that has none and is not waited with.
    pub(crate) fn call<T>(&self, call: impl FnOnce() -> T) -> T {
        let _inside = self.go_in();
        call()
    }

    /// Goes in as for a call.
    pub(crate) fn go_in(&self) -> Inside<'_> {
        self.enter(CALLS_APART, State::has_too_many_left).calls += 1;
        self.inside(|state| state.calls -= 1)
    }

    /// Waits for readers and cards.
    pub(crate) fn wait<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.wait_while(self.state(), |state| state.closed).waits += 1;
        let _inside = self.inside(|state| state.waits -= 1);
        wait()
    }

    /// Has a handle taken: at once if nobody is in the way, else by who goes last.
    pub(crate) fn leave(&self, taking: impl FnOnce() + Send + 'static) {
        self.state().left.push(Box::new(taking));
        self.take_one();
    }

    fn close(&self, patience: Duration) {
        let mut state = self.state();
        state.closed = true;
        let out = self.changed.wait_timeout_while(state, patience, |state| !state.is_empty());
        drop(out.unwrap_or_else(PoisonError::into_inner));
    }

    /// Takes a handle that was left, if there is one; whoever comes out takes the next.
    fn take_one(&self) {
        let mut state = self.state();
        if !state.lets_handles_be_taken() {
            return;
        }
        let Some(taking) = state.left.pop() else {
            return;
        };
        state.taking = true;
        drop(state);
        let _inside = self.inside(|state| state.taking = false);
        taking();
    }

    /// Waits for others as long as is polite, and for those who may not be met at all.
    fn enter(&self, patience: Duration, polite: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let waits = |state: &mut State| polite(state) || !state.lets_calls_in();
        let waited = self.changed.wait_timeout_while(self.state(), patience, waits);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        self.wait_while(state, |state| !state.lets_calls_in())
    }

    fn inside(&self, goes: fn(&mut State)) -> Inside<'_> {
        Inside { gate: self, goes }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while<'a>(
        &self,
        state: MutexGuard<'a, State>,
        shut: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_while(state, |state| shut(state));
        waited.unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn lets_calls_in(&self) -> bool {
        !self.closed && !self.taking
    }

    fn lets_handles_be_taken(&self) -> bool {
        !self.closed && !self.taking && self.connecting == 0 && self.calls == 0
    }

    fn has_too_many_left(&self) -> bool {
        self.left.len() > MOST_LEFT
    }

    fn is_empty(&self) -> bool {
        !self.taking && self.connecting == 0 && self.calls == 0 && self.waits == 0
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        (self.goes)(&mut self.gate.state());
        self.gate.changed.notify_all();
        self.gate.take_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn what_is_left_is_taken_at_once_when_nobody_is_in_the_way() {
        let gate = Gate::new();
        let (tell, told) = channel();
        gate.leave(move || tell.send(()).unwrap());
        told.try_recv().unwrap();
    }

    #[test]
    fn what_is_left_during_calls_and_connections_is_taken_by_who_goes_last() {
        let gate = Gate::new();
        let (tell, told) = channel();
        gate.connect(|| {
            gate.call(|| {
                for handle in 0..2 {
                    let tell = tell.clone();
                    gate.leave(move || tell.send(handle).unwrap());
                }
            });
            assert!(told.try_recv().is_err());
        });
        assert_eq!(told.try_iter().count(), 2);
    }

    #[test]
    fn a_wait_for_readers_is_in_nobody_s_way() {
        let gate = Gate::new();
        let (tell, told) = channel();
        gate.wait(|| gate.leave(move || tell.send(()).unwrap()));
        told.try_recv().unwrap();
    }

    /// Many threads at once.
    fn crowd(round: impl Fn() + Sync) {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..500).for_each(|_| round()));
            }
        });
    }

    #[test]
    fn connections_are_made_one_after_the_other_while_calls_go_on() {
        let (gate, connecting) = (Gate::new(), AtomicUsize::new(0));
        gate.call(|| {
            crowd(|| {
                gate.connect(|| {
                    assert_eq!(connecting.fetch_add(1, SeqCst), 0);
                    thread::yield_now();
                    connecting.fetch_sub(1, SeqCst);
                });
            });
        });
    }

    #[test]
    fn nobody_calls_or_connects_while_a_handle_is_taken() {
        static TAKING: AtomicUsize = AtomicUsize::new(0);
        let gate = Gate::new();
        let look = || assert_eq!(TAKING.load(SeqCst), 0);
        crowd(|| {
            gate.connect(look);
            gate.call(look);
            gate.leave(|| {
                assert_eq!(TAKING.fetch_add(1, SeqCst), 0);
                thread::yield_now();
                TAKING.fetch_sub(1, SeqCst);
            });
        });
        assert!(gate.state().is_empty());
        assert!(gate.state().left.is_empty());
    }

    #[test]
    fn who_closes_waits_for_those_inside_and_then_nothing_is_taken() {
        let gate = Gate::new();
        let came_out = AtomicUsize::new(0);
        let (tell, told) = channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                gate.call(|| {
                    tell.send(()).unwrap();
                    gate.leave(|| unreachable!("taken after the end"));
                    while !gate.state().closed {
                        thread::yield_now();
                    }
                    came_out.fetch_add(1, SeqCst);
                });
            });
            told.recv().unwrap();
            gate.close(Duration::MAX);
            assert_eq!(came_out.load(SeqCst), 1);
        });
        assert!(!gate.state().lets_calls_in());
    }

    #[test]
    fn who_closes_does_not_wait_for_ever() {
        let gate = Gate::new();
        gate.call(|| gate.close(Duration::ZERO));
    }

    #[test]
    fn a_connection_that_takes_long_does_not_hold_up_others_for_ever() {
        let gate = Gate::new();
        gate.connect(|| gate.connect(|| ()));
    }
}
