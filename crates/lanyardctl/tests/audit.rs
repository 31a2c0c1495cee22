//! `lanyardctl audit` over logs that the daemon's own crate wrote: whole, changed, cut, rotated, gone.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, SystemTime},
};

use lanyard_audit::{
    AuditLog, Caller, Event, Head, HolderUuid, Outcome, ReaderName, Record, Settings, in_order,
};
use tempfile::TempDir;

/// A log of some records.
struct Log {
    folder: TempDir,
    settings: Settings,
    /// The head after each record.
    heads: Vec<Head>,
}

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Log {
    /// Writes this many records, one a minute, of two holders in turn.
    fn of(records: u64) -> Self {
        Self::rotating(records, Settings::ROTATE_ABOVE)
    }

    fn rotating(records: u64, rotate_above: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let settings = Settings { rotate_above, ..Settings::at(path) };
        let mut log = AuditLog::open(settings.clone(), None, minute(0)).unwrap().log;
        let heads = (0..records).map(|number| log.append(minute(number), &record(number)).unwrap());
        let heads = heads.collect();
        Self { folder, settings, heads }
    }

    fn file(&self) -> PathBuf {
        self.settings.path.clone()
    }

    /// Changes the file's bytes.
    fn with(self, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut bytes = fs::read(self.file()).unwrap();
        change(&mut bytes);
        fs::write(self.file(), bytes).unwrap();
        self
    }

    /// Runs `lanyardctl audit TASK` on it, on no bus.
    fn run(&self, task: &str, arguments: &[&str]) -> Ended {
        let finished = Command::new(env!("CARGO_BIN_EXE_lanyardctl"))
            .args(["--bus", "unix:path=/nowhere/bus", "audit", task, "--file"])
            .arg(self.file())
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended {
            code: finished.status.code(),
            stdout: text(finished.stdout),
            stderr: text(finished.stderr),
        }
    }

    fn verify(&self, arguments: &[&str]) -> Ended {
        self.run("verify", arguments)
    }

    /// The name of the log as it is in what is said.
    fn name(&self) -> String {
        self.file().display().to_string()
    }
}

fn minute(number: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_600_000 + 60 * number)
}

fn record(number: u64) -> Record {
    let (event, outcome) = if number.is_multiple_of(2) {
        (Event::PasscodeRefused, Some(Outcome::Refused))
    } else {
        (Event::PasscodeAccepted, None)
    };
    Record {
        outcome,
        holder: Some(HolderUuid::new(&format!("99990000010{}", number % 2)).unwrap()),
        reader: Some(ReaderName::new("Ward Reader 00 00")),
        caller: Some(Caller { uid: 1000, pid: Some(42), session: None }),
        tries_left: Some(2),
        ..Record::of(event)
    }
}

#[test]
fn a_whole_log_says_where_it_ends() {
    let log = Log::of(3);
    let ended = log.verify(&[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let expected = format!(
        "{} is whole: 3 records in 1 file, numbers 1 to 3.\nIt ends with {}\n",
        log.name(),
        log.heads[2]
    );
    assert!(ended.stdout.starts_with(&expected), "{}", ended.stdout);
    assert!(ended.stdout.contains("compare with the last \"audit=\" in the journal"));

    let head = log.heads[1].to_string();
    let ended = log.verify(&["--head", &head]);
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.stdout, format!("{expected}The given head is in the log.\n"));
}

#[test]
fn one_byte_that_was_changed_is_named_with_file_line_and_record() {
    let log = Log::of(3).with(|bytes| {
        let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let holder = bytes[second..].windows(12).position(|it| it == b"999900000101").unwrap();
        bytes[second + holder + 11] = b'9';
    });
    let ended = log.verify(&[]);
    assert_eq!(ended.code, Some(7), "{ended:?}");
    let first = ended.stdout.lines().next().unwrap();
    assert_eq!(
        first,
        format!(
            "BROKEN at {}:2: record 2: the record was changed: its hash is wrong: 2 records in 1 file, \
             numbers 1 to 3.",
            log.name()
        )
    );
    assert_eq!(ended.stderr, "", "what was found is the answer, not a complaint");

    let json: serde_json::Value = serde_json::from_str(&log.verify(&["--json"]).stdout).unwrap();
    assert_eq!(json["whole"], false);
    assert_eq!((&json["broken"]["line"], &json["broken"]["record"]), (&2.into(), &2.into()));
    assert_eq!(json["broken"]["fault"], "the record was changed: its hash is wrong");
    assert_eq!(json["head"], "not-given");
}

#[test]
fn a_line_that_was_taken_out_is_a_gap() {
    let log = Log::of(3).with(|bytes| {
        let ends: Vec<usize> =
            bytes.iter().enumerate().filter(|it| *it.1 == b'\n').map(|it| it.0).collect();
        bytes.drain(ends[0] + 1..=ends[1]);
    });
    let ended = log.verify(&[]);
    assert_eq!(ended.code, Some(7));
    let gap =
        format!("BROKEN at {}:2: record 2: records are missing: the next is number 3", log.name());
    assert!(ended.stdout.starts_with(&gap), "{}", ended.stdout);
}

#[test]
fn a_log_that_was_cut_is_whole_by_itself_and_broken_against_its_head() {
    let log = Log::of(3).with(|bytes| {
        bytes.pop();
        let end = bytes.iter().rposition(|byte| *byte == b'\n').unwrap();
        bytes.truncate(end + 1);
    });
    assert_eq!(log.verify(&[]).code, Some(0));
    let head = log.heads[2].to_string();
    let ended = log.verify(&["--head", &head]);
    assert_eq!(ended.code, Some(7));
    let cut =
        format!("BROKEN at {}:3: record 3: the log was cut: it was to have {head}", log.name());
    assert!(ended.stdout.starts_with(&cut), "{}", ended.stdout);
    assert!(ended.stdout.ends_with("The given head is NOT in the log.\n"), "{}", ended.stdout);
}

#[test]
fn what_a_crash_left_is_mentioned_once_it_is_closed_and_so_is_a_clock_set_back() {
    let log = Log::of(3).with(|bytes| bytes.extend_from_slice(b"{\"seq\":4,\"ti"));
    let torn = log.verify(&[]);
    assert_eq!(torn.code, Some(7));
    assert!(torn.stdout.contains("the last line is unfinished"), "{}", torn.stdout);

    let mut opened = AuditLog::open(log.settings.clone(), None, minute(9)).unwrap().log;
    opened.append(minute(1), &record(4)).unwrap();
    let closed = log.verify(&[]);
    assert_eq!(closed.code, Some(0), "{closed:?}");
    assert!(
        closed.stdout.contains("In 1 place a crash or a full disk left bytes"),
        "{}",
        closed.stdout
    );
    let clock = format!("The clock was set back before {}:6: record 5.", log.name());
    assert!(closed.stdout.contains(&clock), "{}", closed.stdout);
    let json: serde_json::Value = serde_json::from_str(&log.verify(&["--json"]).stdout).unwrap();
    assert_eq!((&json["torn"], &json["clock-set-back"]["record"]), (&1.into(), &5.into()));
}

#[test]
fn files_that_were_set_aside_are_part_of_the_log() {
    let log = Log::rotating(9, 1_000);
    let files = in_order(&log.file()).unwrap();
    assert!(files.len() > 2, "{files:?}");
    let ended = log.verify(&[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let extent = format!("is whole: 9 records in {} files, numbers 1 to 9.", files.len());
    assert!(ended.stdout.contains(&extent), "{}", ended.stdout);
    assert_eq!(log.run("show", &[]).stdout.lines().count(), 9);

    fs::remove_file(&files[1]).unwrap();
    let ended = log.verify(&[]);
    assert_eq!(ended.code, Some(7));
    assert!(ended.stdout.contains(&format!("{}:1: ", files[2].display())), "{}", ended.stdout);
}

#[test]
fn records_are_shown_as_sentences_or_as_they_are() {
    let log = Log::of(4);
    let first = "2026-01-05T08:00:00.000000Z #1 the card refused the passcode: refused by the card, 2 tries \
                 left; holder 999900000100; reader Ward Reader 00 00; asked by user 1000, process 42";
    let ended = log.run("show", &[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stdout.lines().next(), Some(first));
    assert_eq!(ended.stdout.lines().count(), 4);
    let json = log.run("show", &["--json"]).stdout;
    assert_eq!(json, fs::read_to_string(log.file()).unwrap());
}

#[test]
fn records_are_shown_by_holder_time_event_and_outcome() {
    let log = Log::of(6);
    let numbers = |arguments: &[&str]| -> Vec<u64> {
        let shown = log.run("show", &[&["--json"], arguments].concat()).stdout;
        let records = shown.lines().map(serde_json::from_str::<serde_json::Value>);
        records.map(|record| record.unwrap()["seq"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&["--holder", "999900000101"]), [2, 4, 6]);
    assert_eq!(numbers(&["--event", "passcode-refused"]), [1, 3, 5]);
    assert_eq!(numbers(&["--event", "passcode-refused", "--event", "passcode-accepted"]).len(), 6);
    assert_eq!(numbers(&["--outcome", "refused", "--from", "2026-01-05T08:01:00Z"]), [3, 5]);
    assert_eq!(numbers(&["--until", "2026-01-05T08:02:00Z"]), [1, 2]);
    assert_eq!(numbers(&["--holder", "999900000199"]), [0; 0]);
    let nothing = log.run("show", &["--holder", "999900000199"]);
    assert_eq!(nothing.stdout, "No record of the log is asked for by that.\n");
}

#[test]
fn what_is_no_record_is_shown_as_that() {
    let log = Log::of(1).with(|bytes| bytes.extend_from_slice(b"nonsense\n"));
    let unreadable = format!("(!) {}:2: 8 bytes that are no record", log.name());
    assert_eq!(log.run("show", &[]).stdout.lines().last(), Some(&*unreadable));
    let json = log.run("show", &["--json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(json.lines().last().unwrap()).unwrap();
    assert_eq!((&json["unreadable"]["line"], &json["unreadable"]["bytes"]), (&2.into(), &8.into()));
}

#[test]
fn no_log_and_no_sense_are_told_apart() {
    let log = Log::of(1);
    fs::remove_file(log.file()).unwrap();
    for task in ["verify", "show"] {
        let missing = log.run(task, &[]);
        assert_eq!(missing.code, Some(1));
        assert_eq!(
            missing.stderr,
            format!("lanyardctl: there is no audit log at {}\n", log.name())
        );
    }
    for (task, nonsense) in [
        ("verify", ["--head", "1:2"]),
        ("show", ["--holder", "1234"]),
        ("show", ["--from", "yesterday"]),
    ] {
        let ended = log.run(task, &nonsense);
        assert_eq!(ended.code, Some(2), "{ended:?}");
    }
    drop(log.folder);
}
