//! The command line of `lanyardctl audit`: which log, which records.

use std::{path::PathBuf, time::SystemTime};

use clap::{Args, Subcommand};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use lanyard_audit::{Filter, Head, HolderUuid};

/// What is to be done with the audit log.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum AuditTask {
    /// Say whether the log is whole, and name the first record that is changed, missing, added or moved
    ///
    /// Ends with 7 when it is not whole. That records were cut from its end, or that all of it was written
    /// anew, shows only against a head that was kept elsewhere: the journal has one after each synced
    /// record, as "audit=SEQ:HASH".
    Verify {
        #[command(flatten)]
        log: Log,
        /// A head that the log must have: number and hash of a record, from the journal
        #[arg(long, value_name = "SEQ:HASH")]
        head: Option<Head>,
    },
    /// Show records, one a line, the oldest first
    ///
    /// With several conditions, records that fit all of them; --event and --outcome may be given several
    /// times, for any of them. Times are shown in UTC.
    Show {
        #[command(flatten)]
        log: Log,
        #[command(flatten)]
        which: WhichRecords,
    },
}

/// Which log.
#[derive(Args, Clone, Debug)]
pub(crate) struct Log {
    /// The log's file; files of it that were set aside are found beside it
    #[arg(long, value_name = "FILE", default_value = "/var/log/lanyard/audit.jsonl")]
    pub(crate) file: PathBuf,
}

/// Which records.
#[derive(Args, Clone, Debug)]
pub(crate) struct WhichRecords {
    /// Only of this holder: 12 digits
    #[arg(long, value_name = "UUID", value_parser = HolderUuid::new)]
    holder: Option<HolderUuid>,
    /// Not earlier than this: 2026-01-05, "2026-01-05 08:00" in local time, or 2026-01-05T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<SystemTime>,
    /// Earlier than this; a date alone is the beginning of that day
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<SystemTime>,
    /// Only of this event, such as passcode-refused
    #[arg(long, value_name = "EVENT")]
    event: Vec<String>,
    /// Only with this outcome, such as now-blocked
    #[arg(long, value_name = "OUTCOME")]
    outcome: Vec<String>,
}

impl From<&WhichRecords> for Filter {
    fn from(which: &WhichRecords) -> Self {
        let WhichRecords { holder, from, until, event, outcome } = which.clone();
        Self { holder, from, until, events: event, outcomes: outcome }
    }
}

/// A moment (RFC 3339), or a local date with or without a time of day.
fn time(text: &str) -> Result<SystemTime, String> {
    let moment = text.parse::<Timestamp>().or_else(|_| {
        let local = text.parse::<DateTime>()?;
        Ok::<_, jiff::Error>(local.to_zoned(TimeZone::system())?.timestamp())
    });
    let moment =
        moment.map_err(|_| "no time, such as 2026-01-05 or 2026-01-05T08:00:00Z".to_owned())?;
    Ok(moment.into())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_and_local_times_are_read() {
        let eight = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_600_000);
        assert_eq!(time("2026-01-05T08:00:00Z"), Ok(eight));
        assert_eq!(time("2026-01-05T09:00:00+01:00"), Ok(eight));
        let day = time("2026-01-05").unwrap();
        assert_eq!(time("2026-01-05 00:00"), Ok(day));
        assert_eq!(
            time("2026-01-05T08:00").unwrap().duration_since(day).unwrap().as_secs(),
            28_800
        );
        assert!(time("yesterday").is_err());
    }
}
