//! What the audit log has of attempts: the right event, outcome, tries and caller, in a chain that holds.

use std::os::unix::fs::MetadataExt;

use lanyard_audit::{AuditError, Entry, Filter, Shown};
use lanyard_desk::{CURRENT, Sitting, audit_log};
use lanyard_settings::Settings;
use lanyard_virtual_readers::{AtTheKeys, VirtualPad};
use lanyard_witness::{Does, Options, ended};

type Said = (String, Option<String>, Option<u64>);

/// What an attempt leaves in the log: event, outcome, tries left.
fn said(event: &str, outcome: &str, tries: impl Into<Option<u64>>) -> Said {
    let outcome = (!outcome.is_empty()).then(|| outcome.to_owned());
    (event.to_owned(), outcome, tries.into())
}

/// The records of a daemon that has stopped, without those of its start and stop, in a chain that holds.
async fn records_of(sitting: Sitting) -> Vec<Entry> {
    let records = sitting.desk.stopped().await.unwrap();
    let files = lanyard_audit::in_order(&audit_log(&records)).unwrap();
    let report = lanyard_audit::verify(&files, None).unwrap();
    assert!(report.is_whole(), "{report:?}");
    let mut entries = Vec::new();
    let show = lanyard_audit::show(&files, &Filter::default(), |shown| match shown {
        Shown::Entry(entry) => {
            entries.push(*entry);
            Ok::<_, AuditError>(())
        }
        Shown::Unreadable { .. } => panic!("{shown}"),
    });
    show.unwrap();
    assert_eq!(entries.first().unwrap().event, "service-started");
    assert_eq!(entries.last().unwrap().event, "service-stopped");
    let of_others = |entry: &Entry| {
        ["service-", "session-", "role-"].iter().any(|others| entry.event.starts_with(others))
    };
    entries.retain(|entry| !of_others(entry));
    entries
}

/// Compares, whatever the order in which the daemon's threads wrote; everything names card and caller.
fn assert_recorded(entries: &[Entry], mut expected: Vec<Said>, reader: &str) {
    let uid = std::fs::metadata("/proc/self").unwrap().uid();
    for entry in entries {
        assert_eq!(entry.caller.as_ref().unwrap().uid, uid, "{entry}");
        assert_eq!(entry.reader.as_deref(), Some(reader), "{entry}");
        assert_eq!(entry.holder.as_ref().unwrap().len(), 12, "{entry}");
        assert_eq!(entry.card.as_ref().unwrap().len(), 32, "{entry}");
        assert!(!entry.line.contains(CURRENT) && !entry.line.contains("739150"), "{entry}");
    }
    let mut recorded: Vec<Said> = entries
        .iter()
        .map(|entry| (entry.event.clone(), entry.outcome.clone(), entry.tries_left))
        .collect();
    recorded.sort();
    expected.sort();
    assert_eq!(recorded, expected);
}

#[tokio::test]
async fn every_end_of_signing_in_is_recorded() {
    let mut sitting = Sitting::with("nurse").await;
    let wrong = || Does::TypesWithoutTerms(b"999999".to_vec());
    for (does, outcome) in [
        (Does::TypesWithoutTerms(CURRENT.into()), "ok"),
        (Does::Cancels, "cancelled"),
        (Does::Fails, "failed"),
        (Does::types("12"), "wrong-format"),
        (Does::TypesWithoutTerms(b"abcdef".to_vec()), "wrong-format"),
        (wrong(), "refused"),
        (wrong(), "refused"),
        (wrong(), "cancelled"),
    ] {
        assert_eq!(sitting.enters(does).await.outcome, outcome);
    }
    sitting.person.then(Does::Hangs);
    let request = sitting.desk.client.request("/", Options::new()).await;
    sitting.pulled().await;
    assert_eq!(ended(&request).await.outcome, "card-removed");
    let entries = records_of(sitting).await;
    let ended = |outcome, tries: Option<u64>| said("authentication-ended", outcome, tries);
    let expected = vec![
        said("passcode-accepted", "ok", 3),
        ended("cancelled", None),
        ended("failed", None),
        ended("wrong-format", Some(3)),
        ended("wrong-format", Some(3)),
        said("passcode-refused", "refused", 2),
        said("passcode-refused", "refused", 1),
        ended("cancelled", None),
        ended("card-removed", None),
    ];
    assert_recorded(&entries, expected, "Front");
}

#[tokio::test]
async fn a_block_and_its_release_are_recorded() {
    let sitting = Sitting::with("ten-tries").await;
    for does in ["999991", "999992", "999993"] {
        sitting.enters(Does::types_with_yes(does)).await;
    }
    assert_eq!(sitting.desk.client.authenticate("/").await.outcome, "was-blocked");
    let card = sitting.card.clone();
    sitting.desk.client.card(card).await.release_block().await.unwrap();
    let mut entries = records_of(sitting).await;
    entries.retain(|entry| entry.event != "terms-accepted");
    let expected = vec![
        said("passcode-refused", "refused", 2),
        said("passcode-refused", "refused", 1),
        said("passcode-refused", "now-blocked", 0),
        said("authentication-ended", "was-blocked", 0),
        said("card-released", "", None),
    ];
    assert_recorded(&entries, expected, "Front");
}

#[tokio::test]
async fn accepted_terms_are_recorded_with_their_version_and_others_not_at_all() {
    let mut settings = Settings::default();
    settings.terms.version = "2026-01".to_owned();
    let sitting = Sitting::with_settings("nurse", settings).await;
    sitting.enters(Does::TypesWithoutTerms(b"999999".to_vec())).await;
    sitting.enters(Does::types(CURRENT)).await;
    assert_eq!(sitting.person.shown()[0].text("terms-version"), Some("2026-01"));
    let entries = records_of(sitting).await;
    let events: Vec<_> = entries.iter().map(|entry| entry.event.as_str()).collect();
    assert_eq!(events, ["passcode-refused", "terms-accepted", "passcode-accepted"]);
    assert_eq!(entries[1].terms.as_deref(), Some("2026-01"));
}

#[tokio::test]
async fn a_change_is_recorded_before_the_card_hears_of_it_and_after() {
    let sitting = Sitting::with("nurse").await;
    for (current, new) in [("999999", "739150"), (CURRENT, "444444"), (CURRENT, "739150")] {
        sitting.person.forget();
        let types = |text: &str| Does::TypesWithoutTerms(text.into());
        sitting.changes([types(current), types(new), types(new)]).await;
    }
    let entries = records_of(sitting).await;
    let expected = vec![
        said("passcode-change-begun", "", None),
        said("passcode-refused", "refused", 2),
        said("passcode-change-ended", "wrong-format", 2),
        said("passcode-change-begun", "", None),
        said("passcode-changed", "ok", 3),
    ];
    assert_recorded(&entries, expected, "Front");
}

#[tokio::test]
async fn what_ends_at_the_keys_is_recorded() {
    let pad = VirtualPad::new();
    let sitting = Sitting::with_keys("nurse", &pad, Settings::default()).await;
    let types = |text: &str| AtTheKeys::Types(text.to_owned());
    for act in [AtTheKeys::Waits, AtTheKeys::Cancels, types("123"), types("999999"), types(CURRENT)]
    {
        pad.then(act);
        sitting.desk.client.authenticate("/").await;
    }
    let entries = records_of(sitting).await;
    let ended = |outcome| said("authentication-ended", outcome, 3);
    let expected = vec![
        ended("timed-out"),
        ended("cancelled"),
        ended("wrong-format"),
        said("passcode-refused", "refused", 2),
        said("passcode-accepted", "ok", 3),
    ];
    assert_recorded(&entries, expected, "Keys");
}

#[tokio::test]
async fn a_copy_of_a_card_is_recorded_as_not_trusted() {
    let sitting = Sitting::with("clone").await;
    sitting.enters(Does::TypesWithoutTerms(CURRENT.into())).await;
    let entries = records_of(sitting).await;
    assert_recorded(&entries, vec![said("passcode-accepted", "not-trusted", 3)], "Front");
}
