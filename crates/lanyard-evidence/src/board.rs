//! The one place from which snapshots are taken, and in which they are replaced: at once, never with a gap.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::folders::Held;
use crate::news::News;
use crate::problem::Problem;
use crate::snapshot::{Got, Snapshot, Stamp};

/// The current snapshot, what it is made of, and who is told of a new one.
pub(crate) struct Board {
    parts: Mutex<Parts>,
    current: RwLock<Arc<Snapshot>>,
    on_news: Box<dyn Fn(News) + Send + Sync>,
}

/// What a snapshot is made of.
#[derive(Debug, Default)]
struct Parts {
    stamp: Stamp,
    held: Arc<Held>,
    got: Got,
}

impl Board {
    pub(crate) fn new(on_news: impl Fn(News) + Send + Sync + 'static) -> Self {
        let parts = Parts::default();
        let current = RwLock::new(Arc::new(parts.snapshot()));
        Self { parts: Mutex::new(parts), current, on_news: Box::new(on_news) }
    }

    /// What judgements rest on now.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes what the folders hold now.
    pub(crate) fn take(&self, held: Held) {
        let mut parts = self.lock();
        let known = &parts.held.problems;
        let new: Vec<Problem> =
            held.problems.iter().filter(|problem| !known.contains(problem)).cloned().collect();
        let same = parts.stamp > Stamp::default() && parts.held.is_same_evidence(&held);
        parts.held = Arc::new(held);
        let changed = self.publish(&mut parts, same);
        drop(parts);
        for problem in new {
            (self.on_news)(News::Problem(problem));
        }
        self.tell(changed);
    }

    /// Changes what was fetched. `change` says whether it changed anything.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Got) -> bool) {
        let mut parts = self.lock();
        if change(&mut parts.got) {
            let changed = self.publish(&mut parts, false);
            drop(parts);
            self.tell(changed);
        }
    }

    /// Says something that changes no evidence.
    pub(crate) fn say(&self, news: News) {
        (self.on_news)(news);
    }

    fn publish(&self, parts: &mut Parts, same: bool) -> Option<Stamp> {
        if !same {
            parts.stamp.0 += 1;
        }
        let snapshot = Arc::new(parts.snapshot());
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
        (!same).then_some(parts.stamp)
    }

    fn tell(&self, changed: Option<Stamp>) {
        if let Some(stamp) = changed {
            (self.on_news)(News::Changed(stamp));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Parts {
    fn snapshot(&self) -> Snapshot {
        Snapshot::of(self.stamp, Arc::clone(&self.held), &self.got)
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").field("parts", &self.parts).finish_non_exhaustive()
    }
}
