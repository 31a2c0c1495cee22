//! `lanyardctl audit verify`: whether the log is whole, where not, and where it ends.

use std::path::Path;

use lanyard_audit::{Anchor, Broken, Head, Place, Report};
use serde::Serialize;

use super::files;
use crate::{
    Failure,
    ending::Ending,
    output::{self, Form, printable},
};

/// What was found, for machines.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Found {
    whole: bool,
    files: usize,
    records: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u64>,
    /// Where the log ends, as `SEQ:HASH`.
    end: String,
    torn: u64,
    head: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_set_back: Option<At>,
}

/// A line of a file, and what is wrong with it.
#[derive(Debug, Serialize)]
struct At {
    file: String,
    line: u64,
    record: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

/// Verifies a log, and that a head which was kept elsewhere is one of its own.
pub(crate) fn verify(log: &Path, head: Option<Head>, form: Form) -> Result<(), Failure> {
    let report = report(log, head)?;
    match form {
        Form::Json => output::json(&Found::of(&report))?,
        Form::Words => words(log, &report).iter().try_for_each(|line| output::line(line))?,
    }
    if report.is_whole() { Ok(()) } else { Err(Failure::NotDone(Ending::LogBroken)) }
}

/// A log that is rotated while it is read is read again.
fn report(log: &Path, head: Option<Head>) -> Result<Report, Failure> {
    loop {
        let before = files(log)?;
        let report = lanyard_audit::verify(&before, head)?;
        if report.is_whole() || files(log)? == before {
            return Ok(report);
        }
    }
}

fn words(log: &Path, report: &Report) -> Vec<String> {
    let verdict = match &report.broken {
        None => format!("{} is whole", printable(&log.to_string_lossy())),
        Some(broken) => format!("BROKEN at {}", printable(&broken.to_string())),
    };
    let torn = (report.torn > 0).then(|| {
        let places = if report.torn == 1 { "1 place".to_owned() } else { format!("{} places", report.torn) };
        format!("In {places} a crash or a full disk left bytes that are no record; each is closed by a record.")
    });
    let clock = report
        .clock_set_back
        .as_ref()
        .map(|place| format!("The clock was set back before {}.", printable(&place.to_string())));
    let lines =
        [Some(format!("{verdict}: {}.", extent(report))), torn, clock, Some(ending(report))];
    lines.into_iter().flatten().collect()
}

fn extent(report: &Report) -> String {
    let files =
        if report.files == 1 { "1 file".to_owned() } else { format!("{} files", report.files) };
    match report.first {
        None => format!("no records in {files}"),
        Some(first) if report.records == 1 => format!("1 record in {files}, number {first}"),
        Some(first) => {
            let last = report.last.sequence;
            format!("{} records in {files}, numbers {first} to {last}", report.records)
        }
    }
}

fn ending(report: &Report) -> String {
    let end = format!("It ends with {}", report.last);
    match report.anchor {
        Anchor::NotGiven => format!(
            "{end}\nThat nothing was cut from its end, or written anew, shows only against a head that was kept \
             elsewhere: compare with the last \"audit=\" in the journal, or give it with --head."
        ),
        Anchor::Found => format!("{end}\nThe given head is in the log."),
        Anchor::Missing => format!("{end}\nThe given head is NOT in the log."),
    }
}

impl Found {
    fn of(report: &Report) -> Self {
        Self {
            whole: report.is_whole(),
            files: report.files,
            records: report.records,
            first: report.first,
            end: report.last.to_string(),
            torn: report.torn,
            head: match report.anchor {
                Anchor::NotGiven => "not-given",
                Anchor::Found => "found",
                Anchor::Missing => "missing",
            },
            broken: report.broken.as_ref().map(At::broken),
            clock_set_back: report.clock_set_back.as_ref().map(At::place),
        }
    }
}

impl At {
    fn place(place: &Place) -> Self {
        let file = place.file.to_string_lossy().into_owned();
        Self { file, line: place.line, record: place.sequence, fault: None }
    }

    fn broken(broken: &Broken) -> Self {
        Self { fault: Some(broken.fault.to_string()), ..Self::place(&broken.place) }
    }
}
