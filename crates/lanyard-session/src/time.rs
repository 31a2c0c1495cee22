//! The time that has passed, of two clocks that can both be wrong.
//!
//! The steady clock stands still while the machine sleeps; the clock on the wall can be set. Between two
//! events the longer of both spans counts, and nothing is ever taken back: whatever the clocks do, a session
//! can become shorter by it, never longer.

use std::time::{Duration, Instant, SystemTime};

/// The time at which an event is handed in.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// For limits: never goes back.
    pub steady: Instant,
    /// For the dates of roles, and for the time spent asleep.
    pub wall: SystemTime,
}

/// A point of the timeline: what had passed since it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Duration);

impl Moment {
    /// So much later.
    pub(crate) const fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span))
    }

    /// How long after that; nothing when before it.
    pub(crate) const fn minus(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Both clocks, made one.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    last: Now,
    passed: Duration,
}

impl Timeline {
    /// It begins now.
    pub(crate) const fn new(now: Now) -> Self {
        Self { last: now, passed: Duration::ZERO }
    }

    /// Takes the clocks' word.
    pub(crate) fn advance(&mut self, now: Now) {
        let steady = now.steady.saturating_duration_since(self.last.steady);
        let wall = now.wall.duration_since(self.last.wall).unwrap_or_default();
        self.passed = self.passed.saturating_add(steady.max(wall));
        self.last = Now { steady: self.last.steady.max(now.steady), wall: now.wall };
    }

    /// Where it is.
    pub(crate) const fn moment(&self) -> Moment {
        Moment(self.passed)
    }

    /// What the wall said last.
    pub(crate) const fn wall(&self) -> SystemTime {
        self.last.wall
    }

    /// Whether it has come as far as that.
    pub(crate) fn has_reached(&self, moment: Moment) -> bool {
        self.passed >= moment.0
    }

    /// Where it will be at that date, should nobody set a clock; where it is, when that date is past.
    pub(crate) fn moment_of(&self, date: SystemTime) -> Moment {
        self.moment().after(date.duration_since(self.wall()).unwrap_or_default())
    }

    /// When to look again, by the steady clock; none when that is beyond what it can say.
    pub(crate) fn instant_of(&self, moment: Moment) -> Option<Instant> {
        self.last.steady.checked_add(moment.minus(self.moment()))
    }
}
