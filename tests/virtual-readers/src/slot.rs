//! One reader's slot: the card in it, who talks to it, and how often it was reset.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use lanyard_reader::{ReaderEvent, ReaderName};
use lanyard_virtcard::Card;

use crate::{VirtualPad, VirtualReaders, lock};

/// A card that a test keeps across insertions.
pub type SharedCard = Arc<Mutex<Card>>;

/// One insertion of a card: the same card inserted again is another one.
#[derive(Debug)]
pub(crate) struct Insertion(pub(crate) SharedCard);

/// A reader's slot.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    /// The reader's own keys.
    pub(crate) pad: Option<VirtualPad>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) card: Option<Arc<Insertion>>,
    pub(crate) resets: u64,
    /// The card that somebody has a transaction on.
    taken: Option<Arc<Insertion>>,
    /// The card that another program keeps to itself.
    kept: Option<Arc<Insertion>>,
}

impl Slot {
    pub(crate) fn with_pad(pad: VirtualPad) -> Self {
        Self { pad: Some(pad), ..Self::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn card(&self) -> Option<Arc<Insertion>> {
        self.state().card.clone()
    }

    pub(crate) fn put(&self, card: SharedCard) -> Option<Arc<Insertion>> {
        lock(&card).reset();
        self.change(|state| state.card.replace(Arc::new(Insertion(card))))
    }

    pub(crate) fn take(&self) -> Option<Arc<Insertion>> {
        self.change(|state| state.card.take())
    }

    pub(crate) fn reset(&self) {
        if let Some(card) = self.card() {
            lock(&card.0).reset();
        }
        self.change(|state| state.resets += 1);
    }

    /// Waits until nobody else has the transaction, and takes it; `false` when `card` has gone.
    pub(crate) fn begin(&self, card: &Arc<Insertion>) -> bool {
        let state = self.state();
        let waits = |state: &mut State| state.is_taken(card) & state.has(card);
        let mut state =
            self.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        let is_there = state.has(card);
        if is_there {
            state.taken = Some(card.clone());
        }
        is_there
    }

    pub(crate) fn end(&self, card: &Arc<Insertion>) {
        self.change(|state| state.taken.take_if(|taken| Arc::ptr_eq(taken, card)));
    }

    pub(crate) fn keep(&self, card: &Arc<Insertion>) {
        self.change(|state| state.kept = Some(card.clone()));
    }

    /// Whether `card` was kept, and still is in.
    pub(crate) fn free(&self, card: &Arc<Insertion>) -> bool {
        self.change(|state| {
            let kept = state.kept.take_if(|kept| Arc::ptr_eq(kept, card)).is_some();
            kept && state.has(card)
        })
    }

    /// Waits until `card` has gone.
    pub(crate) fn outlast(&self, card: &Arc<Insertion>) {
        let state = self.state();
        drop(
            self.changed
                .wait_while(state, |state| state.has(card))
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state());
        self.changed.notify_all();
        changed
    }
}

impl State {
    fn is_taken(&self, card: &Arc<Insertion>) -> bool {
        self.taken.as_ref().is_some_and(|taken| Arc::ptr_eq(taken, card))
    }

    pub(crate) fn is_kept(&self, card: &Arc<Insertion>) -> bool {
        self.kept.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, card))
    }

    pub(crate) fn has(&self, card: &Arc<Insertion>) -> bool {
        self.card.as_ref().is_some_and(|present| Arc::ptr_eq(present, card))
    }
}

/// Another program's transaction; ends when dropped.
#[derive(Debug)]
pub struct Held {
    slot: Arc<Slot>,
    card: Arc<Insertion>,
}

impl Held {
    pub(crate) fn of(slot: Arc<Slot>) -> Option<Self> {
        let card = slot.card()?;
        slot.begin(&card).then_some(Self { slot, card })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.slot.end(&self.card);
    }
}

/// Another program that keeps a card to itself, as with `SCARD_SHARE_EXCLUSIVE`; ends when dropped.
#[derive(Debug)]
pub struct Kept {
    readers: VirtualReaders,
    reader: ReaderName,
    slot: Arc<Slot>,
    card: Arc<Insertion>,
}

impl Kept {
    pub(crate) fn of(
        readers: VirtualReaders,
        reader: &ReaderName,
        slot: Arc<Slot>,
    ) -> Option<Self> {
        let card = slot.card()?;
        slot.keep(&card);
        Some(Self { readers, reader: reader.clone(), slot, card })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if self.slot.free(&self.card) {
            self.readers.say(vec![ReaderEvent::CardFreed { reader: self.reader.clone() }]);
        }
    }
}
