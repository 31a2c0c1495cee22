//! One connection to pcscd on which a thread waits for readers and cards.
//!
//! Everything here holds for one context only; what becomes of it when pcscd goes is not known here. The
//! rules of `SCardGetStatusChange` are those of pcsc-lite's client library (1.9.9 to 2.3).
//!
//! Nothing else in this crate lists readers or asks for their state: libpcsclite keeps both in one table
//! for the whole process, and 1.9.9 does not even lock it.

use std::ffi::CStr;
use std::time::Duration;

use pcsc::ffi::DWORD;
use pcsc::{Context, Error, PNP_NOTIFICATION, ReaderState, State};

use crate::snapshot::{Card, Reader, Sight, Snapshot, diff};
use crate::stop::Stop;
use crate::{Atr, ReaderEvent, ReaderName};

/// Room for the names of sixteen readers of at most 128 bytes (`MAX_READERNAME`), each with its end.
const NAMES: usize = 16 * 129 + 1;

/// pcscd's limit of entries in one wait. With so many readers no other can arrive.
const MOST_ENTRIES: usize = 16;

/// After a change of readers the list is asked for once more when this has passed: a reader that arrives
/// between the list and the wait is told of by nothing (the wait compares with the number at its own
/// beginning), and readers arrive together, slot by slot.
const SETTLING: Duration = Duration::from_millis(250);

/// How often in a row the list may name a reader that the wait does not know.
const CONTRADICTIONS: u8 = 8;

/// The waiting thread's view of pcscd.
pub(crate) struct Lookout {
    context: Context,
    seen: Snapshot,
    /// The state of the entry that tells of readers; newer libraries keep a count in it.
    plug_and_play: State,
    /// The readers are the same as a while ago.
    settled: bool,
    served: bool,
}

/// Why a wait is over without an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// It was stopped.
    Stopped,
    /// pcscd does not answer any more.
    Lost(Error),
}

impl Lookout {
    pub(crate) fn new(context: Context) -> Self {
        Self {
            context,
            seen: Snapshot::default(),
            plug_and_play: State::UNAWARE,
            settled: false,
            served: false,
        }
    }

    /// Whether pcscd has ever answered a wait on this connection.
    pub(crate) fn has_served(&self) -> bool {
        self.served
    }

    /// Waits until something changed.
    pub(crate) fn next(&mut self, stop: &Stop) -> Result<Vec<ReaderEvent>, Over> {
        let (mut looked, mut contradictions) = (false, 0);
        loop {
            let names = self.names().map_err(Over::Lost)?;
            looked = !looked && self.has_uncompared(&names);
            let context = self.context.clone();
            let wait = stop.around(&context, || self.wait(&names, looked));
            let wait = wait.ok_or(Over::Stopped)?;
            self.served |= matches!(wait, Ok(_) | Err(Error::Timeout));
            match wait {
                Ok(events) if events.is_empty() => contradictions = 0,
                Ok(events) => return Ok(events),
                Err(Error::Timeout) => self.settled = true,
                Err(Error::Cancelled) if stop.is_stopped() => return Err(Over::Stopped),
                Err(Error::Cancelled) => {}
                Err(Error::UnknownReader) if contradictions < CONTRADICTIONS => contradictions += 1,
                Err(error) => return Err(Over::Lost(error)),
            }
        }
    }

    /// What is gone when this connection is: every card, then every reader.
    pub(crate) fn close(self) -> Vec<ReaderEvent> {
        diff(&self.seen, &Snapshot::default())
    }

    /// The readers there are now. Asked on every wake-up, whatever woke us.
    fn names(&self) -> Result<Vec<ReaderName>, Error> {
        let reader = |name: &CStr| ReaderName::from_c_str(name).ok();
        match self.context.list_readers(&mut [0; NAMES]) {
            Ok(names) => Ok(names.filter_map(reader).collect()),
            Err(Error::InsufficientBuffer) => {
                let names = self.context.list_readers_owned()?;
                Ok(names.iter().filter_map(|name| reader(name)).collect())
            }
            Err(error) => Err(error),
        }
    }

    /// Whether a card's count is 0, which the library does not compare: a swap since the last wait would
    /// not end the next. These readers are looked at afresh before each wait.
    fn has_uncompared(&self, names: &[ReaderName]) -> bool {
        let mut readers = names.iter().filter_map(|name| self.seen.readers.get(name));
        readers.any(Reader::is_uncompared)
    }

    /// Waits once, and takes what is seen for the new truth.
    fn wait(&mut self, names: &[ReaderName], look: bool) -> Result<Vec<ReaderEvent>, Error> {
        self.settled &= names.iter().eq(self.seen.readers.keys());
        let mut entries: Vec<_> = names.iter().map(|name| self.entry(name, look)).collect();
        let with_plug_and_play = entries.len() < MOST_ENTRIES;
        if with_plug_and_play {
            entries.push(ReaderState::new(PNP_NOTIFICATION(), self.plug_and_play));
        }
        let time = (!self.settled).then_some(SETTLING);
        self.context.get_status_change(time, &mut entries)?;
        if with_plug_and_play && let Some(entry) = entries.pop() {
            self.plug_and_play = counted(State::empty(), entry.event_count());
        }
        let sights = names.iter().zip(&entries);
        let sights = sights.filter_map(|(name, entry)| Some((name.clone(), sight(entry)?)));
        let now = self.seen.after(sights);
        let events = diff(&self.seen, &now);
        self.seen = now;
        Ok(events)
    }

    fn entry(&self, name: &ReaderName, look: bool) -> ReaderState {
        let state = match self.seen.readers.get(name) {
            None => State::UNAWARE,
            Some(reader) if look && reader.is_uncompared() => State::UNAWARE,
            Some(reader) => reader.believed(),
        };
        ReaderState::new(name.as_c_str(), state)
    }
}

impl Reader {
    fn is_uncompared(&self) -> bool {
        self.card.is_some() && self.count == Some(0)
    }

    /// The state that the wait is to compare with. A reader that has not told its state yet is said to be
    /// empty: from any other state the library would not tell of a card.
    fn believed(&self) -> State {
        let state = match (self.card, self.count) {
            (Some(Card { mute: true, .. }), _) => State::PRESENT | State::MUTE,
            (Some(_), _) => State::PRESENT,
            (None, _) if self.failing => State::UNAVAILABLE,
            (None, _) => State::EMPTY,
        };
        counted(state, self.count.unwrap_or_default().into())
    }
}

fn counted(state: State, count: u32) -> State {
    State::from_bits_retain(state.bits() | DWORD::from(count) << 16)
}

/// What an entry says after a wait; `None` when its reader is gone.
fn sight(entry: &ReaderState) -> Option<Sight> {
    let state = entry.event_state();
    let Ok(count) = u16::try_from(entry.event_count()) else {
        return Some(Sight::Failing);
    };
    Some(if state.contains(State::UNKNOWN) {
        return None;
    } else if state.contains(State::UNAVAILABLE) {
        Sight::Failing
    } else if state.contains(State::PRESENT) {
        let (atr, mute) = (Atr::new(entry.atr()), state.contains(State::MUTE));
        Sight::Card { count, atr, mute }
    } else if state.contains(State::EMPTY) {
        Sight::Empty { count }
    } else {
        Sight::Untold
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(sight: Sight) -> Reader {
        let name = ReaderName::new("Reader").unwrap();
        let seen = Snapshot::default().after([(name.clone(), sight)]);
        seen.readers[&name]
    }

    #[test]
    fn the_library_is_told_what_it_told_us_so_that_it_waits() {
        let card = |count, mute| Sight::Card {
            count,
            atr: None,
            mute,
        };
        let expectations = [
            (Sight::Untold, 0x0000_0010),
            (Sight::Failing, 0x0000_0008),
            (Sight::Empty { count: 2 }, 0x0002_0010),
            (card(3, false), 0x0003_0020),
            (card(0xFFFF, true), 0xFFFF_0220),
        ];
        for (sight, bits) in expectations {
            assert_eq!(reader(sight).believed().bits(), bits, "{sight:?}");
        }
    }

    #[test]
    fn a_card_that_was_in_from_the_beginning_is_looked_at_afresh() {
        let (atr, mute) = (None, false);
        let uncompared = |count| reader(Sight::Card { count, atr, mute }).is_uncompared();
        assert!(uncompared(0));
        assert!(!uncompared(1));
        assert!(!reader(Sight::Empty { count: 0 }).is_uncompared());
    }
}
