//! The rules of the three strikes, for one card: no file, no clock, no other card.
//!
//! Strikes are refusals in a row that reached the card, as far as anybody can know. They are counted from
//! the last reading of the card's own counter: a later reading says what happened meanwhile, here and
//! elsewhere, and replaces what was assumed. A comparison is made only with a counter that was read no
//! earlier than the last attempt began; older readings cannot tell what came first.

/// The most refusals in a row that a card is given here, whatever it allows.
pub const MOST_REFUSALS: u8 = 3;

/// What a card says of its tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// So many tries are left; 0 is the same as [`Counter::Blocked`].
    Left(u8),
    /// None.
    Blocked,
    /// The card keeps its counter to itself, or could not be asked.
    Untold,
}

impl Counter {
    fn told(self) -> Option<u8> {
        match self {
            Self::Left(tries) => Some(tries),
            Self::Blocked => Some(0),
            Self::Untold => None,
        }
    }

    fn of(told: Option<u8>) -> Self {
        match told {
            None => Self::Untold,
            Some(0) => Self::Blocked,
            Some(tries) => Self::Left(tries),
        }
    }
}

/// What is known of one card's refusals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Strikes at the time of the last reading.
    pub(crate) base: u8,
    /// Refusals since then whose answer told no counter.
    pub(crate) refused: u8,
    /// Attempts since then whose answer nobody heard, on a card that then could not be read.
    pub(crate) unheard: u8,
    /// The last reading, if the last attempt began with one or one was made since.
    pub(crate) last: Option<u8>,
    /// An attempt that is not settled.
    pub(crate) open: bool,
    /// Something of the ledger was lost, and the card has not been read since.
    pub(crate) doubtful: bool,
}

impl Tally {
    /// A card of which nothing is known although something may have been.
    pub(crate) const DOUBTFUL: Self =
        Self { base: 0, refused: 0, unheard: 0, last: None, open: false, doubtful: true };

    /// Refusals in a row, as far as known.
    pub(crate) fn strikes(self) -> u8 {
        self.base.saturating_add(self.refused).saturating_add(self.unheard)
    }

    /// Whether no attempt may begin.
    pub(crate) fn blocked_here(self) -> bool {
        self.doubtful || self.strikes() >= MOST_REFUSALS
    }

    /// The last counter that still says something.
    pub(crate) fn last_counter(self) -> Counter {
        Counter::of(self.last)
    }

    /// Takes a reading. An attempt found open is one whose end nobody saw: the reading decides on it.
    ///
    /// Higher than before: the passcode was accepted, or the card unblocked, since. Lower: so many were
    /// refused since. Equal: the card counted nothing. Not told: an open attempt counts as a strike until
    /// a reading says otherwise.
    pub(crate) fn read(&mut self, counter: Counter) {
        let unheard = self.unheard.saturating_add(u8::from(self.open));
        self.open = false;
        let Some(now) = counter.told() else {
            self.unheard = unheard;
            return;
        };
        let base = match self.last {
            Some(last) if now > last => 0,
            Some(last) => self.base.saturating_add(self.refused.max(last - now)),
            None => self.base.saturating_add(self.refused).saturating_add(unheard),
        };
        *self = Self { base, last: Some(now), ..Self::default() }.after_doubt(self.doubtful);
    }

    /// Begins an attempt, right after [`Tally::read`] with the same counter.
    pub(crate) fn begin(&mut self, counter: Counter) {
        if counter.told().is_none() {
            *self = Self { base: self.strikes(), doubtful: self.doubtful, ..Self::default() };
        }
        self.open = true;
    }

    /// The card accepted the passcode. Its counter is at its maximum now, which is not below the last
    /// reading; that one stays for comparison until the next.
    pub(crate) fn accepted(&mut self) {
        *self = Self { last: self.last, ..Self::default() };
    }

    /// The card refused the passcode and said `left`.
    pub(crate) fn refused(&mut self, left: Counter) {
        self.open = false;
        self.refused = self.refused.saturating_add(1);
        if let Some(now) = left.told() {
            let fallen = self.last.map_or(0, |last| last.saturating_sub(now));
            let base = self.base.saturating_add(self.unheard);
            let base = base.saturating_add(self.refused.max(fallen));
            *self = Self { base, last: Some(now), ..Self::default() }.after_doubt(self.doubtful);
        }
    }

    /// Nothing reached the card.
    pub(crate) fn not_sent(&mut self) {
        self.open = false;
    }

    /// An administrator gives the card its tries back.
    pub(crate) fn release(&mut self) {
        self.accepted();
    }

    /// A card that was read after something was lost has one try here: right, and all is well; wrong, and
    /// it is blocked, since it may have been at that already.
    fn after_doubt(mut self, doubtful: bool) -> Self {
        if doubtful {
            self.base = self.base.max(MOST_REFUSALS - 1);
        }
        self
    }
}

#[cfg(test)]
mod tests {
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
        for (now, strikes) in [
            (Counter::Left(7), 2),
            (Counter::Left(8), 1),
            (Counter::Left(9), 0),
            (Counter::Untold, 2),
        ] {
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
        prop_oneof![
            (0..=255_u8).prop_map(Counter::Left),
            Just(Counter::Blocked),
            Just(Counter::Untold)
        ]
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
}
