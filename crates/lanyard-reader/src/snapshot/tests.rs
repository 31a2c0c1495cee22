//! The rules of the difference one by one, and then against a pcscd that does anything at any time.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use ReaderEvent::{CardFreed, CardInserted, CardRemoved, ReaderArrived, ReaderDeparted};

fn name(number: u8) -> ReaderName {
    ReaderName::new(&format!("Reader {number}")).unwrap()
}

fn atr() -> Option<Atr> {
    Atr::new(&[0x3B, 0x80, 0x80, 0x01, 0x01])
}

fn card(count: u16) -> Sight {
    Sight::Card { count, atr: atr(), mute: false, kept: false }
}

/// A card that another program keeps to itself.
fn kept(count: u16) -> Sight {
    Sight::Card { count, atr: atr(), mute: false, kept: true }
}

fn mute(count: u16) -> Sight {
    Sight::Card { count, atr: None, mute: true, kept: false }
}

fn empty(count: u16) -> Sight {
    Sight::Empty { count }
}

fn inserted(atr: Option<Atr>) -> ReaderEvent {
    CardInserted { reader: name(0), atr }
}

fn removed() -> ReaderEvent {
    CardRemoved { reader: name(0) }
}

/// The events of reader 0 after each of a row of sights; the first is its arrival.
fn events_of(sights: &[Sight]) -> Vec<Vec<ReaderEvent>> {
    let mut seen = Snapshot::default();
    let look = |sight: &Sight| {
        let next = seen.after([(name(0), *sight)]);
        let events = diff(&seen, &next);
        seen = next;
        events
    };
    sights.iter().map(look).collect()
}

#[test]
fn a_card_comes_and_goes() {
    assert_eq!(
        events_of(&[empty(0), card(1), card(1), empty(2)]),
        [vec![ReaderArrived(name(0))], vec![inserted(atr())], vec![], vec![removed()]]
    );
}

#[test]
fn a_quick_swap_is_a_removal_and_an_insertion() {
    let events = events_of(&[card(1), card(3)]);
    assert_eq!(events[1], [removed(), inserted(atr())]);
}

#[test]
fn a_card_that_was_only_there_between_two_looks_is_not_mentioned() {
    assert_eq!(events_of(&[empty(0), empty(2)])[1], []);
}

#[test]
fn a_card_seen_before_it_is_counted_is_inserted_once() {
    let events = events_of(&[empty(4), card(4), card(5), card(5), card(6)]);
    assert_eq!(
        events[1..],
        [vec![inserted(atr())], vec![], vec![], vec![removed(), inserted(atr())]]
    );
}

#[test]
fn a_swap_seen_before_it_is_counted_is_one_swap() {
    let events = events_of(&[empty(0), card(1), card(2), card(3)]);
    assert_eq!(events[2..], [vec![removed(), inserted(atr())], vec![]]);
}

#[test]
fn a_card_without_an_answer_is_mute_and_one_that_recovers_is_new() {
    let events = events_of(&[empty(0), mute(1), card(1), mute(1)]);
    assert_eq!(
        events[1..],
        [vec![inserted(None)], vec![removed(), inserted(atr())], vec![removed(), inserted(None)]]
    );
}

#[test]
fn another_answer_to_a_warm_reset_is_the_same_card() {
    let atr = Atr::new(&[0x3B, 0x00]);
    let warm = Sight::Card { count: 1, atr, mute: false, kept: false };
    assert_eq!(events_of(&[card(1), warm])[1], []);
}

#[test]
fn a_card_that_can_be_shared_again_is_told_of_once() {
    let events = events_of(&[kept(1), kept(1), card(1), card(1), kept(1), card(1)]);
    let freed = vec![CardFreed { reader: name(0) }];
    assert_eq!(events[1..], [vec![], freed.clone(), vec![], vec![], freed]);
}

#[test]
fn a_card_that_is_taken_from_its_keeper_is_removed_and_not_freed() {
    let events = events_of(&[kept(1), card(3), kept(3), empty(4)]);
    assert_eq!(events[1..], [vec![removed(), inserted(atr())], vec![], vec![removed()]]);
}

#[test]
fn a_card_that_was_refused_is_freed_when_it_is_next_seen_shared() {
    let mut seen = Snapshot::default().after([(name(0), card(1))]);
    seen.believe_kept(&name(0));
    seen.believe_kept(&name(1));
    assert_eq!(diff(&seen, &seen.after([(name(0), kept(1))])), []);
    let freed = CardFreed { reader: name(0) };
    assert_eq!(diff(&seen, &seen.after([(name(0), card(1))])), [freed]);
}

#[test]
fn a_reader_whose_state_is_lost_has_no_card() {
    let events = events_of(&[card(0), Sight::Failing, card(1)]);
    assert_eq!(events[1..], [vec![removed()], vec![inserted(atr())]]);
}

#[test]
fn a_reader_that_counts_anew_departed_and_arrived() {
    let events = events_of(&[card(3), card(0)]);
    let (gone, back) = (ReaderDeparted(name(0)), ReaderArrived(name(0)));
    assert_eq!(events[1], [removed(), gone, back, inserted(atr())]);
}

#[test]
fn a_count_that_wraps_round_ends_the_insertion() {
    let events = events_of(&[card(u16::MAX), empty(0), card(1)]);
    assert_eq!(events[1].first(), Some(&removed()));
    assert_eq!(events[2], [inserted(atr())]);
}

#[test]
fn what_takes_away_comes_first() {
    let before = Snapshot::default().after([(name(0), card(1)), (name(2), card(1))]);
    let after = before.after([(name(1), card(1)), (name(2), card(3))]);
    let insertion = |number| CardInserted { reader: name(number), atr: atr() };
    let removal = |number| CardRemoved { reader: name(number) };
    assert_eq!(
        diff(&before, &after),
        [
            removal(0),
            removal(2),
            ReaderDeparted(name(0)),
            ReaderArrived(name(1)),
            insertion(1),
            insertion(2),
        ]
    );
}

/// What can happen to a reader, in pcscd's own steps.
#[derive(Clone, Copy, Debug)]
enum Step {
    PlugIn,
    Unplug,
    Insert,
    /// The card is shown, and counted only by the next step of this reader.
    InsertUncounted,
    Remove,
    FailDriver,
    /// Another program keeps the card to itself, or no longer.
    Keep(bool),
    /// A connection is refused to us.
    Refuse,
    Look,
}

fn steps() -> impl Strategy<Value = Vec<(u8, Step)>> {
    use Step::{FailDriver, Insert, InsertUncounted, Keep, Look, PlugIn, Refuse, Remove, Unplug};
    let step = prop::sample::select(vec![
        PlugIn,
        PlugIn,
        Unplug,
        Insert,
        Insert,
        InsertUncounted,
        Remove,
        Remove,
        FailDriver,
        Keep(true),
        Keep(false),
        Refuse,
        Look,
        Look,
        Look,
    ]);
    vec((0..4_u8, step), 0..200)
}

/// pcscd's table of readers: the sight, and whether a count is outstanding.
#[derive(Default)]
struct Pcscd {
    readers: BTreeMap<ReaderName, (Sight, u16, bool)>,
    insertions: usize,
    failures: usize,
}

impl Pcscd {
    fn step(&mut self, reader: u8, step: Step) {
        let name = name(reader);
        if let Some((sight, count, outstanding @ true)) = self.readers.get_mut(&name) {
            *outstanding = false;
            *count += 1;
            *sight = card(*count).kept_by_another(matches!(sight, Sight::Card { kept: true, .. }));
        }
        match (step, self.readers.get_mut(&name)) {
            (Step::PlugIn, None) => {
                self.readers.insert(name, (empty(0), 0, false));
            }
            (Step::Unplug, Some(_)) => {
                self.readers.remove(&name);
            }
            (Step::Insert, Some((sight @ (Sight::Empty { .. } | Sight::Failing), count, _))) => {
                *count += 1;
                *sight = card(*count);
                self.insertions += 1;
            }
            (
                Step::InsertUncounted,
                Some((sight @ (Sight::Empty { .. } | Sight::Failing), count, outstanding)),
            ) => {
                *sight = card(*count);
                *outstanding = true;
                self.insertions += 1;
            }
            (Step::Remove, Some((sight @ (Sight::Card { .. } | Sight::Failing), count, _))) => {
                *count += 1;
                *sight = empty(*count);
            }
            (Step::Keep(kept), Some((sight @ Sight::Card { .. }, ..))) => {
                *sight = sight.kept_by_another(kept);
            }
            (Step::FailDriver, Some((sight, ..))) => {
                *sight = Sight::Failing;
                self.failures += 1;
            }
            _ => {}
        }
    }

    fn sights(&self) -> Vec<(ReaderName, Sight)> {
        let sight =
            |(name, (sight, ..)): (&ReaderName, &(Sight, u16, bool))| (name.clone(), *sight);
        self.readers.iter().map(sight).collect()
    }
}

impl Sight {
    fn kept_by_another(self, keeps: bool) -> Self {
        match self {
            Self::Card { count, atr, mute, .. } => Self::Card { count, atr, mute, kept: keeps },
            other => other,
        }
    }
}

/// Somebody who knows nothing but the events: which readers are there, and whether a card is in.
#[derive(Default)]
struct Listener {
    readers: BTreeMap<ReaderName, bool>,
    insertions: usize,
    /// Cards that were refused, and not freed or removed since.
    refused: BTreeSet<ReaderName>,
}

impl Listener {
    fn hear(&mut self, events: &[ReaderEvent]) {
        for event in events {
            match event {
                ReaderArrived(name) => assert_eq!(self.readers.insert(name.clone(), false), None),
                ReaderDeparted(name) => assert_eq!(self.readers.remove(name), Some(false)),
                CardInserted { reader, .. } => {
                    self.insertions += 1;
                    assert_eq!(self.readers.insert(reader.clone(), true), Some(false));
                }
                CardRemoved { reader } => {
                    assert_eq!(self.readers.insert(reader.clone(), false), Some(true));
                    self.refused.remove(reader);
                }
                CardFreed { reader } => {
                    assert!(self.readers[reader], "no card to be freed");
                    self.refused.remove(reader);
                }
                ReaderEvent::ServiceChanged(_) => panic!("no service here"),
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_the_events_tell_what_is_there(steps in steps()) {
        let (mut pcscd, mut listener) = (Pcscd::default(), Listener::default());
        let mut seen = Snapshot::default();
        for (reader, step) in steps {
            if matches!(step, Step::Refuse) {
                let name = name(reader);
                seen.believe_kept(&name);
                if listener.readers.get(&name) == Some(&true) {
                    listener.refused.insert(name);
                }
                continue;
            }
            if !matches!(step, Step::Look) {
                pcscd.step(reader, step);
                continue;
            }
            let now = seen.after(pcscd.sights());
            listener.hear(&diff(&seen, &now));
            prop_assert_eq!(diff(&now, &now.after(pcscd.sights())), []);
            seen = now;
            let there: BTreeMap<_, _> = pcscd
                .sights()
                .into_iter()
                .map(|(name, sight)| (name, matches!(sight, Sight::Card { .. })))
                .collect();
            prop_assert_eq!(&listener.readers, &there);
            // Who was refused a card hears of it as soon as it can be had.
            for (name, sight) in pcscd.sights() {
                let free = matches!(sight, Sight::Card { kept: false, .. });
                prop_assert!(!(free && listener.refused.contains(&name)));
            }
            // A failure that nobody saw may cost an insertion that was none: in doubt, out.
            prop_assert!(listener.insertions <= pcscd.insertions + pcscd.failures);
        }
        let nothing = seen.after([]);
        listener.hear(&diff(&seen, &nothing));
        prop_assert!(listener.readers.is_empty());
    }
}
