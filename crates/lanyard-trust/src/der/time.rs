//! Dates in the two forms of RFC 5280 §4.1.2.5: `YYMMDDHHMMSSZ` and `YYYYMMDDHHMMSSZ`.
//!
//! Which of the two an authority should have chosen is not judged: PKITS wants both to be read.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{DerError, Reader, tag};

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub i64);

impl UnixTime {
    /// This many whole days later.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(DAY))
    }

    /// This many seconds later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Whole days from `earlier` to here, rounded down.
    pub const fn days_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(DAY)
    }

    /// Seconds from `earlier` to here.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl From<SystemTime> for UnixTime {
    /// Whole seconds; a clock set before 1970 shows as 1970, which no certificate bears.
    fn from(time: SystemTime) -> Self {
        let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
    }
}

const DAY: i64 = 86_400;

impl fmt::Display for UnixTime {
    /// As RFC 3339 writes it, in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let (year, month, day) = date_of(days);
        let (hour, minute) = (second / 3600, second / 60 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z", second % 60)
    }
}

/// A date in either form.
pub(crate) fn read_time(reader: &mut Reader<'_>) -> Result<UnixTime, DerError> {
    let element = reader.any()?;
    match element.tag {
        tag::UTC_TIME => utc_time(element.value),
        tag::GENERALIZED_TIME => generalized_time(element.value),
        found => Err(DerError::Tag { expected: tag::UTC_TIME, found }),
    }
}

/// `YYYYMMDDHHMMSSZ`.
pub(crate) fn generalized_time(value: &[u8]) -> Result<UnixTime, DerError> {
    let (century, rest) = value.split_at_checked(2).ok_or(DerError::Date)?;
    instant(100 * two_digits(century)?, rest)
}

/// `YYMMDDHHMMSSZ`, from 1950 to 2049.
fn utc_time(value: &[u8]) -> Result<UnixTime, DerError> {
    let year = two_digits(value.get(..2).ok_or(DerError::Date)?)?;
    instant(if year < 50 { 2000 } else { 1900 }, value)
}

/// `YYMMDDHHMMSSZ` of a century.
fn instant(century: i64, text: &[u8]) -> Result<UnixTime, DerError> {
    let (pairs, b"Z") = text.as_chunks::<2>() else { return Err(DerError::Date) };
    let [year, month, day, hour, minute, second] = pairs else { return Err(DerError::Date) };
    let year = century + two_digits(year)?;
    let (month, day) = (two_digits(month)?, two_digits(day)?);
    let (hour, minute, second) = (two_digits(hour)?, two_digits(minute)?, two_digits(second)?);
    let days = days_before(year, month, day);
    let possible = date_of(days) == (year, month, day) && hour < 24 && minute < 60 && second < 60;
    if !possible {
        return Err(DerError::Date);
    }
    Ok(UnixTime(days * DAY + hour * 3600 + minute * 60 + second))
}

fn two_digits(text: &[u8]) -> Result<i64, DerError> {
    match *text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            Ok(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        }
        _ => Err(DerError::Date),
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; years begin in March, so that the odd day is
/// the last.
const fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The date so many days after 1970-01-01.
const fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = year + era * 400;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: u8, text: &str) -> Result<UnixTime, DerError> {
        let bytes = [&[tag, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        read_time(&mut Reader::new(&bytes))
    }

    #[test]
    fn both_forms_are_read() {
        let shown = |tag, text| read(tag, text).unwrap().to_string();
        assert_eq!(shown(tag::UTC_TIME, "700101000000Z"), "1970-01-01T00:00:00Z");
        assert_eq!(shown(tag::UTC_TIME, "491231235959Z"), "2049-12-31T23:59:59Z");
        assert_eq!(shown(tag::UTC_TIME, "500101000000Z"), "1950-01-01T00:00:00Z");
        assert_eq!(shown(tag::GENERALIZED_TIME, "20240229120000Z"), "2024-02-29T12:00:00Z");
        assert_eq!(shown(tag::GENERALIZED_TIME, "99991231235959Z"), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn odd_forms_are_refused() {
        for text in
            ["2401010000Z", "240101000000+0100", "240101000000", "240230000000Z", "241301000000Z"]
        {
            assert_eq!(read(tag::UTC_TIME, text), Err(DerError::Date), "{text}");
        }
        for text in ["20240101000000.5Z", "2024010100Z", "20240101240000Z", "20230229000000Z", ""] {
            assert_eq!(read(tag::GENERALIZED_TIME, text), Err(DerError::Date), "{text}");
        }
    }

    #[test]
    fn every_day_is_found_again() {
        for days in (-800_000..3_000_000).step_by(97) {
            let (year, month, day) = date_of(days);
            assert_eq!(days_before(year, month, day), days);
        }
    }
}
