//! When a role is open. Directories give days (`nhsOpenDate`, `nhsCloseDate`, `YYYYMMDD`); a day begins at
//! midnight in England, wherever the workstation's own clock is set.
//!
//! The rule of summer time is written out (SI 2002/262: from the last Sunday of March to the last Sunday of
//! October, at 01:00 UTC), so that no file of the system decides when a role ends.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, time};
use jiff::tz::TimeZone;

/// POSIX.1-2017 §8.3, `TZ`.
const ENGLAND: &str = "GMT0BST,M3.5.0/1,M10.5.0/2";

#[expect(clippy::expect_used, reason = "the rule is a constant, and a test reads it")]
static ENGLISH_TIME: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::posix(ENGLAND).expect("the rule is well-formed"));

/// What the close date means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CloseDate {
    /// The first day on which the role is closed: it ends at the midnight with which that day begins. So
    /// the national service for healthcare workers reads its directory, and doubt ends a role.
    #[default]
    FirstClosedDay,
    /// The last day on which the role is open: it ends at the midnight with which that day ends.
    LastOpenDay,
}

/// From when to when a role is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// The first open day; none when it has always been open.
    pub opens: Option<Date>,
    /// See [`CloseDate`]; none when it stays open.
    pub closes: Option<Date>,
}

/// How a role stands at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It opens at this time.
    NotYetOpen(Timestamp),
    /// It is open, until this time if one is known.
    Open(Option<Timestamp>),
    /// It has been closed since this time.
    Closed(Timestamp),
}

impl Standing {
    /// Whether the role may be taken and kept.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// When it will stand otherwise.
    pub const fn changes(self) -> Option<Timestamp> {
        match self {
            Self::NotYetOpen(at) => Some(at),
            Self::Open(until) => until,
            Self::Closed(_) => None,
        }
    }

    /// The same, but closed from this time on at the latest.
    #[must_use]
    pub fn and_until(self, end: Timestamp, at: Timestamp) -> Self {
        match self {
            Self::Closed(since) => Self::Closed(since.min(end)),
            Self::NotYetOpen(_) | Self::Open(_) if end <= at => Self::Closed(end),
            Self::NotYetOpen(opens) => Self::NotYetOpen(opens),
            Self::Open(until) => Self::Open(Some(until.map_or(end, |until| until.min(end)))),
        }
    }
}

impl Dates {
    /// How a role with these dates stands.
    pub fn standing(self, close_date: CloseDate, at: Timestamp) -> Standing {
        let closed = self.closes.map(|day| match close_date {
            CloseDate::FirstClosedDay => beginning(day),
            CloseDate::LastOpenDay => end(day),
        });
        if let Some(since) = closed.filter(|closed| *closed <= at) {
            return Standing::Closed(since);
        }
        match self.opens.map(beginning) {
            Some(opens) if at < opens => Standing::NotYetOpen(opens),
            Some(_) | None => Standing::Open(closed),
        }
    }
}

/// `YYYYMMDD`, or nothing.
pub fn parse_day(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The day it is in England.
pub fn day_at(at: Timestamp) -> Date {
    at.to_zoned(ENGLISH_TIME.clone()).date()
}

/// The first instant of a day in England.
fn beginning(day: Date) -> Timestamp {
    let midnight = day.to_datetime(time(0, 0, 0, 0));
    // Summer time begins and ends at one: midnight is never ambiguous. The one date whose midnight no
    // timestamp has is the first that can be written.
    midnight.to_zoned(ENGLISH_TIME.clone()).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

fn end(day: Date) -> Timestamp {
    day.tomorrow().map_or(Timestamp::MAX, beginning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn dates(opens: &str, closes: &str) -> Dates {
        Dates { opens: parse_day(opens), closes: parse_day(closes) }
    }

    #[test]
    fn days_are_eight_digits_of_the_calendar() {
        assert_eq!(parse_day("20240229").unwrap().to_string(), "2024-02-29");
        for text in ["", "2024-2-9", "20230229", "20241301", "2024022", "202402290", "+2024022"] {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }

    #[test]
    fn the_rule_of_summer_time_is_that_of_the_system() {
        let london = TimeZone::get("Europe/London").unwrap();
        let mut hour = at("2000-01-01T00:30:00Z");
        for _ in 0..(24 * 366 * 50) {
            assert_eq!(ENGLISH_TIME.to_offset(hour), london.to_offset(hour), "{hour}");
            hour += jiff::Span::new().hours(1);
        }
    }

    #[test]
    fn a_role_closes_at_the_midnight_with_which_its_close_date_begins() {
        let summer = dates("", "20260701");
        let until = at("2026-06-30T23:00:00Z");
        assert_eq!(
            summer.standing(CloseDate::FirstClosedDay, at("2026-06-30T22:59:59Z")),
            Standing::Open(Some(until))
        );
        assert_eq!(summer.standing(CloseDate::FirstClosedDay, until), Standing::Closed(until));
        let winter = dates("", "20260101");
        let until = at("2026-01-01T00:00:00Z");
        assert_eq!(winter.standing(CloseDate::FirstClosedDay, until), Standing::Closed(until));
    }

    #[test]
    fn by_the_other_reading_the_close_date_is_the_last_open_day() {
        let role = dates("", "20260701");
        let until = at("2026-07-01T23:00:00Z");
        assert_eq!(
            role.standing(CloseDate::LastOpenDay, at("2026-07-01T22:59:59Z")),
            Standing::Open(Some(until))
        );
        assert_eq!(role.standing(CloseDate::LastOpenDay, until), Standing::Closed(until));
    }

    #[test]
    fn a_role_opens_with_its_day_and_one_without_dates_is_always_open() {
        let role = dates("20260701", "");
        let opens = at("2026-06-30T23:00:00Z");
        assert_eq!(
            role.standing(CloseDate::default(), at("2026-06-30T22:59:59Z")),
            Standing::NotYetOpen(opens)
        );
        assert_eq!(role.standing(CloseDate::default(), opens), Standing::Open(None));
        assert_eq!(Dates::default().standing(CloseDate::default(), opens), Standing::Open(None));
    }

    #[test]
    fn a_role_that_closes_before_it_opens_is_never_open() {
        let role = dates("20260701", "20260601");
        for day in ["2026-05-01T00:00:00Z", "2026-06-15T00:00:00Z", "2026-08-01T00:00:00Z"] {
            assert!(!role.standing(CloseDate::default(), at(day)).is_open(), "{day}");
        }
    }
}
