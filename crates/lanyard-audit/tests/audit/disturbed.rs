//! What others do to the log: cut it, rewrite it, take it away, write into it, write a second one.

use std::{
    fs::{self, OpenOptions, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
};

use lanyard_audit::{Anchor, AuditError, AuditLog, Fault, Finding};

use super::{Place, line_ends, lines, record, time};

#[test]
fn a_log_that_was_cut_is_found_recorded_and_never_whole_again() {
    let place = Place::new();
    let head = place.write(0..5, None);
    let bytes = place.bytes();
    for length in 0..bytes.len() - 1 {
        place.put(&bytes[..length]);
        let mut opened = place.open(Some(head));
        let cut = opened
            .findings
            .iter()
            .any(|it| matches!(it, Finding::LogCut { expected, .. } if *expected == head));
        assert!(cut, "{length}");
        // Numbers go on as if nothing had been taken.
        assert_eq!(opened.log.head().sequence, 6);
        let last = opened.log.append(time(9), &record(9)).unwrap();
        let report = place.verify(Some(last));
        assert_eq!(report.anchor, Anchor::Found);
        let broken = report.broken.unwrap();
        let left = line_ends(&bytes[..length]);
        assert!(broken.place.sequence <= left + 3, "{length}: {broken}");
        // A second start finds nothing new.
        drop(opened);
        assert!(place.open(Some(last)).findings.is_empty());
    }
}

#[test]
fn a_log_that_was_written_anew_is_found_and_never_whole_again() {
    let place = Place::new();
    let head = place.write(0..5, None);
    fs::remove_file(place.path()).unwrap();
    let other = place.write(10..16, None);
    let opened = place.open(Some(head));
    assert!(
        matches!(opened.findings[..], [Finding::LogCut { expected, found }] if (expected, found) == (head, other))
    );
    let broken = place.verify(Some(opened.log.head())).broken.unwrap();
    assert_eq!((broken.place.sequence, broken.fault), (7, Fault::WrongPrevious));
}

#[test]
fn a_log_that_was_deleted_while_nobody_wrote_is_found() {
    let place = Place::new();
    let head = place.write(0..5, None);
    fs::remove_file(place.path()).unwrap();
    let opened = place.open(Some(head));
    assert!(matches!(opened.findings[..], [Finding::LogCut { .. }]));
    assert!(!place.verify(Some(opened.log.head())).is_whole());
}

#[test]
fn a_file_that_is_moved_away_is_continued_in_a_new_one() {
    let place = Place::new();
    let mut log = place.open(None).log;
    log.append(time(0), &record(0)).unwrap();
    let moved = place.folder.path().join("audit.jsonl.1");
    for with_empty_file in [false, true] {
        fs::rename(place.path(), &moved).unwrap();
        if with_empty_file {
            fs::write(place.path(), "").unwrap();
        }
        log.append(time(1), &record(1)).unwrap();
        let head = log.append(time(2), &record(2)).unwrap();
        assert!(matches!(log.take_findings()[..], [Finding::FileMissing]));
        let report =
            lanyard_audit::verify(&[moved.clone(), place.path().to_owned()], Some(head)).unwrap();
        assert!(report.broken.is_none_or(|it| matches!(it.fault, Fault::BeginningMissing { .. })));
    }
    assert!(place.bytes().starts_with(b"{\"seq\":5,"));
}

#[test]
fn another_file_in_its_place_is_not_written_to() {
    let place = Place::new();
    let mut log = place.open(None).log;
    log.append(time(0), &record(0)).unwrap();
    fs::remove_file(place.path()).unwrap();
    place.put(b"something else\n");
    assert!(matches!(log.append(time(1), &record(1)), Err(AuditError::Replaced { .. })));
    assert_eq!(place.bytes(), b"something else\n");
}

#[test]
fn a_log_that_is_shortened_or_written_into_meanwhile_is_found() {
    let alien = b"alien\n".as_slice();
    for (shorter, more) in [(1, &b""[..]), (100, b""), (0, alien), (0, b"alien"), (50, alien)] {
        let place = Place::new();
        place.write(0..3, None);
        let mut log = place.open(None).log;
        log.append(time(3), &record(3)).unwrap();
        let bytes = place.bytes();
        let mut file = OpenOptions::new().append(true).open(place.path()).unwrap();
        file.set_len((bytes.len() - shorter) as u64).unwrap();
        file.write_all(more).unwrap();
        let head = log.append(time(4), &record(4)).unwrap();
        assert!(matches!(log.take_findings()[..], [Finding::FileChanged { .. }]));
        let report = place.verify(Some(head));
        assert_eq!(report.anchor, Anchor::Found);
        // Only the end of the last line was taken, and is there again.
        let restored = shorter == 1;
        assert_eq!(report.is_whole(), restored, "{shorter} {more:?}: {:?}", report.broken);
    }
}

#[test]
fn a_log_emptied_meanwhile_is_found() {
    let place = Place::new();
    let mut log = place.open(None).log;
    log.append(time(0), &record(0)).unwrap();
    place.put(b"");
    let head = log.append(time(1), &record(1)).unwrap();
    assert!(matches!(log.take_findings()[..], [Finding::FileChanged { found: 0, .. }]));
    let broken = place.verify(Some(head)).broken.unwrap();
    assert_eq!(broken.fault, Fault::BeginningMissing { first: 2 });
}

#[test]
fn a_log_has_one_writer() {
    let place = Place::rotating_above(0);
    let mut first = place.open(None).log;
    for number in 0..3 {
        first.append(time(number), &record(number)).unwrap();
        let second = AuditLog::open(place.settings.clone(), None, time(0));
        assert!(matches!(second, Err(AuditError::InUse { .. })));
    }
    let head = first.head();
    drop(first);
    assert_eq!(place.open(Some(head)).log.head(), head);
}

#[test]
fn a_log_that_others_can_read_is_told_and_used() {
    let place = Place::new();
    place.write(0..2, None);
    fs::set_permissions(place.path(), Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(place.open(None).findings[..], [Finding::OpenToOthers { mode: 0o644 }]));
    fs::set_permissions(place.path(), Permissions::from_mode(0o600)).unwrap();
    assert!(place.open(None).findings.is_empty());
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let place = Place::new();
    let settings = lanyard_audit::Settings::at(place.folder.path().join("none/audit.jsonl"));
    let error = AuditLog::open(settings, None, time(0)).unwrap_err();
    assert!(matches!(error, AuditError::Missing { .. }), "{error}");
}

#[test]
fn what_was_damaged_long_ago_keeps_no_one_from_recording() {
    let place = Place::new();
    let head = place.write(0..5, None);
    let mut bytes = place.bytes();
    let second = lines(&bytes)[0].len();
    bytes[second + 20] ^= 1;
    place.put(&bytes);
    let mut opened = place.open(Some(head));
    assert!(opened.findings.is_empty());
    let head = opened.log.append(time(9), &record(9)).unwrap();
    assert_eq!(place.broken_at(Some(head)), Some((2, 2)));
}
