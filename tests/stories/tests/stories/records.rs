//! Ledger and audit log that cannot be kept: no passcode is sent, the outcome says why, and everything works
//! again as soon as they can be kept, without a new start.

mod small_disk;

use std::{fs, path::Path};

use lanyard_dbus::CardDescription;
use lanyard_stack::Stack;
use lanyard_witness::{Does, text};

use crate::sitting::{RIGHT, Sitting, WRONG};
use small_disk::SmallDisk;

const NO_LEDGER: (&str, &str) = ("failed", "ledger");
const NO_AUDIT_LOG: (&str, &str) = ("failed", "audit-log");

/// More attempts than fill a page of either file.
const MANY: usize = 60;

fn settings(ledger: &Path, audit: &Path) -> String {
    let (ledger, audit) = (ledger.display(), audit.display());
    format!("[ledger]\nfolder = \"{ledger}\"\n[audit]\nfile = \"{audit}/audit.jsonl\"\n")
}

/// A wrong passcode is not sent, for this reason; after `mended` the right one is.
async fn nothing_is_sent(sitting: &mut Sitting, words: (&str, &str), mended: impl FnOnce()) {
    for _ in 0..2 {
        assert_eq!(sitting.enters(Does::types(WRONG)).await.words(), words);
        assert_eq!((sitting.tries(), sitting.published().await), (3, 3));
        let changed = sitting.changes([WRONG, "739150", "739150"]).await;
        assert_eq!((changed.words(), sitting.tries()), (words, 3));
    }
    mended();
    assert_eq!(sitting.enters(Does::types(RIGHT)).await.words(), ("ok", ""));
}

/// Signs in until that does not work any more, for this reason.
async fn signs_in_until(sitting: &mut Sitting, words: (&str, &str)) {
    for _ in 0..MANY {
        if sitting.enters(Does::types(RIGHT)).await.outcome != "ok" {
            break;
        }
    }
    assert_eq!(sitting.enters(Does::types(RIGHT)).await.words(), words);
    assert_eq!(sitting.tries(), 3);
}

#[tokio::test]
async fn the_card_s_serial_is_in_the_audit_log_and_not_in_the_journal() {
    let stack = Stack::start().unwrap();
    let mut sitting = Sitting::on(stack, "nurse", "[log]\nuuids = \"full\"\n").await;
    let card = sitting.witness.cards().await.remove(0);
    let description = sitting.witness.card(card).await.describe().await.unwrap();
    let CardDescription { serial, holder, .. } = CardDescription::from_answer(description).unwrap();
    assert_eq!(sitting.enters(Does::types(RIGHT)).await.outcome, "ok");
    let log = fs::read_to_string(sitting.stack.folder().join("records/audit.jsonl")).unwrap();
    assert!(log.contains(&serial) && log.contains(&holder), "{log}");
    let journal = sitting.daemon.process().stderr();
    assert!(journal.contains(&holder), "{journal}");
    assert!(!journal.to_uppercase().contains(&serial), "{journal}");
}

#[tokio::test]
async fn a_folder_that_is_missing_is_used_as_soon_as_it_is_there() {
    for (missing, there, words) in
        [("ledger", "audit", NO_LEDGER), ("audit", "ledger", NO_AUDIT_LOG)]
    {
        let stack = Stack::start().unwrap();
        let folder = stack.folder().join(missing);
        fs::create_dir(stack.folder().join(there)).unwrap();
        let settings = settings(&stack.folder().join("ledger"), &stack.folder().join("audit"));
        let mut sitting = Sitting::on(stack, "nurse", &settings).await;
        nothing_is_sent(&mut sitting, words, || fs::create_dir(&folder).unwrap()).await;
        let said = sitting.daemon.process().stderr();
        assert!(said.contains("cannot be kept"), "{said}");
    }
}

#[tokio::test]
async fn a_disk_that_is_read_only_is_used_as_soon_as_it_can_be_written() {
    for words in [NO_LEDGER, NO_AUDIT_LOG] {
        let stack = Stack::start().unwrap();
        let disk = SmallDisk::on(&stack);
        let settings = match words {
            NO_LEDGER => settings(disk.path(), stack.folder()),
            _ => settings(stack.folder(), disk.path()),
        };
        assert!(disk.remount(&stack, "ro").run().unwrap().status.success());
        let writable = disk.remount(&stack, "rw");
        let mut sitting = Sitting::on(stack, "nurse", &settings).await;
        let mended = || assert!(writable.run().unwrap().status.success());
        nothing_is_sent(&mut sitting, words, mended).await;
    }
}

#[tokio::test]
async fn a_full_disk_under_the_ledger_keeps_every_try() {
    let stack = Stack::start().unwrap();
    let disk = SmallDisk::on(&stack);
    let settings = settings(disk.path(), stack.folder());
    disk.fill();
    let mut sitting = Sitting::on(stack, "nurse", &settings).await;
    nothing_is_sent(&mut sitting, NO_LEDGER, || disk.clear()).await;

    disk.fill();
    signs_in_until(&mut sitting, NO_LEDGER).await;
    nothing_is_sent(&mut sitting, NO_LEDGER, || disk.clear()).await;
}

#[tokio::test]
async fn a_full_disk_under_the_audit_log_keeps_every_try() {
    let stack = Stack::start().unwrap();
    let disk = SmallDisk::on(&stack);
    let settings = settings(stack.folder(), disk.path());
    disk.fill();
    let mut sitting = Sitting::on(stack, "nurse", &settings).await;
    nothing_is_sent(&mut sitting, NO_AUDIT_LOG, || disk.clear()).await;

    disk.fill();
    signs_in_until(&mut sitting, NO_AUDIT_LOG).await;
    nothing_is_sent(&mut sitting, NO_AUDIT_LOG, || disk.clear()).await;
    let report = lanyard_audit::verify(&[disk.file("audit.jsonl")], None).unwrap();
    assert!(report.is_whole(), "{report:?}");
}

#[tokio::test]
async fn a_damaged_ledger_is_kept_aside_and_leaves_one_try_to_be_agreed_to() {
    let mut sitting = Sitting::with("nurse").await;
    assert_eq!(sitting.enters(Does::types(RIGHT)).await.outcome, "ok");
    sitting.daemon.kill().unwrap();
    let folder = sitting.stack.folder().join("records");
    let mut damaged = fs::read(folder.join("ledger")).unwrap();
    for byte in &mut damaged {
        *byte ^= 0x55;
    }
    fs::write(folder.join("ledger"), &damaged).unwrap();

    sitting.daemon.restart(&sitting.stack).unwrap();
    sitting.witness.register_agent().await;
    assert_eq!(sitting.published().await, 1);
    assert_eq!(fs::read(folder.join("ledger.corrupt-1")).unwrap(), damaged);
    let said = sitting.daemon.process().stderr();
    assert!(said.contains("the ledger was damaged (kept as ledger.corrupt-1)"), "{said}");
    let log = fs::read_to_string(folder.join("audit.jsonl")).unwrap();
    assert!(log.contains("\"event\":\"ledger-set-aside\""), "{log}");

    let kept = sitting.enters(Does::types(RIGHT)).await;
    assert_eq!(kept.words(), ("cancelled", "last-try-not-confirmed"));
    assert_eq!(sitting.enters(Does::types_with_yes(RIGHT)).await.words(), ("ok", ""));
    let properties = sitting.witness.card_in_state("ready").await;
    assert_eq!((text(&properties, "Reason").as_str(), sitting.published().await), ("", 3));
}
