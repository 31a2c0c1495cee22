//! Real disks that take nothing more: full, limited at any byte, read-only, or somebody else's.

use std::{
    env, fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::Command,
};

use lanyard_audit::{AuditError, AuditLog, Event, Finding, Record, Settings};
use rustix::process::{Resource, Rlimit, setrlimit};

use super::{Place, record, time};

/// Says to a test that it runs in the surroundings that it needs.
const FOLDER: &str = "LANYARD_AUDIT_FOLDER";

/// Runs one test of this program again, in surroundings that a command makes.
fn again(command: &mut Command, test: &str, folder: &Path) {
    let program = env::current_exe().unwrap();
    let test = format!("disk::{test}");
    command.arg(program).args(["--exact", &test, "--nocapture"]).env(FOLDER, folder);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{complained}");
}

/// A shell in a mount namespace of its own, as root in it, that runs the rest of its arguments.
fn in_namespace(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-euc"]);
    command.arg(format!("{script}; exec \"$@\"")).arg("sh");
    command
}

fn place_in(folder: &str) -> Place {
    let place = Place::new();
    Place { settings: Settings::at(Path::new(folder).join("audit.jsonl")), ..place }
}

#[test]
fn a_full_disk_is_named_and_the_log_goes_on_when_there_is_room() {
    let Ok(folder) = env::var(FOLDER) else {
        let place = Place::new();
        let script = format!("mount -t tmpfs -o size=64k none {}", place.folder.path().display());
        let test = "a_full_disk_is_named_and_the_log_goes_on_when_there_is_room";
        return again(&mut in_namespace(&script), test, place.folder.path());
    };
    let place = place_in(&folder);
    let ballast = Path::new(&folder).join("ballast");
    let mut log = place.open(None).log;
    log.append(time(0), &record(0)).unwrap();
    fs::write(&ballast, vec![0; 16_384]).unwrap();
    let error = (1..1000).find_map(|number| log.append(time(number), &record(number)).err());
    assert!(matches!(error, Some(AuditError::Full { .. })), "{error:?}");
    let head = log.head();
    assert!(log.append(time(1000), &record(1)).is_err());
    assert_eq!(log.head(), head);
    // What takes away is kept, in its order and with its time.
    let kept = Record::of(Event::ServiceStopped);
    assert!(log.append_later(time(1001), kept.clone()).is_err());
    assert!(log.append_later(time(1002), kept).is_err());
    fs::remove_file(&ballast).unwrap();
    let last = log.append(time(1003), &record(3)).unwrap();
    let report = place.verify(Some(last));
    assert_eq!((report.broken, report.clock_set_back), (None, None));
    assert_eq!(last.sequence, head.sequence + 3 + report.torn);
}

#[test]
fn a_disk_that_stays_full_loses_records_by_number_and_says_so() {
    let Ok(folder) = env::var(FOLDER) else {
        let place = Place::new();
        let script = format!("mount -t tmpfs -o size=2m none {}", place.folder.path().display());
        let test = "a_disk_that_stays_full_loses_records_by_number_and_says_so";
        return again(&mut in_namespace(&script), test, place.folder.path());
    };
    let place = place_in(&folder);
    let ballast = Path::new(&folder).join("ballast");
    let mut log = place.open(None).log;
    // Fails when everything is taken.
    assert!(fs::write(&ballast, vec![0; (2 << 20) + 1]).is_err());
    for number in 0..1500 {
        assert!(log.append_later(time(number), record(number)).is_err());
    }
    assert!(log.take_findings().is_empty(), "nothing is lost before it is recorded as lost");
    fs::remove_file(&ballast).unwrap();
    let head = log.flush(time(1500)).unwrap();
    assert!(matches!(log.take_findings()[..], [Finding::RecordsLost { records: 60 }]));
    assert_eq!((head.sequence, place.verify(Some(head)).broken), (1441, None));
}

#[test]
fn a_file_limited_at_any_byte_has_only_whole_records_that_count() {
    let Ok(folder) = env::var(FOLDER) else {
        let place = Place::new();
        let mut shell = Command::new("sh");
        shell.args(["-euc", "trap '' XFSZ; exec \"$@\"", "sh"]);
        let test = "a_file_limited_at_any_byte_has_only_whole_records_that_count";
        return again(&mut shell, test, place.folder.path());
    };
    let limit = |bytes| {
        setrlimit(Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
    };
    let place = place_in(&folder);
    let head = place.write(0..2, None);
    let bytes = place.bytes();
    let start = bytes.len() as u64;
    for room in 0..600 {
        place.put(&bytes);
        let mut log = place.open(Some(head)).log;
        limit(Some(start + room));
        let mut given = head;
        while let Ok(head) = log.append(time(3), &record(3)) {
            given = head;
        }
        assert!(matches!(log.append(time(3), &record(3)), Err(AuditError::Full { .. })));
        limit(None);
        // Killed here, or going on: both are whole.
        let torn = place.bytes();
        let last = log.append(time(4), &record(4)).unwrap();
        assert_eq!(place.verify(Some(last)).broken, None, "{room}");
        drop(log);
        place.put(&torn);
        let opened = place.open(Some(given));
        assert!(opened.findings.iter().all(|it| matches!(it, Finding::TornLineClosed { .. })));
        assert_eq!(place.verify(Some(opened.log.head())).broken, None, "{room}");
    }
}

#[test]
fn what_a_full_disk_tore_is_closed_in_the_next_file_when_the_old_one_is_taken_away() {
    let Ok(folder) = env::var(FOLDER) else {
        let place = Place::new();
        let mut shell = Command::new("sh");
        shell.args(["-euc", "trap '' XFSZ; exec \"$@\"", "sh"]);
        let test =
            "what_a_full_disk_tore_is_closed_in_the_next_file_when_the_old_one_is_taken_away";
        return again(&mut shell, test, place.folder.path());
    };
    let place = place_in(&folder);
    let head = place.write(0..2, None);
    let mut log = place.open(Some(head)).log;
    let room = place.bytes().len() as u64 + 100;
    setrlimit(Resource::Fsize, Rlimit { current: Some(room), maximum: None }).unwrap();
    assert!(matches!(log.append(time(2), &record(2)), Err(AuditError::Full { .. })));
    setrlimit(Resource::Fsize, Rlimit { current: None, maximum: None }).unwrap();
    let moved = Path::new(&folder).join("audit.jsonl.000000000001");
    fs::rename(place.path(), moved).unwrap();
    let head = log.append(time(2), &record(2)).unwrap();
    let report = place.verify(Some(head));
    assert_eq!((report.broken, report.torn, report.files), (None, 1, 2));
}

#[test]
fn a_read_only_file_system_is_named() {
    let Ok(folder) = env::var(FOLDER) else {
        let place = Place::new();
        place.write(0..2, None);
        let folder = place.folder.path().display().to_string();
        let script = format!("mount --bind {folder} {folder}; mount -o remount,bind,ro {folder}");
        return again(
            &mut in_namespace(&script),
            "a_read_only_file_system_is_named",
            place.folder.path(),
        );
    };
    let place = place_in(&folder);
    let error = AuditLog::open(place.settings.clone(), None, time(0)).unwrap_err();
    assert!(matches!(error, AuditError::ReadOnly { .. }), "{error}");
    assert_eq!(place.verify(None).records, 2);
}

#[test]
fn a_folder_that_is_somebody_elses_is_named() {
    let Ok(folder) = env::var(FOLDER) else {
        let place = Place::new();
        place.write(0..2, None);
        fs::set_permissions(place.folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let mut nobody = Command::new("env");
        if rustix::process::geteuid().is_root() {
            nobody.uid(65_534).gid(65_534);
        } else {
            fs::set_permissions(place.folder.path(), PermissionsExt::from_mode(0o555)).unwrap();
        }
        return again(&mut nobody, "a_folder_that_is_somebody_elses_is_named", place.folder.path());
    };
    let settings = Settings::at(Path::new(&folder).join("audit.jsonl"));
    let error = AuditLog::open(settings, None, time(0)).unwrap_err();
    assert!(matches!(error, AuditError::Denied { .. }), "{error}");
}
