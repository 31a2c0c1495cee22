//! The rules, case by case and for any tally.

use proptest::prelude::*;

use super::*;

fn read_at(last: u8, strikes: u8) -> Tally {
    Tally { base: strikes, last: Some(last), ..Tally::default() }
}

fn attempt(tally: &mut Tally, counter: Counter) {
    tally.read(counter);
    tally.begin(counter);
}

#[test]
fn third_refusal_blocks_the_card_here() {
    let mut tally = Tally::default();
    for left in [9, 8, 7] {
        assert!(!tally.blocked_here());
        attempt(&mut tally, Counter::Left(left + 1));
        tally.refused(Counter::Left(left));
    }
    assert!(tally.blocked_here());
    assert_eq!(tally, read_at(7, 3));
}

#[test]
fn success_resets() {
    let mut tally = read_at(8, 2);
    attempt(&mut tally, Counter::Left(8));
    tally.accepted();
    assert_eq!(tally, read_at(8, 0));
}

#[test]
fn a_higher_counter_ends_the_block() {
    let mut tally = read_at(7, 3);
    tally.read(Counter::Left(7));
    assert!(tally.blocked_here());
    tally.read(Counter::Left(8));
    assert_eq!(tally, read_at(8, 0));
}

#[test]
fn refusals_elsewhere_count() {
    let mut tally = read_at(10, 0);
    tally.read(Counter::Left(8));
    assert_eq!(tally.strikes(), 2);
    tally.read(Counter::Blocked);
    assert_eq!((tally.strikes(), tally.last_counter()), (10, Counter::Blocked));
}

#[test]
fn an_attempt_cut_off_is_decided_by_the_counter() {
    for (now, strikes) in
        [(Counter::Left(7), 2), (Counter::Left(8), 1), (Counter::Left(9), 0), (Counter::Untold, 2)]
    {
        let mut tally = read_at(8, 1);
        attempt(&mut tally, Counter::Left(8));
        tally.read(now);
        assert_eq!(tally.strikes(), strikes, "{now:?}");
        assert!(!tally.open);
    }
}

#[test]
fn what_was_assumed_is_replaced_by_a_reading() {
    for (now, strikes) in [(7, 1), (8, 0)] {
        let mut tally = read_at(8, 0);
        attempt(&mut tally, Counter::Left(8));
        tally.read(Counter::Untold);
        assert_eq!(tally.strikes(), 1);
        tally.read(Counter::Left(now));
        assert_eq!(tally.strikes(), strikes);
    }
}

#[test]
fn a_refusal_without_a_counter_is_counted_once() {
    for (now, strikes) in [(7, 1), (6, 2), (8, 1)] {
        let mut tally = read_at(8, 0);
        attempt(&mut tally, Counter::Left(8));
        tally.refused(Counter::Untold);
        assert_eq!(tally.strikes(), 1);
        tally.read(Counter::Left(now));
        assert_eq!(tally.strikes(), strikes, "{now}");
    }
}

#[test]
fn cards_that_never_tell_are_blocked_by_the_third_all_the_same() {
    let mut tally = Tally::default();
    for _ in 0..3 {
        assert!(!tally.blocked_here());
        attempt(&mut tally, Counter::Untold);
        tally.refused(Counter::Untold);
    }
    assert!(tally.blocked_here());
}

#[test]
fn a_reading_older_than_the_last_attempt_proves_nothing() {
    let mut tally = read_at(5, 0);
    for _ in 0..3 {
        attempt(&mut tally, Counter::Untold);
        tally.refused(Counter::Untold);
    }
    tally.read(Counter::Left(7));
    assert!(tally.blocked_here(), "from 10 after a success elsewhere, and no success since");
}

#[test]
fn a_doubtful_card_is_blocked_until_it_is_read_and_then_has_one_try() {
    let mut tally = Tally::DOUBTFUL;
    tally.read(Counter::Untold);
    assert!(tally.blocked_here());
    attempt(&mut tally, Counter::Left(10));
    assert!(!tally.blocked_here());
    let mut right = tally;
    right.accepted();
    assert_eq!(right, read_at(10, 0));
    tally.refused(Counter::Left(9));
    assert!(tally.blocked_here());
}

#[test]
fn release_gives_the_tries_back_and_keeps_the_reading() {
    let mut tally = read_at(7, 3);
    tally.release();
    assert_eq!(tally, read_at(7, 0));
    tally.read(Counter::Left(6));
    assert_eq!(tally.strikes(), 1);
}

fn any_counter() -> impl Strategy<Value = Counter> {
    prop_oneof![(0..=255_u8).prop_map(Counter::Left), Just(Counter::Blocked), Just(Counter::Untold)]
}

proptest! {
    #[test]
    fn a_refusal_never_takes_strikes_away(
        base: u8, refused: u8, unheard: u8, last: Option<u8>, doubtful: bool, left in any_counter(),
    ) {
        let before = Tally { base, refused, unheard, last, open: true, doubtful };
        let mut after = before;
        after.refused(left);
        prop_assert!(after.strikes() >= before.strikes().saturating_add(1));
    }

    #[test]
    fn only_a_rise_takes_away_what_was_refused(
        base: u8, refused: u8, last: Option<u8>, open: bool, counter in any_counter(),
    ) {
        let before = Tally { base, refused, unheard: 0, last, open, doubtful: false };
        let mut after = before;
        after.read(counter);
        let rose = matches!((last, counter.told()), (Some(last), Some(now)) if now > last);
        prop_assert!(rose || after.strikes() >= before.strikes());
    }

    #[test]
    fn reading_twice_is_reading_once(
        base: u8, refused: u8, unheard: u8, last: Option<u8>, open: bool, doubtful: bool,
        counter in any_counter(),
    ) {
        let mut once = Tally { base, refused, unheard, last, open, doubtful };
        once.read(counter);
        let mut twice = once;
        twice.read(counter);
        prop_assert_eq!(once, twice);
    }
}
