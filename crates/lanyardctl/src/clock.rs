//! The time of day, for the lines that people and machines read, and for judgements.

use std::time::Instant;

use jiff::{Timestamp, Zoned};
use lanyard_trust::UnixTime;

/// Now, for a person: local time of day with milliseconds.
pub(crate) fn time_of_day() -> String {
    Zoned::now().strftime("%H:%M:%S.%3f").to_string()
}

/// Now, for a machine: RFC 3339 in UTC, with microseconds.
pub(crate) fn timestamp() -> String {
    format!("{:.6}", Timestamp::now())
}

/// Now, for dates of roles.
pub(crate) fn instant() -> Timestamp {
    Timestamp::now()
}

/// Now, for a judgement.
pub(crate) fn unix() -> UnixTime {
    UnixTime(Timestamp::now().as_second())
}

/// A time on the bus (microseconds since 1970) for a person: local date and time.
pub(crate) fn local(microseconds: u64) -> Option<String> {
    let timestamp = Timestamp::from_microsecond(i64::try_from(microseconds).ok()?).ok()?;
    Some(for_people(timestamp))
}

/// Seconds since 1970 for a person: local date and time.
pub(crate) fn local_seconds(seconds: i64) -> Option<String> {
    Timestamp::from_second(seconds).ok().map(for_people)
}

/// Seconds since 1970 for a machine: RFC 3339 in UTC.
pub(crate) fn utc_seconds(seconds: i64) -> Option<String> {
    Some(Timestamp::from_second(seconds).ok()?.to_string())
}

fn for_people(timestamp: Timestamp) -> String {
    let zoned = timestamp.to_zoned(jiff::tz::TimeZone::system());
    zoned.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Now, for a file's name: date and time in UTC.
pub(crate) fn for_names() -> String {
    Timestamp::now().strftime("%Y%m%d-%H%M%S").to_string()
}

/// Now, for deadlines.
#[expect(clippy::disallowed_methods, reason = "the outer layer's clock")]
pub(crate) fn steady() -> Instant {
    Instant::now()
}
