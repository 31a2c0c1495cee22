//! Readers and cards, in every order.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::{CardState, UnusableReason};
use lanyard_reader::{ReaderEvent, Service};
use lanyardd::engine::{CardId, CardReport, Change, Effect, Event, Public, Publication, ReaderId};
use proptest::prelude::*;

use crate::day::{
    ANSWERS_WITHIN, Day, FREE_WITHIN, IDENTITY, freed, identified, inserted, name, opened, removed,
    report,
};

#[test]
fn a_card_is_shown_before_it_is_opened_and_hidden_before_it_is_closed() {
    let mut day = Day::new();
    day.on(Event::from(ReaderEvent::ReaderArrived(name(0))));
    let effects = day.on(inserted(0));
    assert!(matches!(
        effects[..],
        [
            Effect::Publish(Publication { change: Change::CardInserted(..), .. }),
            Effect::OpenCard { .. }
        ]
    ));
    let effects = day.on(removed(0));
    assert!(matches!(
        effects[..],
        [
            Effect::Publish(Publication { change: Change::CardRemoved(..), .. }),
            Effect::CloseCard { .. }
        ]
    ));
}

#[test]
fn a_card_that_never_becomes_free_is_busy_at_its_deadline() {
    let mut day = Day::new();
    let card = day.with_card();
    assert_eq!(day.engine.deadline(), Some(day.start + FREE_WITHIN));
    day.passed = FREE_WITHIN;
    day.on(Event::DeadlineReached);
    assert_eq!(day.card(card), (CardState::Unusable, "busy"));
    assert_eq!(day.engine.deadline(), None);
}

#[test]
fn a_card_that_never_answers_is_mute_at_its_deadline_and_ready_when_it_answers_after_all() {
    let mut day = Day::new();
    let card = day.with_card();
    day.passed = Duration::from_secs(1);
    day.on(report(card, CardReport::Asking));
    day.passed += ANSWERS_WITHIN;
    day.on(Event::DeadlineReached);
    assert_eq!(day.card(card), (CardState::Unusable, "mute"));
    day.on(report(card, identified(IDENTITY.clone())));
    assert_eq!(day.card(card), (CardState::Ready, ""));
}

#[test]
fn a_card_that_was_refused_is_busy_until_it_is_freed_and_read() {
    let mut day = Day::new();
    let card = day.with_card();
    day.on(report(card, CardReport::Kept));
    assert_eq!(day.card(card), (CardState::Unusable, "busy"));
    assert_eq!(day.engine.deadline(), None);
    let effects = day.on(freed(0));
    assert!(matches!(
        effects[..],
        [
            Effect::DescribeReader { .. },
            Effect::CloseCard { card: closed },
            Effect::OpenCard { card: opened, .. },
        ] if (closed, opened) == (card, card)
    ));
    assert_eq!(day.card(card), (CardState::Unusable, "busy"));
    assert_eq!(day.engine.deadline(), Some(day.start + FREE_WITHIN));
    day.on(report(card, identified(IDENTITY.clone())));
    assert_eq!(day.card(card), (CardState::Ready, ""));
}

#[test]
fn a_refusal_that_is_told_after_the_card_was_freed_opens_it_again_at_once() {
    let mut day = Day::new();
    let card = day.with_card();
    assert!(day.on(freed(0)).iter().all(|effect| opened(effect).is_none()));
    let effects = day.on(report(card, CardReport::Kept));
    assert_eq!(effects.iter().find_map(opened), Some(card));
    // The next refusal is a new one.
    assert!(day.on(report(card, CardReport::Kept)).iter().all(|effect| opened(effect).is_none()));
    assert_eq!(day.on(freed(0)).iter().find_map(opened), Some(card));
}

#[test]
fn a_freed_card_that_was_not_refused_is_not_opened_twice() {
    let mut day = Day::new();
    let card = day.with_card();
    day.on(report(card, identified(IDENTITY.clone())));
    assert!(day.on(freed(0)).iter().all(|effect| opened(effect).is_none()));
}

#[test]
fn a_deadline_that_comes_early_changes_nothing() {
    let mut day = Day::new();
    let card = day.with_card();
    assert!(day.on(Event::DeadlineReached).is_empty());
    assert_eq!(day.card(card), (CardState::Reading, ""));
}

#[test]
fn a_card_without_answer_to_reset_is_opened_all_the_same_and_its_thread_names_the_reason() {
    let mut day = Day::new();
    day.on(Event::from(ReaderEvent::ReaderArrived(name(0))));
    let reader = name(0);
    let effects = day.on(Event::from(ReaderEvent::CardInserted { reader, atr: None }));
    let card = effects.iter().find_map(opened).unwrap();
    day.on(report(card, CardReport::Unusable(UnusableReason::Mute)));
    assert_eq!(day.card(card), (CardState::Unusable, "mute"));
}

#[test]
fn a_report_of_a_card_that_has_gone_is_void() {
    let mut day = Day::new();
    let card = day.with_card();
    day.on(removed(0));
    assert!(day.on(report(card, identified(IDENTITY.clone()))).is_empty());
}

#[test]
fn a_card_whose_tries_are_spent_is_blocked() {
    let mut day = Day::new();
    let card = day.with_card();
    let spent = Identity { tries: Tries::Blocked, ..IDENTITY.clone() };
    day.on(report(card, identified(spent)));
    assert_eq!(day.card(card), (CardState::Blocked, ""));
}

/// Something that may happen to one of three readers, or to the cards seen so far.
#[derive(Clone, Debug)]
enum Happening {
    Service(Service),
    Arrived(usize),
    Departed(usize),
    Inserted(usize, bool),
    Removed(usize),
    Freed(usize),
    Report(usize, u8),
    Passed(u64),
}

fn happening() -> impl Strategy<Value = Happening> {
    let service =
        prop::sample::select(vec![Service::Running, Service::Unavailable, Service::Denied]);
    prop_oneof![
        1 => service.prop_map(Happening::Service),
        1 => (0..3_usize).prop_map(Happening::Arrived),
        1 => (0..3_usize).prop_map(Happening::Departed),
        3 => (0..3_usize, any::<bool>()).prop_map(|(at, mute)| Happening::Inserted(at, mute)),
        2 => (0..3_usize).prop_map(Happening::Removed),
        2 => (0..3_usize).prop_map(Happening::Freed),
        5 => (0..12_usize, 0..5_u8).prop_map(|(card, what)| Happening::Report(card, what)),
        1 => (0..12_u64).prop_map(Happening::Passed),
    ]
}

/// What a client and the card threads would have seen.
#[derive(Default)]
struct Witness {
    readers: BTreeSet<ReaderId>,
    cards: BTreeMap<CardId, ReaderId>,
    ever: Vec<CardId>,
    open: BTreeSet<CardId>,
}

impl Witness {
    fn see(&mut self, effect: &Effect) {
        match effect {
            Effect::Publish(publication) => self.see_published(publication),
            Effect::OpenCard { card, .. } => assert!(self.open.insert(*card), "opened twice"),
            Effect::CloseCard { card } => drop(self.open.remove(card)),
            Effect::DescribeReader { reader, .. } => assert!(self.readers.contains(reader)),
            Effect::Judge { card, .. } => assert!(self.cards.contains_key(card)),
            Effect::Answer { .. }
            | Effect::WatchClient(_)
            | Effect::UnwatchClient(_)
            | Effect::AskAgent { .. }
            | Effect::CancelAgent { .. }
            | Effect::TellAgent { .. }
            | Effect::Attempt { .. }
            | Effect::ReadAgain { .. }
            | Effect::Release { .. }
            | Effect::Recall { .. }
            | Effect::AskDirectory { .. }
            | Effect::Grant { .. }
            | Effect::SignTicket(_)
            | Effect::Announce(_)
            | Effect::TellMetrics(_)
            | Effect::ReadyToSleep(_)
            | Effect::Record(_) => panic!("nobody asked: {effect:?}"),
        }
    }

    fn see_published(&mut self, Publication { picture, change }: &Publication) {
        let public = Public::of(picture);
        match *change {
            Change::Service => {}
            Change::ReaderArrived(reader) => assert!(self.readers.insert(reader)),
            Change::ReaderDeparted(reader) => {
                assert!(self.readers.remove(&reader));
                assert!(!self.cards.values().any(|at| *at == reader), "a card stayed behind");
                assert!(public.reader(reader).is_none());
            }
            Change::Reader(reader) => assert!(self.readers.contains(&reader)),
            Change::CardInserted(card, reader) => {
                assert!(!self.ever.contains(&card), "a number was used again");
                assert!(self.readers.contains(&reader));
                assert!(!self.cards.values().any(|at| *at == reader), "two cards in one reader");
                assert_eq!(public.reader(reader).unwrap().card, Some(card));
                self.cards.insert(card, reader);
                self.ever.push(card);
            }
            Change::CardRemoved(card, reader) => {
                assert_eq!(self.cards.remove(&card), Some(reader));
                assert_eq!(public.reader(reader).unwrap().card, None);
                assert!(public.card(card).is_none());
            }
            Change::RequestMade(_) | Change::RequestCompleted(_) | Change::RequestForgotten(_) => {
                panic!("nobody asked");
            }
            Change::Card(card) => assert!(self.cards.contains_key(&card), "news of a card gone"),
        }
        for (card, reader) in &self.cards {
            assert_eq!(public.card(*card).unwrap().reader, *reader);
        }
    }
}

proptest! {
    #[test]
    fn in_every_order_of_events_a_client_sees_a_world_that_makes_sense(
        happenings in prop::collection::vec(happening(), 1..80),
    ) {
        let mut day = Day::new();
        let mut witness = Witness::default();
        for happening in happenings {
            let event = match happening {
                Happening::Service(service) => Event::from(ReaderEvent::ServiceChanged(service)),
                Happening::Arrived(at) => Event::from(ReaderEvent::ReaderArrived(name(at))),
                Happening::Departed(at) => Event::from(ReaderEvent::ReaderDeparted(name(at))),
                Happening::Inserted(at, false) => inserted(at),
                Happening::Inserted(at, true) => {
                    Event::from(ReaderEvent::CardInserted { reader: name(at), atr: None })
                }
                Happening::Removed(at) => removed(at),
                Happening::Freed(at) => freed(at),
                Happening::Report(nth, what) => {
                    let Some(card) = witness.ever.get(nth) else { continue };
                    report(*card, match what {
                        0 => CardReport::Asking,
                        1 => identified(IDENTITY.clone()),
                        2 => CardReport::Unusable(UnusableReason::Unreadable),
                        3 => CardReport::Kept,
                        _ => CardReport::Unusable(UnusableReason::Busy),
                    })
                }
                Happening::Passed(seconds) => {
                    day.passed += Duration::from_secs(seconds);
                    Event::DeadlineReached
                }
            };
            for effect in day.on(event) {
                witness.see(&effect);
            }
            prop_assert!(witness.open.iter().all(|card| witness.cards.contains_key(card)));
            let (readers, cards) = day.engine.picture().counts();
            prop_assert_eq!((readers, cards), (witness.readers.len(), witness.cards.len()));
        }
        // Whatever is waited for comes to an end.
        day.passed += Duration::from_secs(3_600);
        for effect in day.on(Event::DeadlineReached) {
            witness.see(&effect);
        }
        for effect in day.on(Event::Stopping) {
            witness.see(&effect);
        }
        prop_assert_eq!(day.engine.deadline(), None);
        prop_assert!(witness.readers.is_empty() && witness.cards.is_empty());
        prop_assert!(witness.open.is_empty());
    }
}
