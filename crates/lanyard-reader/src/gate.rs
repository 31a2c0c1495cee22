//! The way into libpcsclite, where threads of one process harm each other: `SCardConnect` and
//! `SCardDisconnect` change lists of handles without the lock under which other calls look through them.
//!
//! A context and its one card are made together, one after the other, since no call looks further than its
//! own context. A handle is taken when no call is under way. Nobody goes in when the process is to end, for
//! then the library throws its lists away. What is called, and what for, is not known here.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long anybody waits for somebody who is held up in pcscd, by a slow driver or by another program's
/// transaction. Then both go on: for harm, two would have to meet in the few instructions that change a list.
const APART: Duration = Duration::from_secs(2);

/// So many handles may wait until nobody is in the way, before others wait for that.
const FEW: usize = 4;

/// How long they do, once for each further handle.
const FOR_HANDLES: Duration = Duration::from_millis(100);

/// With so many handles somebody inside hangs, and they are taken nevertheless: each costs pcscd a thread,
/// of which it has 200 for all programs.
const MANY: usize = 32;

/// The gate of this process, since the library's lists are the process's.
pub(crate) static LIBRARY: Gate = Gate::new();

/// Closes the way into libpcsclite for good, to be called last before the process ends.
///
/// Whoever comes later stays outside for ever. Returns when those inside have come out, or after `patience`;
/// who hangs in there is left behind.
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
    /// Calls that look for their context alone: waits for readers, and what comes with them.
    waits: usize,
    /// A handle is being taken from the lists.
    taking: bool,
    /// Handles to be taken as soon as nobody is in the way.
    left: Vec<Taking>,
    /// How many of these nobody waits for.
    put_up_with: usize,
}

/// Takes a handle from the lists.
type Taking = Box<dyn FnOnce() + Send>;

/// Someone inside, until this is dropped.
pub(crate) struct Inside<'a> {
    gate: &'a Gate,
    does: Doing,
}

/// What somebody inside does.
#[derive(Clone, Copy)]
enum Doing {
    Connecting,
    Calling,
    Waiting,
    Taking,
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
            put_up_with: FEW,
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Makes a context and connects to a card by it.
    pub(crate) fn connect<T>(&self, connect: impl FnOnce() -> T) -> T {
        self.enter(|state| state.connecting > 0 || state.taking).connecting += 1;
        let _inside = self.inside(Doing::Connecting);
        connect()
    }

    /// Makes a call with a handle, or one that makes or releases a context.
    pub(crate) fn call<T>(&self, call: impl FnOnce() -> T) -> T {
        let _inside = self.go_in();
        call()
    }

    /// Goes in as for a call.
    pub(crate) fn go_in(&self) -> Inside<'_> {
        self.enter(|state| state.taking).calls += 1;
        self.inside(Doing::Calling)
    }

    /// Makes a call with a context alone. It is in nobody's way, and nobody in its.
    pub(crate) fn wait<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.unless_closed(self.state()).waits += 1;
        let _inside = self.inside(Doing::Waiting);
        wait()
    }

    /// Has a handle taken: at once if nobody is in the way, else by who goes last.
    pub(crate) fn leave(&self, taking: impl FnOnce() + Send + 'static) {
        self.state().left.push(Box::new(taking));
        self.take();
    }

    fn close(&self, patience: Duration) {
        let mut state = self.state();
        state.closed = true;
        let out = self.changed.wait_timeout_while(state, patience, |state| !state.is_empty());
        drop(out.unwrap_or_else(PoisonError::into_inner));
    }

    /// Takes the handles that were left.
    fn take(&self) {
        while self.take_one() {}
    }

    /// Takes one, if it may be.
    fn take_one(&self) -> bool {
        let mut state = self.state();
        if !state.lets_handles_be_taken() {
            return false;
        }
        let Some(taking) = state.left.pop() else {
            state.put_up_with = FEW;
            return false;
        };
        state.taking = true;
        drop(state);
        let _inside = self.inside(Doing::Taking);
        taking();
        true
    }

    /// Waits for the handles that were left, if they are too many, and for those whom it must not meet.
    fn enter(&self, meets: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let mut state = self.wait_while(self.state(), FOR_HANDLES, State::has_too_many_left);
        if state.has_too_many_left() {
            state.put_up_with = state.left.len();
        }
        let state = self.wait_while(state, APART, meets);
        self.unless_closed(state)
    }

    fn wait_while<'a>(
        &self,
        state: MutexGuard<'a, State>,
        patience: Duration,
        waits: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout_while(state, patience, |state| waits(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn unless_closed<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_while(state, |state| state.closed);
        waited.unwrap_or_else(PoisonError::into_inner)
    }

    fn inside(&self, does: Doing) -> Inside<'_> {
        Inside { gate: self, does }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn lets_handles_be_taken(&self) -> bool {
        let nobody_looks = self.connecting == 0 && self.calls == 0;
        !self.closed && !self.taking && (nobody_looks || self.left.len() > MANY)
    }

    fn has_too_many_left(&self) -> bool {
        self.left.len() > self.put_up_with
    }

    fn is_empty(&self) -> bool {
        !self.taking && self.connecting == 0 && self.calls == 0 && self.waits == 0
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        match self.does {
            Doing::Connecting => state.connecting -= 1,
            Doing::Calling => state.calls -= 1,
            Doing::Waiting => state.waits -= 1,
            Doing::Taking => state.taking = false,
        }
        drop(state);
        self.gate.changed.notify_all();
        match self.does {
            Doing::Connecting | Doing::Calling => self.gate.take(),
            // A wait is not to be held up by what others have left.
            Doing::Waiting | Doing::Taking => {}
        }
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
    }

    #[test]
    fn who_closes_does_not_wait_for_ever() {
        let gate = Gate::new();
        gate.call(|| gate.close(Duration::ZERO));
    }

    #[test]
    fn a_connection_that_is_held_up_does_not_hold_up_others_for_ever() {
        let gate = Gate::new();
        gate.connect(|| gate.connect(|| ()));
    }

    #[test]
    fn a_handle_that_takes_long_to_take_does_not_hold_up_calls_for_ever() {
        static GATE: Gate = Gate::new();
        let (tell, told) = channel();
        GATE.leave(move || GATE.call(|| tell.send(()).unwrap()));
        told.try_recv().unwrap();
    }

    #[test]
    fn a_wait_goes_in_and_comes_out_while_a_handle_is_taken_that_takes_its_time() {
        static GATE: Gate = Gate::new();
        let (tell, told) = channel();
        GATE.leave(move || GATE.wait(|| tell.send(()).unwrap()));
        told.try_recv().unwrap();
    }

    #[test]
    fn behind_a_call_that_hangs_each_further_handle_is_waited_for_once_and_many_are_taken() {
        let gate = Gate::new();
        let (tell, told) = channel();
        gate.call(|| {
            for left in 1..=MANY {
                let tell = tell.clone();
                gate.leave(move || tell.send(()).unwrap());
                let too_many = gate.state().has_too_many_left();
                assert_eq!(too_many, left > FEW, "{left}");
                gate.call(|| ());
                assert!(!gate.state().has_too_many_left(), "{left}");
            }
            assert!(told.try_recv().is_err());
            gate.leave(move || tell.send(()).unwrap());
            told.try_recv().unwrap();
        });
        assert_eq!(told.try_iter().count(), MANY);
        assert_eq!(gate.state().put_up_with, FEW);
    }
}
