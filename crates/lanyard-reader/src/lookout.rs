//! Waiting for readers and cards on one connection to pcscd, without missing what falls between two calls.
//!
//! Knows what `SCardGetStatusChange` does not tell, not how it is called, nor what becomes of the
//! connection when pcscd goes.

use std::collections::BTreeSet;
use std::time::Duration;

use pcsc::Error;

use crate::snapshot::{Reader, Sight, Snapshot, diff};
use crate::{ReaderEvent, ReaderName};

/// After a change of readers the list is asked for once more when this has passed: a reader that arrives
/// between the list and the wait is told of by nothing (the wait compares with the number at its own
/// beginning), and readers arrive together, slot by slot.
const SETTLING: Duration = Duration::from_millis(250);

/// How soon a card that another program keeps is looked at again; each further time takes twice as long.
///
/// pcscd (1.9.9) tells that a card is shared again only when its thread for the reader has seen in between
/// that it was kept, and that thread looks every 0.4 s, or at interrupts only. So a short keeper may go
/// without a word. One that stays is not asked after for long: see [`LIBRARY_LOOKS`].
const FIRST_LOOK_AT_KEEPER: Duration = SETTLING;

/// libpcsclite looks for itself after this time, also in a wait without end.
const LIBRARY_LOOKS: Duration = Duration::from_secs(60);

/// How often in a row the list may name a reader that the wait does not know.
const CONTRADICTIONS: u8 = 8;

/// pcscd's table of readers, as its client library shows it.
pub(crate) trait Table {
    /// The readers there are now.
    fn readers(&mut self) -> Result<Vec<ReaderName>, Error>;

    /// Waits until a reader's state is not the believed one, or, belief being absent, not at all; or until
    /// the number of readers changes. Then the states of the readers named, `None` for one that is gone.
    fn wait(
        &mut self,
        believed: &[(ReaderName, Option<Reader>)],
        time: Option<Duration>,
    ) -> Result<Vec<Option<Sight>>, Error>;

    /// Readers whose card was refused to us since the last time, because another program keeps it.
    fn refusals(&mut self) -> BTreeSet<ReaderName>;

    /// Whether a cancelled wait was cancelled by us.
    fn is_stopped(&self) -> bool;
}

/// The waiting thread's view of pcscd.
pub(crate) struct Lookout<T> {
    table: T,
    seen: Snapshot,
    /// The readers are the same as a while ago.
    settled: bool,
    /// When a card that another program keeps is looked at next.
    next_look: Duration,
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

impl<T: Table> Lookout<T> {
    pub(crate) fn new(table: T) -> Self {
        let (seen, next_look) = (Snapshot::default(), FIRST_LOOK_AT_KEEPER);
        Self { table, seen, settled: false, next_look, served: false }
    }

    /// Whether pcscd has ever answered a wait on this connection.
    pub(crate) fn has_served(&self) -> bool {
        self.served
    }

    /// Waits until something changed. Readers are listed again on every wake-up, whatever woke us.
    pub(crate) fn next(&mut self) -> Result<Vec<ReaderEvent>, Over> {
        let (mut looked, mut contradictions) = (false, 0);
        loop {
            let names = self.table.readers().map_err(Over::Lost)?;
            let departures = self.see(|seen| seen.of(&names));
            if !departures.is_empty() {
                return Ok(departures);
            }
            self.hear_of_refusals();
            looked = !looked && self.seen.readers.values().any(Reader::is_uncompared);
            let wait = self.wait(&names, looked);
            self.served |= matches!(wait, Ok(_) | Err(Error::Timeout));
            match wait {
                Ok(events) if events.is_empty() => contradictions = 0,
                Ok(events) => return Ok(events),
                Err(Error::Timeout) => {
                    self.settled = true;
                    self.next_look = self.next_look.saturating_mul(2);
                }
                Err(Error::Cancelled) if self.table.is_stopped() => return Err(Over::Stopped),
                // A refusal is to be heard of; and any program may cancel any context.
                Err(Error::Cancelled) => {}
                Err(Error::UnknownReader) if contradictions < CONTRADICTIONS => contradictions += 1,
                Err(error) => return Err(Over::Lost(error)),
            }
        }
    }

    fn hear_of_refusals(&mut self) {
        for reader in self.table.refusals() {
            self.seen.believe_kept(&reader);
            self.next_look = FIRST_LOOK_AT_KEEPER;
        }
    }

    /// What is there at the beginning, without waiting for anything to happen.
    pub(crate) fn look(&mut self) -> Result<Vec<ReaderEvent>, Over> {
        let names = self.table.readers().map_err(Over::Lost)?;
        if names.is_empty() {
            return Ok(Vec::new());
        }
        // Nothing is believed yet, so the wait ends at once.
        match self.wait(&names, false) {
            Ok(events) => {
                self.served = true;
                Ok(events)
            }
            Err(Error::Timeout | Error::Cancelled | Error::UnknownReader) => Ok(Vec::new()),
            Err(error) => Err(Over::Lost(error)),
        }
    }

    /// What is gone when this connection is: every card, then every reader.
    pub(crate) fn close(self) -> Vec<ReaderEvent> {
        diff(&self.seen, &Snapshot::default())
    }

    /// Waits once. With `look`, readers whose cards are not compared are asked for their state instead.
    fn wait(&mut self, names: &[ReaderName], look: bool) -> Result<Vec<ReaderEvent>, Error> {
        let belief = |name: &ReaderName| {
            let reader = self.seen.readers.get(name).copied();
            (name.clone(), reader.filter(|reader| !(look && reader.is_uncompared())))
        };
        let believed: Vec<_> = names.iter().map(belief).collect();
        self.settled &= names.iter().all(|name| self.seen.readers.contains_key(name));
        let sights = self.table.wait(&believed, self.time())?;
        let sights = names.iter().zip(sights);
        let sights = sights.filter_map(|(name, sight)| Some((name.clone(), sight?)));
        Ok(self.see(|seen| seen.after(sights)))
    }

    /// How long to wait at most.
    fn time(&self) -> Option<Duration> {
        let is_kept = self.seen.readers.values().any(Reader::is_kept);
        let look = (is_kept && self.next_look < LIBRARY_LOOKS).then_some(self.next_look);
        let settle = (!self.settled).then_some(SETTLING);
        settle.into_iter().chain(look).min()
    }

    /// Takes what is seen for the new truth.
    fn see(&mut self, look: impl FnOnce(&Snapshot) -> Snapshot) -> Vec<ReaderEvent> {
        let now = look(&self.seen);
        let events = diff(&self.seen, &now);
        self.settled &= self.seen.readers.len() == now.readers.len();
        if !now.readers.values().any(Reader::is_kept) {
            self.next_look = FIRST_LOOK_AT_KEEPER;
        }
        self.seen = now;
        events
    }
}

impl Reader {
    /// Whether the card is in since the reader's count began: the library does not compare a count of 0, so
    /// that a swap since the last wait would not end the next. Such a reader is looked at before each wait.
    fn is_uncompared(&self) -> bool {
        self.card.is_some() && self.count == Some(0)
    }
}

#[cfg(test)]
mod tests;
