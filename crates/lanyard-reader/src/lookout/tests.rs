//! The lookout before a table that follows libpcsclite's rules and changes at the worst moments.

use std::collections::VecDeque;

use super::*;
use crate::Atr;
use crate::snapshot::Card;
use ReaderEvent::{CardFreed, CardInserted, CardRemoved, ReaderArrived, ReaderDeparted};

/// One change of the table.
#[derive(Clone, Copy)]
enum Change {
    /// A reader has this state now, new or not.
    Has(&'static str, Sight),
    /// A reader is gone.
    Gone(&'static str),
    /// Its card is refused to us.
    Refused(&'static str),
}
use Change::{Gone, Has, Refused};

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
    refused: BTreeSet<ReaderName>,
    stopped: bool,
}

fn name(name: &str) -> ReaderName {
    ReaderName::new(name).unwrap()
}

impl Changing {
    fn change(&mut self, change: Change) {
        match change {
            Refused(reader) => drop(self.refused.insert(name(reader))),
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

    /// As `SCardGetStatusChange` compares: counts only when the believed one is not 0; of who uses the
    /// card, only that one who was believed to keep it does so no longer.
    fn differs(&self, name: &ReaderName, believed: Option<Reader>) -> bool {
        let (Some(sight), Some(believed)) = (self.sight(name), believed) else {
            return true;
        };
        let old = believed.count.unwrap_or(0);
        match sight {
            Sight::Untold => believed.failing,
            Sight::Failing => !believed.failing,
            Sight::Empty { count } => believed.card.is_some() || (old != 0 && old != count),
            Sight::Card { count, mute, kept, .. } => {
                let differs = |card: Card| card.mute != mute || (card.kept && !kept);
                believed.card.is_none_or(differs) || (old != 0 && old != count)
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
            if !self.refused.is_empty() {
                return Err(Error::Cancelled);
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

    fn refusals(&mut self) -> BTreeSet<ReaderName> {
        std::mem::take(&mut self.refused)
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
    Sight::Card { count, atr: atr(), mute: false, kept: false }
}

const fn kept(count: u16) -> Sight {
    Sight::Card { count, atr: None, mute: false, kept: true }
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
fn a_card_that_is_kept_is_waited_for_without_end_and_told_of_when_it_is_free() {
    for count in [0, 1] {
        let (events, table) = told(signalled(&[Has("A", card(count))]), &[Has("A", kept(count))]);
        assert_eq!(events[2..], [CardFreed { reader: name("A") }]);
        assert_eq!(table.waits.last(), Some(&None));
    }
}

#[test]
fn a_card_that_was_refused_is_told_of_when_it_is_free_whatever_was_seen_of_its_keeper() {
    for count in [0, 1] {
        let freed = [CardFreed { reader: name("A") }];
        // The keeper came after the last look, and goes in time or before anybody looks again.
        let comes = [Has("A", kept(count)), Refused("A"), Has("A", card(count))];
        for changes in [&comes[..], &comes[1..]] {
            let (events, table) = told(signalled(changes), &[Has("A", card(count))]);
            assert_eq!(events[2..], freed, "count {count}: {events:?}");
            assert_eq!(table.waits.last(), Some(&None));
        }
    }
}

#[test]
fn a_keeper_that_stays_is_looked_at_ever_more_rarely_and_then_only_waited_for() {
    let (_, table) = told(Changing::default(), &[Has("A", kept(1))]);
    let looks: Vec<_> = table.waits.iter().map_while(|wait| *wait).collect();
    let doubled: Vec<_> = (0..8).map(|look| FIRST_LOOK_AT_KEEPER * 2_u32.pow(look)).collect();
    assert_eq!(looks, doubled);
    assert_eq!(table.waits[looks.len()..], [None]);
}

#[test]
fn a_keeper_that_goes_without_a_word_is_noticed_at_the_next_look() {
    let mut table = unnoticed(&[None, None, None, Some(Has("A", card(1)))]);
    table.signalled.extend([None, Some(Refused("A"))]);
    let (events, table) = told(table, &[Has("A", card(1))]);
    assert_eq!(events[2..], [CardFreed { reader: name("A") }]);
    assert_eq!(table.waits.last(), Some(&None));
}

#[test]
fn a_refusal_of_a_card_that_has_gone_is_forgotten() {
    let changes = [Has("A", empty(2)), Refused("A"), Refused("B")];
    let (events, _) = told(signalled(&changes), &[Has("A", card(1))]);
    assert_eq!(events[2..], [removed("A")]);
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
        fn refusals(&mut self) -> BTreeSet<ReaderName> {
            BTreeSet::new()
        }
        fn is_stopped(&self) -> bool {
            false
        }
    }
    let mut lookout = Lookout::new(Contradicting);
    assert_eq!(lookout.next(), Err(Over::Lost(Error::UnknownReader)));
    assert!(!lookout.has_served());
}
