//! pcscd's table of readers, through `SCardListReaders` and `SCardGetStatusChange`.
//!
//! The rules are those of pcsc-lite's client library, 1.9.9 to 2.3. Nothing else in this crate lists
//! readers or asks for their state: libpcsclite keeps both in one table for the whole process, and 1.9.9
//! does not even lock it. What a change means is not known here.

use std::collections::BTreeSet;
use std::ffi::CStr;
use std::sync::Arc;
use std::time::Duration;

use pcsc::ffi::DWORD;
use pcsc::{Error, PNP_NOTIFICATION, ReaderState, State};

use crate::gate::LIBRARY;
use crate::lookout::Table;
use crate::service::WaitingContext;
use crate::snapshot::{Reader, Sight};
use crate::waiting::Waiting;
use crate::{Atr, ReaderName};

/// Room for the names of sixteen readers of at most 128 bytes (`MAX_READERNAME`), each with its end.
const NAMES: usize = 16 * 129 + 1;

/// pcscd's limit of entries in one wait. With so many readers no other can arrive.
const MOST_ENTRIES: usize = 16;

/// The table as one context sees it.
pub(crate) struct PcscTable {
    context: Arc<WaitingContext>,
    waiting: Waiting,
    /// The state of the entry that tells of readers; newer libraries keep a count in it.
    plug_and_play: State,
}

impl PcscTable {
    pub(crate) fn new(context: Arc<WaitingContext>, waiting: Waiting) -> Self {
        let plug_and_play = State::UNAWARE;
        Self { context, waiting, plug_and_play }
    }
}

impl Table for PcscTable {
    fn readers(&mut self) -> Result<Vec<ReaderName>, Error> {
        let reader = |name: &CStr| ReaderName::from_c_str(name).ok();
        let mut buffer = [0; NAMES];
        match LIBRARY.wait(|| self.context.list_readers(&mut buffer)) {
            Ok(names) => Ok(names.filter_map(reader).collect()),
            Err(Error::InsufficientBuffer) => {
                let names = LIBRARY.wait(|| self.context.list_readers_owned())?;
                Ok(names.iter().filter_map(|name| reader(name)).collect())
            }
            Err(error) => Err(error),
        }
    }

    /// A mute card makes the library sleep 0.4 s at each comparison, whichever reader it is in.
    fn wait(
        &mut self,
        believed: &[(ReaderName, Option<Reader>)],
        time: Option<Duration>,
    ) -> Result<Vec<Option<Sight>>, Error> {
        let entry = |(name, reader): &(ReaderName, Option<Reader>)| {
            let state = reader.as_ref().map_or(State::UNAWARE, Reader::state);
            ReaderState::new(name.as_c_str(), state)
        };
        let mut entries: Vec<_> = believed.iter().map(entry).collect();
        if entries.len() < MOST_ENTRIES {
            entries.push(ReaderState::new(PNP_NOTIFICATION(), self.plug_and_play));
        }
        let wait = || self.context.get_status_change(time, &mut entries);
        self.waiting.around(&self.context, wait).ok_or(Error::Cancelled)??;
        if let Some(entry) = entries.get(believed.len()) {
            self.plug_and_play = counted(State::empty(), entry.event_count());
        }
        entries.truncate(believed.len());
        Ok(entries.iter().map(sight).collect())
    }

    fn refusals(&mut self) -> BTreeSet<ReaderName> {
        self.waiting.refusals()
    }

    fn is_stopped(&self) -> bool {
        self.waiting.is_stopped()
    }
}

impl Reader {
    /// The state that a wait is to compare with. A reader that has not told its state yet is said to be
    /// empty: from any other state the library would not tell of a card. Who uses the card is left out, so
    /// that no wait ends for that, but for a program that keeps it to itself: the wait ends when that does.
    /// (The library tells of such a beginning only whom it believes to have seen the card shared.)
    fn state(&self) -> State {
        let state = match self.card {
            Some(card) => {
                let mut state = State::PRESENT;
                state.set(State::MUTE, card.mute);
                state.set(State::EXCLUSIVE, card.kept);
                state
            }
            None if self.failing => State::UNAVAILABLE,
            None => State::EMPTY,
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
        Sight::Card { count, atr, mute, kept: state.contains(State::EXCLUSIVE) }
    } else if state.contains(State::EMPTY) {
        Sight::Empty { count }
    } else {
        Sight::Untold
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Snapshot;

    #[test]
    fn the_library_is_told_what_it_told_us_so_that_it_waits() {
        let name = ReaderName::new("Reader").unwrap();
        let card = |count, mute| Sight::Card { count, atr: None, mute, kept: false };
        let kept = Sight::Card { count: 1, atr: None, mute: false, kept: true };
        let expectations = [
            (Sight::Untold, 0x0000_0010),
            (Sight::Failing, 0x0000_0008),
            (Sight::Empty { count: 2 }, 0x0002_0010),
            (card(3, false), 0x0003_0020),
            (card(0xFFFF, true), 0xFFFF_0220),
            (kept, 0x0001_00A0),
        ];
        for (sight, bits) in expectations {
            let seen = Snapshot::default().after([(name.clone(), sight)]);
            assert_eq!(seen.readers[&name].state().bits(), bits, "{sight:?}");
        }
    }
}
