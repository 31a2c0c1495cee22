//! Crashes: whatever was not synced may be gone, torn or zero, and the log goes on.

use lanyard_audit::{Fault, Finding, Head};
use proptest::prelude::*;

use super::{Place, record, time};

/// A log with synced records, and some that are only written: the bytes, how many of them are synced, and
/// the last head that is.
fn half_synced() -> (Place, Vec<u8>, usize, Head) {
    let place = Place::new();
    let head = place.write(0..3, None);
    let synced = place.bytes().len();
    let mut log = place.open(Some(head)).log;
    for number in 3..6 {
        log.append_later(time(number), record(number)).unwrap();
    }
    let bytes = place.bytes();
    (place, bytes, synced, head)
}

/// Starts on what a crash left, records something, and says how many places it closed. The bytes that
/// were there still are.
fn goes_on(place: &Place, left: &[u8], anchor: Option<Head>) -> u64 {
    place.put(left);
    let mut opened = place.open(anchor);
    assert!(opened.findings.iter().all(|it| matches!(it, Finding::TornLineClosed { .. })));
    let head = opened.log.append(time(9), &record(9)).unwrap();
    assert!(place.bytes().starts_with(left));
    let report = place.verify(Some(head));
    assert_eq!(report.broken, None);
    let closed = opened.findings.iter().filter(|it| tells_bytes(it)).count() as u64;
    assert!(report.torn >= closed);
    closed
}

fn tells_bytes(finding: &Finding) -> bool {
    matches!(finding, Finding::TornLineClosed { bytes: 1.., .. })
}

#[test]
fn a_write_torn_at_any_byte_is_closed_and_kept() {
    let (place, bytes, synced, head) = half_synced();
    for length in synced..=bytes.len() {
        for anchor in [Some(head), None] {
            let torn = goes_on(&place, &bytes[..length], anchor);
            let at_a_line_end = bytes[length - 1] == b'\n';
            // Where only the end of the line is missing nothing is torn.
            let all_but_the_end = bytes.get(length) == Some(&b'\n');
            assert_eq!(torn, u64::from(!at_a_line_end && !all_but_the_end), "{length}");
        }
    }
}

#[test]
fn the_first_record_of_all_may_be_torn() {
    let (place, bytes, ..) = half_synced();
    for length in 0..300 {
        goes_on(&place, &bytes[..length], None);
    }
}

#[test]
fn a_crash_while_closing_is_closed_too() {
    let (place, bytes, synced, head) = half_synced();
    let left = &bytes[..synced + 100];
    goes_on(&place, left, Some(head));
    let closed = place.bytes();
    for length in left.len()..closed.len() {
        goes_on(&place, &closed[..length], Some(head));
    }
}

#[test]
fn records_that_were_written_but_not_known_to_be_synced_are_told() {
    let (place, bytes, _, head) = half_synced();
    place.put(&bytes);
    assert_eq!(place.open(Some(head)).beyond, 3);
    assert_eq!(place.open(None).beyond, 0);
}

#[test]
fn a_torn_line_longer_than_a_record_is_closed() {
    let (place, bytes, synced, head) = half_synced();
    for ending in ["", "\n"] {
        let left = [&bytes[..synced], &vec![0; 400_000], ending.as_bytes()].concat();
        assert_eq!(goes_on(&place, &left, Some(head)), 1);
        assert_eq!(goes_on(&place, &left, None), 1);
    }
}

#[test]
fn unsynced_records_after_bytes_that_are_no_record_are_closed_with_them() {
    let (place, bytes, synced, head) = half_synced();
    let left = [&bytes[..synced], b"\0\0\n", &bytes[synced..]].concat();
    assert_eq!(goes_on(&place, &left, Some(head)), 1);
}

#[test]
fn the_bytes_that_a_mark_closes_cannot_be_changed_any_more() {
    let (place, bytes, synced, head) = half_synced();
    let left = &bytes[..synced + 100];
    goes_on(&place, left, Some(head));
    let closed = place.bytes();
    for at in synced..=synced + 101 {
        let mut changed = closed.clone();
        changed[at] ^= 1;
        place.put(&changed);
        assert_eq!(place.broken_at(None), Some((4, 4)), "{at}");
    }
    // Nor taken away.
    place.put(&[&closed[..synced], &closed[synced + 102..]].concat());
    let broken = place.verify(None).broken.unwrap();
    assert_eq!((broken.place.line, broken.fault), (4, Fault::TornBytesMissing { bytes: 102 }));
}

proptest! {
    /// Pages reach the disk in any order: any part of what was not synced may be zeros.
    #[test]
    fn unsynced_bytes_that_are_zero_are_closed(
        from: prop::sample::Index, to: prop::sample::Index, end: prop::sample::Index,
    ) {
        let (place, bytes, synced, head) = half_synced();
        let unsynced = bytes.len() - synced;
        let (a, b) = (synced + from.index(unsynced), synced + to.index(unsynced + 1));
        let mut left = bytes[..synced + end.index(unsynced + 1)].to_vec();
        for at in a.min(b)..a.max(b).min(left.len()) {
            left[at] = 0;
        }
        goes_on(&place, &left, Some(head));
    }
}
