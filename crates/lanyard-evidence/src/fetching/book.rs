//! What was asked, when, and how it ended: so that one question is asked once, what is fresh is not asked
//! again, and whoever is silent is left alone for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lanyard_trust::UnixTime;

use super::fault::Fault;
use super::latch::Latch;

/// So much is fetched at the same time.
const MOST_RUNNING: usize = 16;

/// So many questions are remembered.
const MOST_REMEMBERED: usize = 512;

/// SHA-256 of a certificate.
pub(crate) type CertificateDigest = [u8; 32];

/// A question: one of them is asked at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) address: String,
    /// The certificate that a responder is asked about; none for a list.
    pub(crate) about: Option<CertificateDigest>,
}

/// How a question ended.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    /// What was had counts as fresh until then.
    Fresh { until: UnixTime },
    /// Nothing that counts was had.
    Failed { at: UnixTime, fault: Fault },
}

/// What is to be done about a question.
pub(super) enum Begun {
    /// What there is, is fresh.
    Fresh,
    /// It failed a short while ago.
    Failed(Fault),
    /// Somebody asks already; the latch hears of the end.
    Shared,
    /// The caller asks; `forgotten` made room for it.
    Mine { forgotten: Option<Key> },
}

/// Everything that was asked.
#[derive(Debug)]
pub(crate) struct Book {
    failure_seconds: i64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    running: HashMap<Key, Vec<Arc<Latch>>>,
    /// With the turn at which each was looked up last.
    ended: HashMap<Key, (u64, Ending)>,
    turn: u64,
}

impl Book {
    pub(crate) fn new(failure_seconds: i64) -> Self {
        Self { failure_seconds, state: Mutex::default() }
    }

    /// Looks a question up. When it is, or becomes, a running one, the latch is raised.
    pub(super) fn begin(&self, key: &Key, latch: &Arc<Latch>, now: UnixTime) -> Begun {
        let mut state = self.lock();
        state.turn += 1;
        if let Some(waiting) = state.running.get_mut(key) {
            latch.up();
            waiting.push(Arc::clone(latch));
            return Begun::Shared;
        }
        let of_address = Key { address: key.address.clone(), about: None };
        for known in [&of_address, key] {
            match state.look_up(known) {
                Some(Ending::Fresh { until }) if known == key && now <= *until => {
                    return Begun::Fresh;
                }
                Some(Ending::Failed { at, fault }) if self.is_recent(*at, now) => {
                    return Begun::Failed(fault.clone());
                }
                Some(_) | None => {}
            }
        }
        if state.running.len() >= MOST_RUNNING {
            return Begun::Failed(Fault::Busy);
        }
        latch.up();
        state.running.insert(key.clone(), vec![Arc::clone(latch)]);
        Begun::Mine { forgotten: state.make_room(key) }
    }

    /// Enters how a question ended, and tells all who wait. A failure that is the address's own counts for
    /// everything that is asked there.
    pub(super) fn end(&self, key: &Key, ending: Ending) {
        let of_address = match &ending {
            Ending::Failed { fault, .. } if fault.is_of_address() => None,
            Ending::Failed { .. } | Ending::Fresh { .. } => key.about,
        };
        let mut state = self.lock();
        let turn = state.turn;
        // Whatever was held against the address before is over: it answers.
        state.ended.remove(&Key { address: key.address.clone(), about: None });
        let place = Key { address: key.address.clone(), about: of_address };
        state.ended.insert(place, (turn, ending));
        for latch in state.running.remove(key).unwrap_or_default() {
            latch.down();
        }
    }

    /// How a question ended last; none while it is asked.
    pub(super) fn ending(&self, key: &Key) -> Option<Ending> {
        let state = self.lock();
        if state.running.contains_key(key) {
            return None;
        }
        let of_address = Key { address: key.address.clone(), about: None };
        let failed = |ending: &&(u64, Ending)| matches!(ending.1, Ending::Failed { .. });
        let ending = state.ended.get(&of_address).filter(failed).or_else(|| state.ended.get(key));
        ending.map(|(_, ending)| ending.clone())
    }

    /// A clock that went back ends every grudge.
    fn is_recent(&self, at: UnixTime, now: UnixTime) -> bool {
        (0..self.failure_seconds).contains(&now.seconds_since(at))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn look_up(&mut self, key: &Key) -> Option<&Ending> {
        let (last, ending) = self.ended.get_mut(key)?;
        *last = self.turn;
        Some(ending)
    }

    /// Forgets what nobody asked for the longest time, when there is too much.
    fn make_room(&mut self, for_key: &Key) -> Option<Key> {
        if self.ended.len() < MOST_REMEMBERED || self.ended.contains_key(for_key) {
            return None;
        }
        let oldest = self.ended.iter().min_by_key(|(_, (turn, _))| *turn);
        let oldest = oldest.map(|(key, _)| key.clone())?;
        self.ended.remove(&oldest);
        Some(oldest)
    }
}
