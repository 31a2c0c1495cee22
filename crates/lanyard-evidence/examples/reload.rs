//! Measures how a list of a million entries is replaced in its folder while certificates are judged: how
//! long until it counts, and how long the slowest judgement took meanwhile.
//!
//! `cargo run --release -p lanyard-evidence --example reload`

#![expect(clippy::print_stdout, reason = "figures are what it is for")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use std::{fs, thread};

use lanyard_evidence::{Clock, Evidence, Fetching, Folders, News, Presented, Settings};
use lanyard_test_pki::{CertificateDraft, EntryDraft, Key, ListDraft, der, extension};
use lanyard_trust::UnixTime;

/// 1 September 2026.
const TODAY: UnixTime = UnixTime(1_788_220_800);

const ENTRIES: u32 = 1_000_000;

/// Of four bytes, as all that follow.
const FIRST: u32 = 0x1000_0000;

/// How long one step may take at most.
const LONG: Duration = Duration::from_secs(60);

struct Today;

impl Clock for Today {
    fn wall(&self) -> UnixTime {
        TODAY
    }

    fn steady(&self) -> Instant {
        now()
    }
}

#[expect(clippy::disallowed_methods, reason = "this measures")]
fn now() -> Instant {
    Instant::now()
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (anchors, lists) = (folder.path().join("anchors"), folder.path().join("lists"));
    fs::create_dir(&anchors).unwrap();
    fs::create_dir(&lists).unwrap();
    let (root_key, holder_key) = (Key::p256(), Key::p256());
    let root = CertificateDraft::authority("Root", "Root", &root_key, 1).signed(&root_key);
    fs::write(anchors.join("root.der"), root).unwrap();
    let (subject, issuer) = (der::holder("999900000102"), der::authority("Root"));
    let mut holder = CertificateDraft::new(subject, issuer, &holder_key, 7);
    holder.extensions = vec![extension::key_usage(extension::DIGITAL_SIGNATURE)];
    let holder = holder.signed(&root_key);
    write_list(&lists, &root_key, ENTRIES);

    let mut folders = Folders::new(anchors);
    folders.lists = Some(lists.clone());
    let settings = Settings { folders, fetching: Fetching::default() };
    let (tell, news) = mpsc::channel();
    let begun = now();
    let evidence =
        Evidence::new(settings, Arc::new(Today), move |item| _ = tell.send(item)).unwrap();
    println!("start with {ENTRIES} entries: {:?}", begun.elapsed());
    assert_eq!(evidence.problems(), []);
    replace_while_judging(&evidence, &holder, &news, || write_list(&lists, &root_key, ENTRIES + 1));
}

fn replace_while_judging(
    evidence: &Evidence,
    holder: &[u8],
    news: &mpsc::Receiver<News>,
    replace: impl FnOnce(),
) {
    let (first, done) = (evidence.stamp(), AtomicBool::new(false));
    while news.try_recv().is_ok() {}
    thread::scope(|scope| {
        let judging = scope.spawn(|| {
            let (mut slowest, mut count) = (Duration::ZERO, 0);
            while !done.load(Ordering::Relaxed) {
                let begun = now();
                let rules = lanyard_trust::Settings::default();
                let judged = evidence.judge(Presented::alone(holder), &rules, TODAY);
                assert!(judged.judgement.trusted().is_some(), "there is never a gap");
                slowest = slowest.max(begun.elapsed());
                count += 1;
            }
            (slowest, count)
        });
        replace();
        let begun = now();
        while evidence.stamp() == first {
            let _changed = news.recv_timeout(LONG).unwrap();
        }
        println!("from the rename until it counts: {:?}", begun.elapsed());
        done.store(true, Ordering::Relaxed);
        let (slowest, count) = judging.join().unwrap();
        println!("{count} judgements meanwhile, the slowest {slowest:?}");
    });
}

fn write_list(folder: &Path, key: &Key, entries: u32) {
    let serials = (FIRST..FIRST + entries).map(u32::to_be_bytes);
    let entries = serials.map(|serial| EntryDraft::new(&serial)).collect();
    let list = ListDraft { entries, ..ListDraft::new(der::authority("Root")) }.signed(key);
    fs::write(folder.join(".new"), list).unwrap();
    fs::rename(folder.join(".new"), folder.join("root.crl")).unwrap();
}
