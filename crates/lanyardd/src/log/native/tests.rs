//! A stand-in for the journal: a datagram socket at a path of the test's own.

use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex},
};

use tempfile::TempDir;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;
use crate::clock::now;

type Fields = BTreeMap<String, String>;

/// A journal, and what was said where it could not be reached.
struct Scene {
    folder: TempDir,
    aside: Arc<Mutex<Vec<String>>>,
    logs: tracing::Dispatch,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let aside = Arc::new(Mutex::new(Vec::new()));
        let said = Arc::clone(&aside);
        let native = Native::with_aside(folder.path().join("socket"), move |entry: &Entry| {
            said.lock().unwrap().push(format!("<{}>{}", entry.priority, entry.message));
        });
        let logs = tracing::Dispatch::new(tracing_subscriber::registry().with(native));
        Self { folder, aside, logs }
    }

    fn journal(&self) -> UnixDatagram {
        let path = self.folder.path().join("socket");
        let _ = fs::remove_file(&path);
        let journal = UnixDatagram::bind(path).unwrap();
        journal.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        journal
    }

    fn says(&self, what: impl FnOnce()) {
        tracing::dispatcher::with_default(&self.logs, what);
    }

    fn aside(&self) -> Vec<String> {
        self.aside.lock().unwrap().clone()
    }
}

/// Reads an entry as the protocol has it: fields in lines, values of several lines after their length.
fn entry(journal: &UnixDatagram) -> Fields {
    let mut datagram = vec![0; 1 << 18];
    let length = journal.recv(&mut datagram).unwrap();
    let mut rest = &datagram[..length];
    let mut fields = Fields::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').expect("a field ends its line");
        let (line, after) = (String::from_utf8(rest[..end].to_vec()).unwrap(), &rest[end + 1..]);
        let (name, value) = line.split_once('=').expect("no value of ours has several lines");
        let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        assert!(name.len() <= 64 && name.chars().all(is_name), "{name:?} is no field's name");
        assert_eq!(fields.insert(name.to_owned(), value.to_owned()), None, "{name} is there twice");
        rest = after;
    }
    fields
}

#[test]
fn an_event_is_one_entry_with_its_fields_and_a_sentence() {
    let scene = Scene::new();
    let journal = scene.journal();
    scene.says(|| {
        let (reader, none) = ("Virtual PCD 00 00", None::<u8>);
        tracing::info!(outcome = "ok", reader, tries_left = 3, none, "request completed");
    });
    let entry = entry(&journal);
    let says = |field: &str, value: &str| {
        assert_eq!(entry.get(field).map(String::as_str), Some(value), "{entry:?}");
    };
    says("LANYARD_OUTCOME", "ok");
    says("LANYARD_READER", "Virtual PCD 00 00");
    says("LANYARD_TRIES_LEFT", "3");
    says("PRIORITY", "6");
    says("SYSLOG_IDENTIFIER", "lanyardd");
    says("TARGET", module_path!());
    let sentence = "request completed outcome=ok reader=\"Virtual PCD 00 00\" tries_left=3";
    says("MESSAGE", sentence);
    assert!(entry["CODE_FILE"].ends_with("tests.rs"), "{entry:?}");
    assert!(entry["CODE_LINE"].parse::<u32>().is_ok(), "{entry:?}");
    assert!(!entry.contains_key("LANYARD_NONE"), "{entry:?}");
}

#[test]
fn levels_are_the_priorities_of_syslog() {
    let scene = Scene::new();
    let journal = scene.journal();
    scene.says(|| {
        tracing::error!("1");
        tracing::warn!("2");
        tracing::info!("3");
        tracing::debug!("4");
        tracing::trace!("5");
    });
    let priorities: Vec<_> = (0..5).map(|_| entry(&journal)["PRIORITY"].clone()).collect();
    assert_eq!(priorities, ["3", "4", "6", "7", "7"]);
}

#[test]
fn a_value_of_several_lines_forges_no_field() {
    let scene = Scene::new();
    let journal = scene.journal();
    let name = "Reader\nLANYARD_OUTCOME=ok\u{1b}[31m";
    scene.says(|| tracing::info!(name, "reader arrived"));
    let entry = entry(&journal);
    assert_eq!(entry["LANYARD_NAME"], "Reader\\nLANYARD_OUTCOME=ok\\u{1b}[31m");
    assert!(!entry.contains_key("LANYARD_OUTCOME"), "{entry:?}");
}

#[test]
fn an_endless_value_is_cut_so_that_every_entry_is_one_datagram() {
    let scene = Scene::new();
    let journal = scene.journal();
    let endless = "ä".repeat(1 << 20);
    scene.says(|| tracing::info!(endless, "{endless}"));
    assert!(entry(&journal)["LANYARD_ENDLESS"].chars().count() <= 1024);
}

#[test]
fn a_journal_that_is_not_there_is_stood_in_for_by_standard_error_until_it_is() {
    let scene = Scene::new();
    scene.says(|| tracing::warn!(reader = 1, "nobody listens"));
    assert_eq!(scene.aside(), ["<4>nobody listens reader=1"]);
    let first = scene.journal();
    scene.says(|| tracing::info!("it listens"));
    assert_eq!(entry(&first)["MESSAGE"], "it listens");
    drop(first);
    scene.says(|| tracing::info!("it has died"));
    assert_eq!(scene.aside().len(), 2);
    let again = scene.journal();
    scene.says(|| tracing::info!("it was started again"));
    assert_eq!(entry(&again)["MESSAGE"], "it was started again");
    assert_eq!(scene.aside().len(), 2);
}

#[test]
fn a_journal_that_takes_nothing_keeps_nobody_waiting_and_is_told_what_it_lost() {
    const MANY: u64 = 2000;
    let scene = Scene::new();
    let journal = scene.journal();
    let began = now().steady;
    scene.says(|| (0..MANY).for_each(|number| tracing::info!(number, "again")));
    let took = now().steady - began;
    assert!(took < Duration::from_secs(5), "{MANY} entries kept their writer for {took:?}");

    journal.set_nonblocking(true).unwrap();
    let mut buffer = [0; 4096];
    let taken = std::iter::from_fn(|| journal.recv(&mut buffer).ok()).count() as u64;
    journal.set_nonblocking(false).unwrap();
    assert!(taken < MANY, "the queue is longer than the test thinks");
    scene.says(|| tracing::info!("there is room"));
    assert_eq!(entry(&journal)["MESSAGE"], "there is room");
    let told = entry(&journal);
    assert_eq!(told["LANYARD_LOST"], (MANY - taken).to_string());
    assert_eq!(told["PRIORITY"], "4");
    assert!(scene.aside().is_empty(), "standard error is the same journal");
}

#[test]
fn a_journal_that_takes_one_entry_now_and_then_is_not_waited_for_again() {
    let scene = Scene::new();
    let journal = scene.journal();
    let native = Native::to(scene.folder.path().join("socket"));
    let lost = || Entry::of_lost(1);
    while matches!(native.send(&lost()), Sent::Taken) {}
    assert_eq!(native.hasty.load(Ordering::Relaxed), KEPT_UP);
    for left in (0..KEPT_UP).rev() {
        entry(&journal);
        assert!(matches!(native.send(&lost()), Sent::Taken));
        assert_eq!(native.hasty.load(Ordering::Relaxed), left);
    }
}
