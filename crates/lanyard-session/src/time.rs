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

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// The hours that have passed when the clocks show these, one reading after the other.
    fn passed(readings: &[(u32, u32)]) -> u64 {
        #[expect(clippy::disallowed_methods, reason = "an instant can be made in no other way")]
        let steady = Instant::now();
        let at = |(steadily, wall): (u32, u32)| Now {
            steady: steady + HOUR * steadily,
            wall: SystemTime::UNIX_EPOCH + HOUR * wall,
        };
        let mut timeline = Timeline::new(at((0, 100)));
        for reading in readings {
            timeline.advance(at(*reading));
        }
        timeline.passed.as_secs() / HOUR.as_secs()
    }

    #[test]
    fn the_longer_of_both_spans_counts_and_nothing_is_taken_back() {
        assert_eq!(passed(&[(1, 101), (2, 102)]), 2, "both clocks go");
        assert_eq!(passed(&[(1, 100), (2, 100)]), 2, "the wall stands still");
        assert_eq!(passed(&[(0, 109), (1, 110)]), 10, "asleep");
        assert_eq!(passed(&[(0, 109), (0, 100), (1, 101)]), 10, "asleep, then set back");
        assert_eq!(passed(&[(1, 90), (2, 91)]), 2, "set back, and going on");
        assert_eq!(passed(&[(3, 103), (1, 104)]), 4, "a steady clock that is not");
    }
}
