//! Desks: login sessions of a desktop, each at a seat, of which one is active there at a time.
//!
//! What tells them apart outside, logind or the caller's uid, is not known here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

/// One login session of a desktop, and its seat. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Desk {
    login: Arc<str>,
    seat: Arc<str>,
}

/// Which desk is active at which seat, and whose screen is locked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desks {
    pub(crate) active: BTreeMap<Arc<str>, Desk>,
    pub(crate) screen_locked: BTreeSet<Desk>,
}

impl Desk {
    /// The login session of this name, never used again while the machine runs, at this seat.
    pub fn new(login: &str, seat: &str) -> Self {
        Self { login: login.into(), seat: seat.into() }
    }

    /// The login session.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Its seat.
    pub fn seat(&self) -> &str {
        &self.seat
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.login, self.seat)
    }
}

impl Desks {
    /// A desk is active at its seat now. Says which one was until now, if that is another.
    pub(crate) fn enter(&mut self, desk: &Desk) -> Option<Desk> {
        let before = self.active.insert(Arc::clone(&desk.seat), desk.clone());
        before.filter(|before| before != desk)
    }

    /// A desk is not active any more. The news of it may come after that of the next one.
    pub(crate) fn leave(&mut self, desk: &Desk) {
        if self.is_active(desk) {
            self.active.remove(&desk.seat);
        }
    }

    /// A desk is no more.
    pub(crate) fn forget(&mut self, desk: &Desk) {
        self.leave(desk);
        self.screen_locked.remove(desk);
    }

    pub(crate) fn is_active(&self, desk: &Desk) -> bool {
        self.active.get(&desk.seat) == Some(desk)
    }

    pub(crate) fn screen_is_locked(&self, desk: &Desk) -> bool {
        self.screen_locked.contains(desk)
    }
}
