//! The lookout before a table that follows libpcsclite's rules and changes at the worst moments.

use std::collections::VecDeque;

use super::*;
use crate::Atr;
use ReaderEvent::{CardInserted, CardRemoved, ReaderArrived, ReaderDeparted};

/// One change of the table.
#[derive(Clone, Copy)]
enum Change {
    /// A reader has this state now, new or not.
    Has(&'static str, Sight),
    /// A reader is gone.
    Gone(&'static str),
}
use Change::{Gone, Has};

/// A table in pcscd's order, which is not the alphabet's.
#[derive(Default)]
struct Changing {
    readers: Vec<(ReaderName, Sight)>,
    /// What happens while a wait waits, each with a signal; `None`: nothing within its time.
    signalled: VecDeque<Option<Change>>,
    /// What happens right after the list was given, so often from now; nothing tells of it.
    unnoticed: VecDeque<Option<Change>>,
    /// Waits that began, and how long each was to be at most.
    waits: Vec<Option<Duration>>,
    stopped: bool,
}

fn name(name: &str) -> ReaderName {
    ReaderName::new(name).unwrap()
}

impl Changing {
    fn change(&mut self, change: Change) {
        match change {
            Gone(reader) => self.readers.retain(|(other, _)| *other != name(reader)),
            Has(reader, sight) => {
                let place = self.readers.iter_mut().find(|(other, _)| *other == name(reader));
                match place {
                    Some((_, old)) => *old = sight,
                    None => self.readers.push((name(reader), sight)),
                }
            }
        }
    }

    fn sight(&self, name: &ReaderName) -> Option<Sight> {
        let mut readers = self.readers.iter();
        Some(readers.find(|(other, _)| other == name)?.1)
    }

    /// As `SCardGetStatusChange` compares: counts only when the believed one is not 0.
    fn differs(&self, name: &ReaderName, believed: Option<Reader>) -> bool {
        let (Some(sight), Some(believed)) = (self.sight(name), believed) else {
            return true;
        };
        let old = believed.count.unwrap_or(0);
        match sight {
            Sight::Untold => believed.failing,
            Sight::Failing => !believed.failing,
            Sight::Empty { count } => believed.card.is_some() || (old != 0 && old != count),
            Sight::Card { count, mute, .. } => {
                believed.card.is_none_or(|card| card.mute != mute) || (old != 0 && old != count)
            }
        }
    }
}

impl Table for Changing {
    fn readers(&mut self) -> Result<Vec<ReaderName>, Error> {
        let names = self.readers.iter().map(|(name, _)| name.clone()).collect();
        if let Some(Some(change)) = self.unnoticed.pop_front() {
            self.change(change);
        }
        Ok(names)
    }

    fn wait(
        &mut self,
        believed: &[(ReaderName, Option<Reader>)],
        time: Option<Duration>,
    ) -> Result<Vec<Option<Sight>>, Error> {
        let readers = self.readers.len();
        if believed.iter().any(|(name, _)| self.sight(name).is_none()) {
            return Err(Error::UnknownReader);
        }
        loop {
            let changed = believed.iter().any(|(name, reader)| self.differs(name, *reader));
            if changed || self.readers.len() != readers {
                return Ok(believed.iter().map(|(name, _)| self.sight(name)).collect());
            }
            self.waits.push(time);
            match (self.signalled.pop_front().flatten(), time) {
                (Some(change), _) => self.change(change),
                (None, Some(_)) => return Err(Error::Timeout),
                (None, None) => {
                    self.stopped = true;
                    return Err(Error::Cancelled);
                }
            }
        }
    }

    fn is_stopped(&self) -> bool {
        self.stopped
    }
}

fn atr() -> Option<Atr> {
    Atr::new(&[0x3B, 0x80, 0x80, 0x01, 0x01])
}

const fn empty(count: u16) -> Sight {
    Sight::Empty { count }
}

fn card(count: u16) -> Sight {
    let (atr, mute) = (atr(), false);
    Sight::Card { count, atr, mute }
}

fn inserted(reader: &str) -> ReaderEvent {
    let (reader, atr) = (name(reader), atr());
    CardInserted { reader, atr }
}

fn removed(reader: &str) -> ReaderEvent {
    CardRemoved { reader: name(reader) }
}

/// Everything the lookout tells until nothing more happens, and the table as it is left.
fn told(mut table: Changing, first: &[Change]) -> (Vec<ReaderEvent>, Changing) {
    for change in first {
        table.change(*change);
    }
    let mut lookout = Lookout::new(table);
    let mut events = Vec::new();
    loop {
        match lookout.next() {
            Ok(more) => events.extend(more),
            Err(over) => {
                assert_eq!(over, Over::Stopped);
                return (events, lookout.table);
            }
        }
    }
}

fn signalled(changes: &[Change]) -> Changing {
    Changing { signalled: changes.iter().copied().map(Some).collect(), ..Changing::default() }
}

fn unnoticed(changes: &[Option<Change>]) -> Changing {
    Changing { unnoticed: changes.iter().copied().collect(), ..Changing::default() }
}

#[test]
fn readers_in_any_order_come_to_rest_and_are_waited_for_without_end() {
    let (events, table) = told(Changing::default(), &[Has("B", empty(0)), Has("A", card(1))]);
    let arrivals = [ReaderArrived(name("A")), ReaderArrived(name("B"))];
    assert_eq!(events, [&arrivals[..], &[inserted("A")]].concat());
    assert_eq!(table.waits, [Some(SETTLING), None]);
}

#[test]
fn a_card_that_was_in_from_the_beginning_is_waited_for_without_end() {
    let (_, table) = told(Changing::default(), &[Has("A", card(0))]);
    assert_eq!(table.waits, [Some(SETTLING), None]);
}

#[test]
fn a_reader_that_arrives_between_the_list_and_the_wait_is_found() {
    // The list before the first long wait; the next is asked for when the readers have settled.
    let table = unnoticed(&[None, Some(Has("B", empty(0)))]);
    let (events, _) = told(table, &[Has("A", empty(0))]);
    assert_eq!(events, [ReaderArrived(name("A")), ReaderArrived(name("B"))]);
}

#[test]
fn a_reader_that_arrives_unnoticed_after_another_departed_is_found() {
    let mut table = unnoticed(&[None, None, None, Some(Has("B", empty(0)))]);
    table.signalled.extend([None, Some(Gone("A"))]);
    let (events, _) = told(table, &[Has("A", empty(0))]);
    assert_eq!(events[1..], [ReaderDeparted(name("A")), ReaderArrived(name("B"))]);
}

#[test]
fn a_reader_that_departs_between_the_list_and_the_wait_is_told_of() {
    let table = unnoticed(&[None, Some(Gone("A"))]);
    let (events, _) = told(table, &[Has("A", card(1)), Has("B", empty(0))]);
    assert_eq!(events[3..], [removed("A"), ReaderDeparted(name("A"))]);
}

#[test]
fn a_card_swapped_between_two_waits_is_noticed_even_at_a_count_of_0() {
    for count in [0, 1] {
        let swap = Some(Has("A", card(count + 2)));
        for after in 1..4 {
            let mut changes = vec![None; after];
            changes.push(swap);
            let mut table = unnoticed(&changes);
            table.signalled.extend([Some(Has("B", card(1))), Some(Has("B", empty(2)))]);
            let (events, _) = told(table, &[Has("A", card(count)), Has("B", empty(0))]);
            let swaps = events.windows(2);
            let swaps = swaps.filter(|pair| **pair == [removed("A"), inserted("A")]);
            assert_eq!(swaps.count(), 1, "count {count}, list {after}: {events:?}");
        }
    }
}

#[test]
fn a_reader_that_has_not_told_its_state_yet_tells_of_its_card() {
    let (events, _) = told(signalled(&[Has("A", card(0))]), &[Has("A", Sight::Untold)]);
    assert_eq!(events, [ReaderArrived(name("A")), inserted("A")]);
}

#[test]
fn a_reader_that_fails_loses_its_card_once_and_is_waited_for() {
    let table = signalled(&[Has("A", Sight::Failing), Has("A", card(2))]);
    let (events, table) = told(table, &[Has("A", card(1))]);
    assert_eq!(events[2..], [removed("A"), inserted("A")]);
    assert_eq!(table.waits.last(), Some(&None));
}

#[test]
fn a_list_and_a_wait_that_contradict_each_other_for_ever_are_a_fault() {
    struct Contradicting;
    impl Table for Contradicting {
        fn readers(&mut self) -> Result<Vec<ReaderName>, Error> {
            Ok(vec![name("A")])
        }
        fn wait(
            &mut self,
            _: &[(ReaderName, Option<Reader>)],
            _: Option<Duration>,
        ) -> Result<Vec<Option<Sight>>, Error> {
            Err(Error::UnknownReader)
        }
        fn is_stopped(&self) -> bool {
            false
        }
    }
    let mut lookout = Lookout::new(Contradicting);
    assert_eq!(lookout.next(), Err(Over::Lost(Error::UnknownReader)));
    assert!(!lookout.has_served());
}
