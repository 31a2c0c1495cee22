//! Whatever is changed in a log is found, and the first place is named.

use lanyard_audit::{Anchor, Fault, Head};
use proptest::prelude::*;

use super::{Place, line_ends, lines, record, time};

const RECORDS: u64 = 6;

fn log() -> (Place, Head, Vec<u8>) {
    let place = Place::new();
    let head = place.write(0..RECORDS, None);
    let bytes = place.bytes();
    (place, head, bytes)
}

#[test]
fn a_log_that_nobody_changed_is_whole() {
    let (place, head, _) = log();
    let report = place.verify(Some(head));
    assert!(report.is_whole());
    assert_eq!((report.records, report.first, report.last), (RECORDS, Some(1), head));
    assert_eq!((report.anchor, report.torn, report.files), (Anchor::Found, 0, 1));
    assert_eq!(report.clock_set_back, None);
}

#[test]
fn every_byte_changed_in_every_way_that_flips_one_bit_is_found_at_its_record() {
    let (place, _, bytes) = log();
    let mut at = 0;
    for (line, text) in (1..).zip(lines(&bytes)) {
        for _ in text {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                place.put(&changed);
                assert_eq!(place.broken_at(None), Some((line, line)), "byte {at}, bit {bit}");
            }
            at += 1;
        }
    }
}

#[test]
fn a_log_cut_at_any_byte_is_found_at_the_cut() {
    let (place, head, bytes) = log();
    for length in 0..bytes.len() {
        place.put(&bytes[..length]);
        let whole_lines = line_ends(&bytes[..length]);
        let report = place.verify(Some(head));
        let broken = report.broken.unwrap();
        assert_eq!(broken.place.line, whole_lines + 1, "{length}");
        assert_eq!(broken.place.sequence, whole_lines + 1, "{length}");
        let at_a_line_end = length == 0 || bytes[length - 1] == b'\n';
        let fault = if at_a_line_end { Fault::Cut { expected: head } } else { Fault::Unfinished };
        assert_eq!((broken.fault, report.anchor), (fault, Anchor::Missing));
    }
}

#[test]
fn a_record_exchanged_for_another_with_its_right_hash_is_found() {
    let (place, head, bytes) = log();
    let other = Place::new();
    other.write(0..2, None);
    let mut log = other.open(None).log;
    for number in [77, 3, 4, 5] {
        log.append(time(number), &record(number)).unwrap();
    }
    let others = other.bytes();
    // All of it written anew from record 3 on: the chain holds, the head does not.
    place.put(&others);
    let report = place.verify(Some(head));
    let broken = report.broken.unwrap();
    assert_eq!(broken.fault, Fault::Rewritten { expected: head });
    assert_eq!((broken.place.sequence, report.anchor), (RECORDS, Anchor::Missing));
    assert!(place.verify(None).is_whole());
    // Only record 3: the next does not follow from it.
    let mut mixed = lines(&bytes);
    mixed[2] = lines(&others)[2];
    place.put(&mixed.concat());
    let broken = place.verify(Some(head)).broken.unwrap();
    assert_eq!((broken.place.line, broken.fault), (4, Fault::WrongPrevious));
}

#[test]
fn a_line_of_16_mebibytes_is_named_and_the_rest_is_read() {
    let (place, head, bytes) = log();
    let mut all = lines(&bytes);
    let long = [vec![b'x'; 16 << 20], vec![b'\n']].concat();
    all.insert(3, &long);
    place.put(&all.concat());
    let report = place.verify(Some(head));
    let broken = report.broken.unwrap();
    assert_eq!(broken.place.line, 4);
    assert_eq!(broken.fault, Fault::TooLong { bytes: (16 << 20) + 1 });
    assert_eq!((report.records, report.anchor), (RECORDS, Anchor::Found));
}

#[test]
fn a_clock_that_was_set_back_is_told_and_breaks_nothing() {
    let place = Place::new();
    let mut log = place.open(None).log;
    for second in [5, 5, 3, 1] {
        log.append(time(second), &record(second)).unwrap();
    }
    let report = place.verify(Some(log.head()));
    assert!(report.is_whole());
    assert_eq!(report.clock_set_back.unwrap().line, 3);
}

/// Lines taken out, moved or doubled.
fn rearranged() -> impl Strategy<Value = Vec<usize>> {
    let number = || 0..usize::try_from(RECORDS).unwrap();
    let edit = prop_oneof![
        number().prop_map(|at| (at, at, 0)),
        (number(), number()).prop_map(|(a, b)| (a, b, 1)),
        (number(), number()).prop_map(|(a, b)| (a, b, 2)),
    ];
    prop::collection::vec(edit, 1..4).prop_map(move |edits| {
        let mut order: Vec<usize> = number().collect();
        for (a, b, kind) in edits {
            let (a, b) = (a % order.len(), b % order.len());
            match kind {
                0 if order.len() > 1 => drop(order.remove(a)),
                1 => order.swap(a, b),
                _ => {
                    let doubled = order.get(a).copied().unwrap();
                    order.insert(b, doubled);
                }
            }
        }
        order
    })
}

proptest! {
    #[test]
    fn any_byte_changed_to_any_other_is_found_at_its_record(at: prop::sample::Index, new: u8) {
        let (place, _, mut bytes) = log();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != new);
        let line = 1 + line_ends(&bytes[..at]);
        bytes[at] = new;
        place.put(&bytes);
        prop_assert_eq!(place.broken_at(None), Some((line, line)));
    }

    #[test]
    fn lines_deleted_moved_or_doubled_are_found_where_the_order_ends(order in rearranged()) {
        let (place, head, bytes) = log();
        let all = lines(&bytes);
        let changed: Vec<&[u8]> = order.iter().map(|line| all[*line]).collect();
        place.put(&changed.concat());
        let in_order = order.iter().enumerate().take_while(|(at, line)| at == *line).count();
        let expected = (in_order as u64 + 1, in_order as u64 + 1);
        if order.iter().copied().eq(0..all.len()) {
            prop_assert_eq!(place.broken_at(Some(head)), None);
        } else {
            prop_assert_eq!(place.broken_at(Some(head)), Some(expected));
        }
    }
}
