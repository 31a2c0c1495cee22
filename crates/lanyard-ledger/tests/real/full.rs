//! A full and a read-only file system: a small tmpfs in a mount namespace, seen by this test run once more.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use lanyard_ledger::{
    CardSerial, Counter, Intent, IntentSynced, Ledger, LedgerError, Purpose, Step,
};

/// Tells the run inside where its file system is.
const INSIDE: &str = "LANYARD_LEDGER_TMPFS";

fn begin(ledger: &mut Ledger) -> Result<IntentSynced, LedgerError> {
    ledger.begin(Intent {
        card: CardSerial::new(&[7; 16]).unwrap(),
        counter_before: Counter::Left(10),
        purpose: Purpose::SignIn,
        at: SystemTime::UNIX_EPOCH,
    })
}

/// Runs a test of this file again, in a namespace where a tmpfs of 64 KiB is mounted.
fn on_a_small_disk(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-ec"])
        .arg("mount -t tmpfs -o size=64k none \"$0\"; exec \"$@\"")
        .args([folder.path(), &std::env::current_exe().unwrap()])
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, folder.path())
        .status()
        .unwrap();
    assert!(status.success());
}

/// Fills the file system to its last byte.
fn fill(folder: &Path) {
    for size in [4096, 1] {
        let mut number = 0;
        while fs::write(folder.join(format!("filler-{size}-{number}")), vec![1; size]).is_ok() {
            number += 1;
        }
    }
}

fn empty(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains("filler") {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn a_full_disk_lets_no_attempt_begin_and_recovers() {
    let Some(folder) = std::env::var_os(INSIDE) else {
        return on_a_small_disk("full::a_full_disk_lets_no_attempt_begin_and_recovers");
    };
    let folder = Path::new(&folder);
    let (mut ledger, _) = Ledger::open(folder).unwrap();
    let card = CardSerial::new(&[7; 16]).unwrap();
    let sent = begin(&mut ledger).unwrap().sending();
    ledger.settle(sent.refused(Counter::Left(9))).unwrap();
    ledger.saw(&card, Counter::Left(10)).unwrap();
    let sent = begin(&mut ledger).unwrap().sending();
    ledger.settle(sent.refused(Counter::Untold)).unwrap();
    fill(folder);
    // Room in the last page of the file is used up first.
    let refused = (0..64).find_map(|_| begin(&mut ledger).err()).expect("the disk is full");
    assert!(matches!(&refused, LedgerError::Disk { step: Step::Write, source }
        if source.kind() == std::io::ErrorKind::StorageFull));
    assert!(matches!(begin(&mut ledger), Err(LedgerError::Disk { step: Step::Rewrite, .. })));
    assert_eq!(ledger.standing(&card).strikes, 1, "what was known stays known");
    drop(ledger);
    assert!(matches!(Ledger::open(folder), Err(LedgerError::Disk { step: Step::Rewrite, .. })));
    empty(folder);
    let (mut ledger, _) = Ledger::open(folder).unwrap();
    assert_eq!(ledger.standing(&card).strikes, 1);
    assert!(begin(&mut ledger).is_ok());
}

#[test]
fn a_read_only_disk_lets_no_attempt_begin() {
    let Some(folder) = std::env::var_os(INSIDE) else {
        return on_a_small_disk("full::a_read_only_disk_lets_no_attempt_begin");
    };
    let folder = Path::new(&folder);
    drop(Ledger::open(folder).unwrap());
    let remount = ["-o", "remount,ro", &folder.to_string_lossy()].map(str::to_owned);
    assert!(Command::new("mount").args(remount).status().unwrap().success());
    let opened = Ledger::open(folder);
    assert!(matches!(opened, Err(LedgerError::Disk { step: Step::Open, source })
        if source.kind() == std::io::ErrorKind::ReadOnlyFilesystem));
}
