//! Files that are damaged in every way: nothing panics, nothing is forgotten silently.

use lanyard_ledger::{Counter, Finding, Ledger, Standing};
use proptest::prelude::*;

use crate::disk::SimulatedDisk;
use crate::steps::{begin, card, open, refuse};

/// Cards of the specimen: two strikes, blocked, clean, open attempt on a card that tells, and on one that
/// does not.
const CARDS: u32 = 5;

fn specimen() -> (Vec<u8>, Vec<Standing>) {
    let disk = SimulatedDisk::default();
    let mut ledger = open(&disk);
    refuse(&mut ledger, 0, 10);
    refuse(&mut ledger, 1, 10);
    ledger.saw(&card(2), Counter::Left(3)).unwrap();
    refuse(&mut ledger, 1, 9);
    refuse(&mut ledger, 1, 8);
    drop(begin(&mut ledger, 3, Counter::Left(5)).unwrap());
    refuse(&mut ledger, 0, 9);
    drop(begin(&mut ledger, 4, Counter::Untold).unwrap());
    let standings = (0..CARDS).map(|number| ledger.standing(&card(number))).collect();
    (disk.file().unwrap(), standings)
}

/// Opens a damaged specimen: each card stands as it did, or is doubtful and the file is kept.
fn judge(damaged: &[u8], known: &[Standing]) {
    let disk = SimulatedDisk::holding(damaged.to_vec());
    let (mut ledger, findings) = Ledger::open_on(Box::new(disk.clone())).unwrap();
    let doubt = matches!(*findings, [Finding::Damaged { .. }]);
    assert_eq!(ledger.doubt(), doubt, "{findings:?}");
    for (number, known) in (0..).zip(known) {
        let standing = ledger.standing(&card(number));
        if !doubt {
            assert_eq!(standing, *known);
        }
        assert!(doubt == standing.doubtful && (!doubt || standing.blocked_here));
        let read = ledger.saw(&card(number), known.last_counter).unwrap();
        assert!(read.strikes >= known.strikes.min(2));
    }
    match &*findings {
        [] => assert_eq!(damaged, specimen().0),
        [Finding::TailClosed] => assert!(disk.aside().is_empty()),
        [Finding::Damaged { .. } | Finding::Overgrown { .. }] => {
            assert_eq!(disk.aside(), [damaged.to_vec()]);
        }
        other => panic!("{other:?}"),
    }
    drop(ledger);
    assert_eq!(open(&disk).doubt(), doubt, "doubt outlives a restart, and all else is right now");
}

#[test]
fn any_byte_flipped_is_healed_or_doubted() {
    let (file, known) = specimen();
    for at in 0..file.len() {
        for flip in [1, 0x80, 0xFF] {
            let mut damaged = file.clone();
            damaged[at] ^= flip;
            judge(&damaged, &known);
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_healed_or_doubted() {
    let (file, known) = specimen();
    for length in 0..=file.len() {
        judge(&file[..length], &known);
    }
}

#[test]
fn a_record_lost_at_the_end_is_found_in_its_twin() {
    let (file, known) = specimen();
    let disk = SimulatedDisk::holding(file[..file.len() - 128].to_vec());
    let (ledger, findings) = Ledger::open_on(Box::new(disk)).unwrap();
    assert_eq!(findings, [Finding::TailClosed]);
    assert_eq!(ledger.standing(&card(4)), known[4]);
}

#[test]
fn a_record_damaged_in_the_middle_makes_every_card_doubtful() {
    let (mut file, _) = specimen();
    file[4 * 128 + 20] ^= 1;
    let disk = SimulatedDisk::holding(file);
    let (mut ledger, findings) = Ledger::open_on(Box::new(disk)).unwrap();
    assert_eq!(findings, [Finding::Damaged { kept_as: "aside-1".into() }]);
    assert_eq!(ledger.standing(&card(1)).strikes, 3, "later records of a card are taken over");
    assert!(begin(&mut ledger, 4, Counter::Untold).is_err());
    assert!(begin(&mut ledger, 77, Counter::Untold).is_err(), "nobody knows what was lost");
    assert!(begin(&mut ledger, 1, Counter::Left(7)).is_err());
    refuse(&mut ledger, 78, 10);
    assert!(ledger.standing(&card(78)).blocked_here, "a card that tells has one try");
    let sent = begin(&mut ledger, 79, Counter::Left(10)).unwrap().sending();
    assert_eq!(ledger.settle(sent.accepted()).unwrap().tries_left, 3, "right, and all is well");
}

#[test]
fn slots_put_in_another_order_are_doubted() {
    let (file, known) = specimen();
    for slot in 2..file.len() / 128 - 1 {
        let mut damaged = file.clone();
        damaged[slot * 128..(slot + 2) * 128].rotate_left(128);
        judge(&damaged, &known);
    }
}

proptest! {
    #[test]
    fn anything_appended_is_cut_off(rubbish in prop::collection::vec(any::<u8>(), 1..1000)) {
        let (file, known) = specimen();
        judge(&[file, rubbish].concat(), &known);
    }

    #[test]
    fn any_stretch_overwritten_is_healed_or_doubted(
        at: prop::sample::Index, rubbish in prop::collection::vec(any::<u8>(), 1..600),
    ) {
        let (mut file, known) = specimen();
        let at = at.index(file.len());
        let end = file.len().min(at + rubbish.len());
        let written = end - at;
        if file[at..end] != rubbish[..written] {
            file[at..end].copy_from_slice(&rubbish[..written]);
            let disk = SimulatedDisk::holding(file);
            let (mut ledger, findings) = Ledger::open_on(Box::new(disk)).unwrap();
            prop_assert_eq!(findings.len(), 1);
            for (number, known) in (0..).zip(known) {
                let standing = ledger.standing(&card(number));
                prop_assert!(standing.doubtful || standing.strikes >= known.strikes);
                let read = ledger.saw(&card(number), known.last_counter).unwrap();
                prop_assert!(read.strikes >= known.strikes.min(2));
            }
        }
    }

    #[test]
    fn any_file_is_opened_or_refused(file in prop::collection::vec(any::<u8>(), 0..2000)) {
        let disk = SimulatedDisk::holding(file);
        if let Ok((ledger, findings)) = Ledger::open_on(Box::new(disk)) {
            prop_assert!(ledger.doubt());
            let damaged = matches!(*findings, [Finding::Damaged { .. }]);
            prop_assert!(damaged);
        }
    }
}

#[test]
fn a_huge_file_is_read_only_as_far_as_a_ledger_can_reach() {
    let (mut file, known) = specimen();
    file.resize(64 << 20, 0);
    judge(&file, &known);
}
