//! Attempts one after another: what is remembered of them, what they cost, and how many there may be.

use std::time::{Duration, SystemTime};

use lanyard_ledger::{
    AuditHead, CardSerial, Counter, LedgerError, MOST_CARDS, OpenIntent, Purpose,
};

use crate::disk::SimulatedDisk;
use crate::steps::{begin, card, open, refuse};

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
fn a_late_settlement_leaves_the_next_attempt_open() {
    let disk = SimulatedDisk::default();
    let mut ledger = open(&disk);
    let late = begin(&mut ledger, 1, Counter::Left(9)).unwrap().sending();
    drop(ledger);
    let mut ledger = open(&disk);
    let _next = begin(&mut ledger, 1, Counter::Left(9)).unwrap();
    assert!(matches!(ledger.settle(late.accepted()), Err(LedgerError::SettledAlready)));
    assert!(ledger.standing(&card(1)).open_intent.is_some());
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
