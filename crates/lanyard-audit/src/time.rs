//! Times as they are recorded: RFC 3339, UTC, six digits of a second.

use std::time::SystemTime;

use jiff::Timestamp;

/// The time in the form of the log. What is before 1970 or after 9999 is a broken clock and becomes 1970.
pub(crate) fn written(time: SystemTime) -> String {
    format!("{:.6}", read_clock(time))
}

/// A time of the log; none when it has no known form.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// The clock's time, for comparing with times of the log.
pub(crate) fn read_clock(time: SystemTime) -> Timestamp {
    Timestamp::try_from(time).map_or(Timestamp::UNIX_EPOCH, |time| time.max(Timestamp::UNIX_EPOCH))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_have_six_digits_and_end_in_z() {
        let written_after = |time| written(SystemTime::UNIX_EPOCH + time);
        assert_eq!(written_after(Duration::ZERO), "1970-01-01T00:00:00.000000Z");
        assert_eq!(
            written_after(Duration::from_nanos(1_123_456_789)),
            "1970-01-01T00:00:01.123456Z"
        );
        assert_eq!(
            written_after(Duration::from_secs(1_767_600_000)),
            "2026-01-05T08:00:00.000000Z"
        );
    }

    #[test]
    fn a_clock_before_its_time_is_told_as_1970() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(86_400);
        assert_eq!(written(before), "1970-01-01T00:00:00.000000Z");
    }
}
