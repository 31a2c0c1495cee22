//! What was seen of all readers at one moment, and what must have happened between two moments.
//!
//! Pure: no PC/SC, no waiting. pcscd counts a reader's insertions and removals in 16 bits (the upper half
//! of `dwEventState`), from 0 when the reader arrives; the count, not the card's presence, tells one
//! insertion from the next.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Atr, ReaderEvent, ReaderName};

/// Every reader as it was last seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) readers: BTreeMap<ReaderName, Reader>,
}

/// A reader as it was last seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reader {
    /// Insertions and removals so far; `None` while the reader's state is not to be had.
    pub(crate) count: Option<u16>,
    /// The driver fails to tell the reader's state.
    pub(crate) failing: bool,
    /// The card in it.
    pub(crate) card: Option<Card>,
}

/// A card as it was seen at its insertion, and whether it can be shared now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    /// `None` when it did not answer.
    pub(crate) atr: Option<Atr>,
    /// The card gave no answer to reset. (An answer may be absent for a moment without that.)
    pub(crate) mute: bool,
    /// Another program keeps it to itself, or did when a connection was refused to us.
    pub(crate) kept: bool,
    /// The card was seen before it was counted: the next count is still this insertion.
    uncounted: bool,
}

/// One reader's state as PC/SC reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// No card.
    Empty {
        /// Insertions and removals so far.
        count: u16,
    },
    /// A card.
    Card {
        /// Insertions and removals so far.
        count: u16,
        /// Its answer to reset, where there is one.
        atr: Option<Atr>,
        /// It gave no answer to reset.
        mute: bool,
        /// Another program keeps it to itself.
        kept: bool,
    },
    /// The driver fails to tell: no card is believed in.
    Failing,
    /// The driver has not told yet.
    Untold,
}

impl Snapshot {
    /// What is known after a further look at all readers.
    pub(crate) fn after(&self, sights: impl IntoIterator<Item = (ReaderName, Sight)>) -> Self {
        let look = |(name, sight)| {
            let reader = Reader::after(self.readers.get(&name).copied(), sight);
            (name, reader)
        };
        Self { readers: sights.into_iter().map(look).collect() }
    }

    /// What is known of these readers alone.
    pub(crate) fn of(&self, names: &[ReaderName]) -> Self {
        let mut readers = self.readers.clone();
        readers.retain(|name, _| names.contains(name));
        Self { readers }
    }

    /// Takes note that the card in a reader is kept by another program, although it was not seen to be.
    pub(crate) fn believe_kept(&mut self, reader: &ReaderName) {
        if let Some(card) = self.readers.get_mut(reader).and_then(|reader| reader.card.as_mut()) {
            card.kept = true;
        }
    }
}

impl Reader {
    fn after(before: Option<Self>, sight: Sight) -> Self {
        let (count, seen) = match sight {
            Sight::Untold | Sight::Failing => {
                return Self { failing: sight == Sight::Failing, ..Self::default() };
            }
            Sight::Empty { count } => (count, None),
            Sight::Card { count, atr, mute, kept } => (count, Some((atr, mute, kept))),
        };
        let before = before.unwrap_or_default();
        let card = seen.map(|(atr, mute, kept)| match before.card {
            Some(card) if card.is_still_in(before, count, mute) => {
                Card { kept, uncounted: card.uncounted && before.count == Some(count), ..card }
            }
            Some(_) | None => {
                Card { atr, mute, kept, uncounted: before.may_not_have_counted(count) }
            }
        });
        Self { count: Some(count), failing: false, card }
    }

    /// Whether a new card may not be in this count yet: pcscd shows a card an instant before it counts it.
    /// From one card to the next, and from empty to empty, a reader counts twice.
    fn may_not_have_counted(&self, count: u16) -> bool {
        match (self.count, self.card) {
            (Some(old), None) if old <= count => (count - old).is_multiple_of(2),
            (Some(old), Some(card)) if old <= count && !card.uncounted => (count - old) % 2 == 1,
            (Some(_) | None, _) => true,
        }
    }

    /// A reader counts upwards from 0: one that counts less is another, plugged in under the same name.
    /// (After 65,536 changes it is taken for another; no harm is done.)
    fn is_another_than(&self, before: &Self) -> bool {
        matches!((before.count, self.count), (Some(old), Some(new)) if new < old)
    }
}

impl Card {
    /// Whether a card seen in this reader with this count is this same insertion. A card that began to
    /// answer, or ceased to, is treated as another one; a different answer alone is not, since cards may
    /// answer differently to a warm reset (ISO/IEC 7816-3 §6.3).
    fn is_still_in(&self, reader: Reader, count: u16, mute: bool) -> bool {
        let counted = |old: u16| self.uncounted && old.wrapping_add(1) == count;
        let same = reader.count.is_some_and(|old| old == count || counted(old));
        same && self.mute == mute
    }
}

/// What happened between two looks: removals first, then departures, arrivals, insertions, cards freed.
pub(crate) fn diff(before: &Snapshot, after: &Snapshot) -> Vec<ReaderEvent> {
    let mut changes = Changes::default();
    let names: BTreeSet<&ReaderName> = before.readers.keys().chain(after.readers.keys()).collect();
    for name in names {
        changes.of_reader(name, before.readers.get(name), after.readers.get(name));
    }
    changes.in_order()
}

#[derive(Default)]
struct Changes {
    removed: Vec<ReaderEvent>,
    departed: Vec<ReaderEvent>,
    arrived: Vec<ReaderEvent>,
    inserted: Vec<ReaderEvent>,
    freed: Vec<ReaderEvent>,
}

impl Changes {
    fn of_reader(&mut self, name: &ReaderName, before: Option<&Reader>, after: Option<&Reader>) {
        match (before, after) {
            (Some(old), Some(new)) if !new.is_another_than(old) => {
                if !new.holds_the_card_of(old) {
                    self.take_out(name, old);
                    self.put_in(name, new);
                } else if old.is_kept() && !new.is_kept() {
                    self.freed.push(ReaderEvent::CardFreed { reader: name.clone() });
                }
            }
            (old, new) => {
                if let Some(old) = old {
                    self.take_out(name, old);
                    self.departed.push(ReaderEvent::ReaderDeparted(name.clone()));
                }
                if let Some(new) = new {
                    self.arrived.push(ReaderEvent::ReaderArrived(name.clone()));
                    self.put_in(name, new);
                }
            }
        }
    }

    fn take_out(&mut self, name: &ReaderName, reader: &Reader) {
        let reader = reader.card.map(|_| name.clone());
        let event = reader.map(|reader| ReaderEvent::CardRemoved { reader });
        self.removed.extend(event);
    }

    fn put_in(&mut self, name: &ReaderName, reader: &Reader) {
        self.inserted.extend(reader.card.map(|card| {
            let (reader, atr) = (name.clone(), card.atr);
            ReaderEvent::CardInserted { reader, atr }
        }));
    }

    fn in_order(self) -> Vec<ReaderEvent> {
        let parts = [self.removed, self.departed, self.arrived, self.inserted, self.freed];
        parts.into_iter().flatten().collect()
    }
}

impl Reader {
    /// Whether another program keeps the card to itself, as far as is known.
    pub(crate) fn is_kept(&self) -> bool {
        self.card.is_some_and(|card| card.kept)
    }

    fn holds_the_card_of(&self, before: &Self) -> bool {
        match (before.card, self.card, self.count) {
            (None, None, _) => true,
            (Some(old), Some(new), Some(count)) => old.is_still_in(*before, count, new.mute),
            (Some(_) | None, Some(_) | None, _) => false,
        }
    }
}

#[cfg(test)]
mod tests;
