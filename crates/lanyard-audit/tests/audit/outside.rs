//! An outside verifier, `docs/examples/verify_audit.py`, comes to the same verdict.

use std::{fs, num::NonZero, path::Path, process::Command};

use lanyard_audit::{AuditLog, Fault, Head, Settings};

use super::{Place, lines, record, time};

/// The verdict of the outside verifier: whether whole, and what it says.
fn outside(place: &Place, head: Option<Head>) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/verify_audit.py");
    let mut python = Command::new("python3");
    python.arg("-I").arg(script);
    if let Some(head) = head {
        python.arg("--head").arg(head.to_string());
    }
    let output = python.args(place.files()).output().unwrap();
    let complaints = String::from_utf8(output.stderr).unwrap();
    assert!(complaints.is_empty(), "{complaints}");
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

/// Both verdicts are the same, about the same place.
fn both_agree(place: &Place, head: Option<Head>) {
    let (whole, said) = outside(place, head);
    let broken = place.verify(head).broken;
    assert_eq!(whole, broken.is_none(), "{said} {broken:?}");
    match broken {
        None => assert_eq!(said, "the log is whole\n"),
        Some(it) if matches!(it.fault, Fault::Cut { .. } | Fault::Rewritten { .. }) => {
            assert!(said.contains("cut or written anew"), "{said} {it}");
        }
        Some(broken) => {
            assert!(said.starts_with(&format!("{}: ", broken.place)), "{said} {broken}");
        }
    }
}

#[test]
fn both_say_that_a_log_is_whole() {
    for rotate_above in [u64::MAX, 1000] {
        let place = Place::rotating_above(rotate_above);
        let early = place.write(0..5, None);
        let head = place.write(5..9, Some(early));
        for head in [None, Some(early), Some(head), Some(Head::ORIGIN)] {
            assert!(outside(&place, head).0);
            both_agree(&place, head);
        }
    }
}

#[test]
fn both_find_bytes_changed_and_lines_cut_moved_and_doubled() {
    let place = Place::new();
    let head = place.write(0..5, None);
    let bytes = place.bytes();
    for at in (0..bytes.len()).step_by(131) {
        let mut changed = bytes.clone();
        changed[at] ^= 4;
        place.put(&changed);
        both_agree(&place, None);
        place.put(&bytes[..at]);
        both_agree(&place, Some(head));
    }
    let all = lines(&bytes);
    for order in [vec![0, 2, 1, 3, 4], vec![0, 1, 1, 2, 3, 4], vec![1, 2, 3, 4], vec![0, 1, 2, 3]] {
        let lines: Vec<&[u8]> = order.iter().map(|line| all[*line]).collect();
        place.put(&lines.concat());
        both_agree(&place, Some(head));
        both_agree(&place, None);
    }
}

#[test]
fn both_read_over_what_a_crash_left_and_miss_it_when_it_is_gone() {
    let place = Place::new();
    let head = place.write(0..3, None);
    let bytes = place.bytes();
    let left = [&bytes, &b"{\"seq\":4,\"torn\n\0\0\0"[..]].concat();
    place.put(&left);
    both_agree(&place, Some(head));
    let head = place.write(3..5, Some(head));
    both_agree(&place, Some(head));
    assert!(outside(&place, Some(head)).0);
    let closed = place.bytes();
    let without = [&bytes[..], &closed[left.len() + 2..]].concat();
    place.put(&without);
    both_agree(&place, Some(head));
    assert!(!outside(&place, Some(head)).0);
}

#[test]
fn both_know_why_old_files_are_gone() {
    let place = Place::rotating_above(1000);
    let settings = Settings { keep: NonZero::new(2), ..place.settings.clone() };
    let mut log = AuditLog::open(settings, None, time(0)).unwrap().log;
    for number in 0..20 {
        log.append(time(number), &record(number)).unwrap();
    }
    both_agree(&place, Some(log.head()));
    assert!(outside(&place, None).0);
    fs::remove_file(&place.files()[0]).unwrap();
    both_agree(&place, Some(log.head()));
    assert!(!outside(&place, None).0);
}

#[test]
fn both_find_a_log_that_was_cut_and_went_on() {
    let place = Place::new();
    let head = place.write(0..5, None);
    let bytes = place.bytes();
    let two = lines(&bytes)[..2].concat();
    place.put(&two);
    let head = place.write(5..7, Some(head));
    both_agree(&place, Some(head));
    assert!(!outside(&place, None).0);
}
