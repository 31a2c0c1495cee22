//! Every step of the disk fails once, in everything the ledger does; and what each act costs.

use std::time::{Duration, SystemTime};

use lanyard_ledger::disk::Disk;
use lanyard_ledger::{
    AuditHead, CardSerial, Counter, Finding, Intent, IntentSynced, Ledger, LedgerError, MOST_CARDS,
    OpenIntent, Purpose,
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
        ledger.put_audit_head(AuditHead { sequence: 1, hash: [1; 32] }).unwrap();
        drop(ledger);
        disk.power_failed(0);
        assert_eq!(open(&disk).standing(&card(1)).strikes, 2);
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
fn an_attempt_costs_two_syncs_and_an_unchanged_card_none() {
    let disk = SimulatedDisk::default();
    let mut ledger = open(&disk);
    ledger.saw(&card(1), Counter::Left(3)).unwrap();
    let before = disk.syncs();
    ledger.saw(&card(1), Counter::Left(3)).unwrap();
    ledger.saw(&card(2), Counter::Untold).unwrap();
    assert_eq!(disk.syncs(), before);
    let sent = begin(&mut ledger, 1, Counter::Left(3)).unwrap().sending();
    assert_eq!(disk.syncs(), before + 1);
    ledger.settle(sent.accepted()).unwrap();
    ledger.saw(&card(1), Counter::Left(3)).unwrap();
    assert_eq!(disk.syncs(), before + 2);
}

#[test]
fn an_attempt_is_remembered_with_its_purpose_and_second() {
    let disk = SimulatedDisk::default();
    let mut ledger = open(&disk);
    let synced = begin(&mut ledger, 1, Counter::Left(3)).unwrap();
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let open_intent = Some(OpenIntent { purpose: Purpose::ChangePasscode, at });
    assert_eq!(ledger.standing(&card(1)).open_intent, open_intent);
    assert_eq!((synced.card(), synced.purpose()), (&card(1), Purpose::ChangePasscode));
    drop(ledger);
    assert_eq!(open(&disk).standing(&card(1)).open_intent, open_intent);
}

#[test]
fn one_attempt_at_a_card_is_made_at_a_time() {
    let mut ledger = open(&SimulatedDisk::default());
    let synced = begin(&mut ledger, 1, Counter::Untold).unwrap();
    assert!(matches!(begin(&mut ledger, 1, Counter::Untold), Err(LedgerError::AttemptUnderWay)));
    assert!(matches!(ledger.saw(&card(1), Counter::Untold), Err(LedgerError::AttemptUnderWay)));
    assert!(matches!(ledger.release(&card(1)), Err(LedgerError::AttemptUnderWay)));
    assert!(begin(&mut ledger, 2, Counter::Untold).is_ok(), "another card is free");
    drop(synced);
    assert_eq!(ledger.saw(&card(1), Counter::Untold).unwrap().strikes, 1, "as after a crash");
}

#[test]
fn an_attempt_can_be_settled_in_the_ledger_opened_anew_unless_the_card_was_read() {
    let disk = SimulatedDisk::default();
    let mut ledger = open(&disk);
    let [first, second] = [1, 2].map(|number| begin(&mut ledger, number, Counter::Untold).unwrap());
    drop(ledger);
    let mut ledger = open(&disk);
    assert_eq!(ledger.settle(first.sending().refused(Counter::Left(4))).unwrap().strikes, 1);
    ledger.saw(&card(2), Counter::Untold).unwrap();
    let late = ledger.settle(second.sending().accepted());
    assert!(matches!(late, Err(LedgerError::SettledAlready)));
    assert_eq!(ledger.standing(&card(2)).strikes, 1);
}

#[test]
fn what_was_not_judged_counts_if_the_card_counted_it() {
    for (after, strikes) in [(Counter::Left(5), 0), (Counter::Left(4), 1), (Counter::Untold, 1)] {
        let mut ledger = open(&SimulatedDisk::default());
        let sent = begin(&mut ledger, 1, Counter::Left(5)).unwrap().sending();
        assert_eq!(ledger.settle(sent.not_judged(after)).unwrap().strikes, strikes);
    }
}

#[test]
fn an_entry_ended_at_the_pin_pad_costs_nothing() {
    let mut ledger = open(&SimulatedDisk::default());
    for _ in 0..10 {
        let sent = begin(&mut ledger, 1, Counter::Untold).unwrap().sending();
        assert_eq!(ledger.settle(sent.ended_at_pin_pad()).unwrap().strikes, 0);
    }
}

#[test]
fn tries_left_are_the_fewest_that_anybody_allows() {
    let mut ledger = open(&SimulatedDisk::default());
    assert_eq!(ledger.saw(&card(1), Counter::Left(10)).unwrap().tries_left, 3);
    assert_eq!(ledger.saw(&card(1), Counter::Left(9)).unwrap().tries_left, 2);
    assert_eq!(ledger.saw(&card(2), Counter::Left(1)).unwrap().tries_left, 1);
    assert_eq!(ledger.saw(&card(3), Counter::Blocked).unwrap().tries_left, 0);
    assert_eq!(ledger.saw(&card(4), Counter::Untold).unwrap().tries_left, 3);
    assert!(matches!(begin(&mut ledger, 3, Counter::Left(0)), Err(LedgerError::BlockedByCard)));
}

#[test]
fn the_head_of_the_audit_log_survives() {
    let disk = SimulatedDisk::default();
    let mut ledger = open(&disk);
    assert_eq!(ledger.audit_head(), None);
    let head = AuditHead { sequence: 41, hash: [9; 32] };
    ledger.put_audit_head(AuditHead { sequence: 40, hash: [8; 32] }).unwrap();
    ledger.put_audit_head(head).unwrap();
    refuse(&mut ledger, 1, 3);
    drop(ledger);
    disk.power_failed(0);
    assert_eq!(open(&disk).audit_head(), Some(head));
}

#[test]
fn a_hundred_thousand_attempts_stay_in_a_small_file() {
    let disk = SimulatedDisk::default();
    let mut ledger = open(&disk);
    let mut largest = 0;
    for number in 0..100_000 {
        let sent = begin(&mut ledger, number % 20, Counter::Left(3)).unwrap().sending();
        ledger.settle(sent.accepted()).unwrap();
        largest = largest.max(if number % 50 == 0 { disk.file().unwrap().len() } else { 0 });
    }
    assert!(largest <= (2 + 2 * 20 + 1024) * 128, "{largest}");
    println!("largest file {largest} bytes");
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
fn cards_with_nothing_against_them_are_forgotten_before_others() {
    let disk = SimulatedDisk::default();
    let mut ledger = open(&disk);
    refuse(&mut ledger, 0, 10);
    let many = u32::try_from(MOST_CARDS).unwrap();
    for number in 1..=many {
        ledger.saw(&card(number), Counter::Left(3)).unwrap();
    }
    assert_eq!(ledger.standing(&card(0)).strikes, 1);
    assert_eq!(ledger.standing(&card(1)).last_counter, Counter::Untold);
    assert_eq!(ledger.standing(&card(many)).last_counter, Counter::Left(3));
    drop(ledger);
    assert_eq!(open(&disk).standing(&card(0)).strikes, 1);
}

#[test]
fn strikes_are_never_forgotten_for_want_of_room() {
    let mut ledger = open(&SimulatedDisk::default());
    let many = u32::try_from(MOST_CARDS).unwrap();
    for number in 0..many {
        refuse(&mut ledger, number, 10);
    }
    let one_more = begin(&mut ledger, many, Counter::Left(10));
    assert!(matches!(one_more, Err(LedgerError::TooManyCards)));
    refuse(&mut ledger, 5, 9);
}

#[test]
fn a_number_that_has_no_room_begins_nothing() {
    let mut ledger = open(&SimulatedDisk::default());
    let long = CardSerial::new(&[1; 65]).unwrap();
    let saw = ledger.saw(&long, Counter::Left(3));
    assert!(matches!(saw, Err(LedgerError::SerialTooLong { length: 65 })));
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
