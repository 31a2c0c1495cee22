//! Every step of the disk fails once, in everything the ledger does.

use std::time::{Duration, SystemTime};

use lanyard_ledger::disk::Disk;
use lanyard_ledger::{
    AuditHead, CardSerial, Counter, Finding, Intent, IntentSynced, Ledger, LedgerError, Purpose,
};

use crate::disk::{Fault, SimulatedDisk};

pub(crate) fn card(number: u32) -> CardSerial {
    CardSerial::new(&(number + 1).to_be_bytes()).unwrap()
}

pub(crate) fn open(disk: &SimulatedDisk) -> Ledger {
    let (ledger, findings) = Ledger::open_on(Box::new(disk.clone())).unwrap();
    assert_eq!(findings, []);
    ledger
}

pub(crate) fn begin(
    ledger: &mut Ledger,
    number: u32,
    left: Counter,
) -> Result<IntentSynced, LedgerError> {
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_500);
    let purpose = Purpose::ChangePasscode;
    ledger.begin(Intent { card: card(number), counter_before: left, purpose, at })
}

pub(crate) fn refuse(ledger: &mut Ledger, number: u32, before: u8) {
    let sent = begin(ledger, number, Counter::Left(before)).unwrap().sending();
    ledger.settle(sent.refused(Counter::Left(before - 1))).unwrap();
}

/// Does something on ledgers that have one fault each, a step later each time, until the fault is not met.
fn with_every_fault(act: impl Fn(&SimulatedDisk, Ledger)) -> usize {
    for steps in 0.. {
        let disk = SimulatedDisk::default();
        let mut ledger = open(&disk);
        refuse(&mut ledger, 1, 10);
        disk.fault_after(steps, Fault::Fails);
        act(&disk, ledger);
        if disk.defuse() {
            return steps;
        }
    }
    unreachable!()
}

#[test]
fn no_attempt_begins_when_any_step_fails() {
    let steps = with_every_fault(|disk, mut ledger| {
        let begun = begin(&mut ledger, 1, Counter::Left(9));
        match begun {
            Ok(_) => assert!(ledger.standing(&card(1)).open_intent.is_some()),
            Err(LedgerError::Disk { .. }) => {
                assert_eq!(ledger.standing(&card(1)).open_intent, None);
                assert_eq!(ledger.standing(&card(1)).strikes, 1, "what was known stays known");
                assert!(begin(&mut ledger, 1, Counter::Left(9)).is_ok(), "the disk works again");
                let (again, _) = Ledger::open_on(Box::new(disk.clone())).unwrap();
                assert!(again.standing(&card(1)).open_intent.is_some());
            }
            Err(error) => panic!("{error}"),
        }
    });
    assert_eq!(steps, 3, "two writes and a sync");
}

#[test]
fn a_refusal_that_could_not_be_written_is_known_and_is_written_next() {
    for steps in 0..3 {
        let disk = SimulatedDisk::default();
        let mut ledger = open(&disk);
        refuse(&mut ledger, 1, 10);
        let sent = begin(&mut ledger, 1, Counter::Left(9)).unwrap().sending();
        disk.fault_after(steps, Fault::Fails);
        assert!(matches!(
            ledger.settle(sent.refused(Counter::Left(8))),
            Err(LedgerError::Disk { .. })
        ));
        assert_eq!(ledger.standing(&card(1)).strikes, 2);
        ledger.saw(&card(1), Counter::Left(8)).unwrap();
        drop(ledger);
        disk.power_failed(0);
        let standing = open(&disk).standing(&card(1));
        assert_eq!((standing.strikes, standing.open_intent), (2, None));
    }
}

#[test]
fn a_release_that_fails_releases_nothing() {
    let steps = with_every_fault(|_, mut ledger| match ledger.release(&card(1)) {
        Ok(standing) => assert_eq!(standing.strikes, 0),
        Err(_) => assert_eq!(ledger.standing(&card(1)).strikes, 1),
    });
    assert_eq!(steps, 3);
}

#[test]
fn opening_fails_and_loses_nothing_when_any_step_fails() {
    for steps in 0.. {
        let disk = SimulatedDisk::default();
        refuse(&mut open(&disk), 1, 10);
        disk.fault_after(steps, Fault::Fails);
        let opened = Ledger::open_on(Box::new(disk.clone()));
        if disk.defuse() {
            assert!(opened.is_ok());
            assert_eq!(steps, 4, "read, asked, written, replaced");
            break;
        }
        assert!(opened.is_err());
        assert_eq!(open(&disk).standing(&card(1)).strikes, 1);
    }
}

#[test]
fn the_first_opening_can_be_cut_off_anywhere_and_leaves_no_doubt() {
    for steps in 0..6 {
        for fault in [Fault::Fails, Fault::Dies] {
            let disk = SimulatedDisk::default();
            disk.fault_after(steps, fault);
            let _ = Ledger::open_on(Box::new(disk.clone()));
            disk.power_failed(steps as u64);
            assert!(!open(&disk).doubt());
        }
    }
}

#[test]
fn a_rewrite_can_fail_at_any_step_and_begin_says_so() {
    for steps in 0..2 {
        let disk = SimulatedDisk::default();
        let mut ledger = open(&disk);
        refuse(&mut ledger, 1, 10);
        while disk.file().unwrap().len() < (2 + 2 + 1024) * 128 {
            ledger.put_audit_head(AuditHead { sequence: 1, hash: [0; 32] }).unwrap();
        }
        disk.fault_after(steps, Fault::Fails);
        assert!(begin(&mut ledger, 1, Counter::Left(9)).is_err());
        assert!(!disk.defuse());
        assert!(begin(&mut ledger, 1, Counter::Left(9)).is_ok());
        assert!(disk.file().unwrap().len() < 1000);
    }
}

#[test]
fn a_ledger_of_a_later_format_is_left_alone() {
    let disk = SimulatedDisk::default();
    refuse(&mut open(&disk), 1, 10);
    let mut file = disk.file().unwrap();
    file[..128].copy_from_slice(&later_format());
    let disk = SimulatedDisk::holding(file.clone());
    let opened = Ledger::open_on(Box::new(disk.clone()));
    assert!(matches!(opened, Err(LedgerError::UnknownFormat { format: 2 })));
    assert_eq!((disk.file(), disk.aside().len()), (Some(file), 0));
}

/// A header of format 2, with its checksum.
fn later_format() -> [u8; 128] {
    let mut slot = [0; 128];
    slot[17] = 2;
    slot[18..32].copy_from_slice(b"lanyard ledger");
    let sum = slot[8..].iter().fold(u64::MAX, |sum, byte| {
        (0..8).fold(sum ^ u64::from(*byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ 0xC96C_5795_D787_0F42 } else { sum >> 1 }
        })
    });
    slot[..8].copy_from_slice(&(!sum).to_be_bytes());
    slot
}

#[test]
fn a_ledger_that_is_gone_leaves_doubt_until_it_is_ended() {
    let disk = SimulatedDisk::default();
    Disk::mark_used(&mut disk.clone()).unwrap();
    let (mut ledger, findings) = Ledger::open_on(Box::new(disk.clone())).unwrap();
    assert_eq!(findings, [Finding::Missing]);
    assert!(matches!(
        begin(&mut ledger, 1, Counter::Untold),
        Err(LedgerError::BlockedHere { strikes: 0 })
    ));
    ledger.release(&card(1)).unwrap();
    drop(ledger);
    let mut ledger = open(&disk);
    assert!(begin(&mut ledger, 1, Counter::Untold).is_ok());
    assert!(ledger.standing(&card(2)).doubtful);
    ledger.end_doubt().unwrap();
    drop(ledger);
    assert!(!open(&disk).standing(&card(2)).doubtful);
}
