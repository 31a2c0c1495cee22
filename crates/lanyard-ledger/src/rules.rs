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
mod tests;
