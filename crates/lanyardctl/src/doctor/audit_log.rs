//! The audit log's last file: whether it can be read, and its chain is whole (`lanyard-audit`).
//!
//! The files before are left to `lanyardctl audit verify`, which takes as long as it takes.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use lanyard_audit::Report;

use super::{
    finding::{Check, Finding},
    job::Missing,
};

/// The longest file that is verified here: four times what a file has by default.
pub(crate) const LONGEST: u64 = 64 << 20;

/// What the log is.
#[derive(Debug)]
pub(super) struct Log {
    file: PathBuf,
    seen: Result<Seen, io::ErrorKind>,
}

#[derive(Debug)]
enum Seen {
    TooLong { bytes: u64 },
    Unreadable { why: String },
    Verified(Box<Report>),
}

/// Verifies the file that is written to.
pub(super) fn look(file: &Path) -> Log {
    Log { file: file.to_owned(), seen: seen(file).map_err(|error| error.kind()) }
}

fn seen(file: &Path) -> io::Result<Seen> {
    let it = fs::metadata(file)?;
    if !it.is_file() {
        return Ok(Seen::Unreadable { why: "it is no file".to_owned() });
    }
    if it.len() > LONGEST {
        return Ok(Seen::TooLong { bytes: it.len() });
    }
    drop(fs::File::open(file)?);
    let verify = || lanyard_audit::verify_alone(file);
    // A record that was being written just then is whole at the second look.
    let report = verify().and_then(|report| if report.is_whole() { Ok(report) } else { verify() });
    Ok(match report {
        Ok(report) => Seen::Verified(Box::new(report)),
        Err(error) => Seen::Unreadable { why: error.to_string() },
    })
}

/// Says how the log is.
pub(super) fn judge(log: Result<&Log, &Missing>, daemon_runs: bool) -> Vec<Finding> {
    let check = Check::AuditLog;
    let verify = "`sudo lanyardctl audit verify`";
    let Log { file, seen } = match log {
        Ok(log) => log,
        Err(why) => return vec![check.missing(*why, "the audit log", verify)],
    };
    let file = file.display();
    vec![match seen {
        Err(io::ErrorKind::PermissionDenied) => check.unknown(
            format!("{file} is for root and the group lanyard to read"),
            "`sudo lanyardctl doctor`",
        ),
        Err(io::ErrorKind::NotFound) if !daemon_runs => {
            check.attention(format!("there is no {file} yet"), "lanyardd makes it when it starts")
        }
        Err(kind) => check.wrong(
            format!("{file}: {kind}"),
            "`file` in [audit] names it; `sudo systemctl restart lanyardd` makes a new one",
        ),
        Ok(Seen::TooLong { bytes }) => {
            check.unknown(format!("{file} has {} MiB, too long to verify here", bytes >> 20), verify)
        }
        Ok(Seen::Unreadable { why }) => check.wrong(format!("{file}: {why}"), verify),
        Ok(Seen::Verified(report)) => match &report.broken {
            Some(broken) => check.wrong(
                format!("the audit log is broken at {broken}"),
                "keep the file as it is, and tell whoever looks after the audit log; `sudo lanyardctl audit verify`",
            ),
            None => check.good(format!(
                "the last file of the audit log is whole: {} records, the last is number {}",
                report.records, report.last.sequence
            )),
        },
    }]
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use lanyard_audit::{AuditLog, Event, Record, Settings};

    use super::*;
    use crate::doctor::finding::Verdict::{self, Attention, Good, Unknown, Wrong};

    fn verdict(file: &Path, daemon_runs: bool) -> Verdict {
        judge(Ok(&look(file)), daemon_runs)[0].verdict
    }

    #[test]
    fn a_log_is_good_only_if_its_last_file_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("audit.jsonl");
        assert_eq!(verdict(&file, true), Wrong);
        assert_eq!(verdict(&file, false), Attention);
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_600_000);
        let settings = Settings { rotate_above: 2000, ..Settings::at(file.clone()) };
        let mut log = AuditLog::open(settings, None, now).unwrap().log;
        for _ in 0..40 {
            log.append(now, &Record::of(Event::PasscodeAccepted)).unwrap();
        }
        assert!(lanyard_audit::in_order(&file).unwrap().len() > 1);
        assert_eq!(verdict(&file, true), Good);
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replacen("passcode-accepted", "passcode-refused!", 1)).unwrap();
        assert_eq!(verdict(&file, true), Wrong);
        assert_eq!(verdict(folder.path(), true), Wrong);
        assert_eq!(judge(Err(&Missing::Late), true)[0].verdict, Wrong);
    }

    #[test]
    fn what_may_not_be_read_or_is_too_long_is_not_said_to_be_good() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("audit.jsonl");
        fs::File::create(&file).unwrap().set_len(LONGEST + 1).unwrap();
        assert_eq!(verdict(&file, true), Unknown);
        let hidden = Log { file, seen: Err(io::ErrorKind::PermissionDenied) };
        assert_eq!(judge(Ok(&hidden), true)[0].verdict, Unknown);
    }
}
