//! A rotated log is the same chain in several files.

use std::{fs, num::NonZero};

use lanyard_audit::{AuditLog, Event, Fault, Finding, Head, Record, Settings};
use proptest::prelude::*;

use super::{Place, record, time};

const RECORDS: u64 = 12;

fn unrotated() -> (Head, Vec<u8>) {
    let place = Place::new();
    (place.write(0..RECORDS, None), place.bytes())
}

#[test]
fn rotated_at_any_point_the_files_are_the_same_chain() {
    let (head, bytes) = unrotated();
    for rotate_above in (0..bytes.len() as u64 + 100).step_by(37) {
        let place = Place::rotating_above(rotate_above);
        assert_eq!(place.write(0..RECORDS, None), head);
        assert_eq!(place.all_bytes(), bytes);
        let report = place.verify(Some(head));
        assert_eq!((report.broken, report.records), (None, RECORDS));
        for file in place.files() {
            let length = fs::metadata(&file).unwrap().len();
            assert!(length <= rotate_above || length < 700, "{rotate_above}: {length}");
        }
    }
}

#[test]
fn a_file_that_is_missing_in_the_middle_is_a_gap() {
    let place = Place::rotating_above(1000);
    let head = place.write(0..RECORDS, None);
    let files = place.files();
    assert!(files.len() > 3);
    for missing in 1..files.len() - 1 {
        let mut left = files.clone();
        left.remove(missing);
        let broken = lanyard_audit::verify(&left, Some(head)).unwrap().broken.unwrap();
        assert_eq!((broken.place.file, broken.place.line), (files[missing + 1].clone(), 1));
        assert!(matches!(broken.fault, Fault::Gap { .. }));
    }
}

#[test]
fn a_crash_between_setting_aside_and_going_on_is_gone_over() {
    let place = Place::rotating_above(1000);
    let head = place.write(0..RECORDS, None);
    let aside = place.folder.path().join("audit.jsonl.000000000777");
    for empty_file in [false, true] {
        fs::rename(place.path(), &aside).unwrap();
        if empty_file {
            place.put(b"");
        }
        let opened = place.open(Some(head));
        assert!(opened.findings.iter().all(|it| matches!(it, Finding::OpenToOthers { .. })));
        assert_eq!(opened.log.head(), head);
        drop(opened);
        fs::rename(&aside, place.path()).unwrap();
    }
}

#[test]
fn a_torn_first_record_after_rotation_is_closed() {
    let place = Place::rotating_above(1000);
    let head = place.write(0..RECORDS, None);
    fs::rename(place.path(), place.folder.path().join("audit.jsonl.000000000777")).unwrap();
    place.put(b"{\"seq\":13,\"ti");
    for anchor in [Some(head), None] {
        let mut log = place.open(anchor).log;
        let last = log.append(time(99), &record(99)).unwrap();
        drop(log);
        let report = place.verify(Some(last));
        assert_eq!((report.broken, report.torn), (None, 1));
    }
}

#[test]
fn the_known_head_may_be_in_an_older_file() {
    let place = Place::rotating_above(1000);
    let early = place.write(0..3, None);
    let head = place.write(3..RECORDS, Some(early));
    for anchor in [early, head] {
        let opened = place.open(Some(anchor));
        assert!(opened.findings.is_empty());
        assert_eq!(opened.beyond, head.sequence - anchor.sequence);
    }
}

#[test]
fn nothing_is_removed_unless_the_settings_say_so() {
    let place = Place::rotating_above(600);
    place.write(0..40, None);
    assert!(place.files().len() > 15);
    assert_eq!(place.verify(None).first, Some(1));
}

#[test]
fn what_the_settings_remove_is_recorded_and_what_others_remove_is_missed() {
    let place = Place::rotating_above(1000);
    let settings = Settings { keep: NonZero::new(3), ..place.settings.clone() };
    let mut log = AuditLog::open(settings, None, time(0)).unwrap().log;
    for number in 0..60 {
        log.append(time(number), &record(number)).unwrap();
        assert!(place.files().len() <= 4);
        let report = place.verify(Some(log.head()));
        assert_eq!(report.broken, None, "after {number}");
    }
    assert!(log.take_findings().is_empty());
    let files = place.files();
    fs::remove_file(&files[0]).unwrap();
    let broken = place.verify(Some(log.head())).broken.unwrap();
    assert_eq!((broken.place.file, broken.place.line), (files[1].clone(), 1));
    assert!(matches!(broken.fault, Fault::BeginningMissing { .. }));
}

#[test]
fn a_name_that_is_taken_keeps_the_log_in_its_file_and_overwrites_nothing() {
    let place = Place::rotating_above(500);
    let mut log = place.open(None).log;
    log.append(time(0), &record(0)).unwrap();
    let taken = place.folder.path().join("audit.jsonl.000000000001");
    fs::write(&taken, "something else").unwrap();
    for number in 1..5 {
        log.append(time(number), &record(number)).unwrap();
    }
    assert!(matches!(log.take_findings()[..], [Finding::NotRotated(_)]));
    assert_eq!(fs::read_to_string(&taken).unwrap(), "something else");
    assert!(
        lanyard_audit::verify(&[place.path().to_owned()], Some(log.head())).unwrap().is_whole()
    );
}

proptest! {
    /// Any number of starts, rotations, synced and unsynced records is one chain, and every head that was
    /// returned is found in it.
    #[test]
    fn any_life_of_a_log_is_one_chain(
        rotate_above in 0_u64..2000,
        acts in prop::collection::vec(0_u8..4, 0..30),
    ) {
        let place = Place::rotating_above(rotate_above);
        let mut log = place.open(None).log;
        let mut heads = vec![Head::ORIGIN];
        for (act, second) in acts.into_iter().zip(0..) {
            match act {
                0 => heads.push(log.append(time(second), &record(second)).unwrap()),
                1 => log.append_later(time(second), Record::of(Event::ServiceStopped)).unwrap(),
                2 => heads.push(log.flush(time(second)).unwrap()),
                _ => {
                    drop(log);
                    let opened = place.open(heads.last().copied());
                    prop_assert!(opened.findings.is_empty());
                    log = opened.log;
                }
            }
        }
        for head in heads {
            prop_assert_eq!(place.verify(Some(head)).broken, None);
        }
    }
}

#[test]
fn the_last_file_is_verified_by_itself() {
    let place = Place::rotating_above(1000);
    let head = place.write(0..RECORDS, None);
    assert!(place.files().len() > 1);
    let report = lanyard_audit::verify_alone(place.path()).unwrap();
    assert_eq!((report.is_whole(), report.last), (true, head));
    let mut bytes = place.bytes();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    place.put(&bytes);
    assert!(!lanyard_audit::verify_alone(place.path()).unwrap().is_whole());
}
