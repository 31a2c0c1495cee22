//! What the audit log has of sessions, and what happens without one.

use std::fs;

use lanyard_audit::{AuditError, Entry, Filter, Shown};
use lanyard_desk::{CURRENT, Desk, Sitting, audit_log, card, reader};
use lanyard_session::OnRemoval;
use lanyard_settings::Settings;
use lanyard_virtual_readers::VirtualReaders;
use lanyard_witness::{Does, News, Person};
use lanyardd::daemon::DaemonError;
use tempfile::TempDir;

use crate::{NURSE, SignedIn};

/// What a daemon that has stopped recorded of sessions, in a chain that holds.
async fn records_of(sitting: Sitting) -> Vec<Entry> {
    of_sessions(&sitting.desk.stopped().await.unwrap())
}

fn of_sessions(records: &TempDir) -> Vec<Entry> {
    let files = lanyard_audit::in_order(&audit_log(records)).unwrap();
    assert!(lanyard_audit::verify(&files, None).unwrap().is_whole());
    let mut entries = Vec::new();
    let show = lanyard_audit::show(&files, &Filter::default(), |shown| match shown {
        Shown::Entry(entry) => {
            entries.push(*entry);
            Ok::<_, AuditError>(())
        }
        Shown::Unreadable { .. } => Ok(()),
    });
    show.unwrap();
    entries.retain(|entry| entry.session.is_some());
    entries
}

/// Event, role and reason of each; a dash for what is not there.
fn said(entries: &[Entry]) -> Vec<String> {
    let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "-".to_owned());
    let said =
        |entry: &Entry| format!("{} {} {}", entry.event, word(&entry.role), word(&entry.reason));
    entries.iter().map(said).collect()
}

#[tokio::test]
async fn a_session_from_its_start_to_its_end_is_in_the_audit_log() {
    let mut settings = Settings::default();
    settings.session.on_removal = OnRemoval::Lock;
    let mut here = SignedIn::under(settings, "gp").await;
    here.session().await.select_role("777700001012").await.unwrap();
    here.session().await.select_role("777700001013").await.unwrap();
    let pulled = here.at.desk.readers.remove(&here.at.front).unwrap();
    here.at.desk.client.card_removed().await;
    here.at.desk.readers.insert_again(&here.at.front, pulled);
    here.at.desk.client.card_inserted().await;
    assert_eq!(here.at.enters(Does::types(CURRENT)).await.outcome, "ok");
    assert_eq!(here.at.enters(Does::types(CURRENT)).await.outcome, "ok");
    here.session().await.lock().await.unwrap();
    here.session().await.end().await.unwrap();

    let entries = records_of(here.at).await;
    assert_eq!(
        said(&entries),
        [
            "session-started - -",
            "role-selected 777700001012 asked",
            "role-selected 777700001013 asked",
            "session-locked - card-removed",
            "session-resumed - -",
            "session-refreshed - -",
            "session-locked - user",
            "session-ended - user",
        ]
    );
    let organisations: Vec<_> =
        entries.iter().filter_map(|entry| entry.organisation.as_deref()).collect();
    assert_eq!(organisations, ["A99902", "A99903"]);
    for entry in &entries {
        assert_eq!(entry.session, entries[0].session, "{entry}");
        assert_eq!(entry.holder.as_deref(), Some("999900000101"), "{entry}");
        assert_eq!(entry.card, entries[0].card, "{entry}");
        assert!(
            entry.card.is_some() && entry.desk.as_ref().unwrap().starts_with("uid-"),
            "{entry}"
        );
        assert!(!entry.line.contains(CURRENT), "{entry}");
    }
}

#[tokio::test]
async fn a_role_that_is_taken_without_asking_and_the_daemon_s_end_are_recorded() {
    let here = SignedIn::nurse(Settings::default()).await;
    let automatic = format!("role-selected {NURSE} automatic");
    assert_eq!(
        said(&records_of(here.at).await),
        ["session-started - -", &automatic, "session-ended - service-stopped"]
    );
}

#[tokio::test]
async fn the_end_of_a_session_is_recorded_also_when_the_bus_is_lost() {
    let here = SignedIn::nurse(Settings::default()).await;
    let (why, records) = here.at.desk.hangs_up().await;
    assert!(matches!(why, DaemonError::BusClosed | DaemonError::Publish(_)), "{why}");
    let entries = of_sessions(&records);
    assert_eq!(said(&entries).last().unwrap(), "session-ended - service-stopped");
}

#[tokio::test]
async fn a_role_is_in_the_log_before_anybody_is_told_of_it() {
    let mut here = SignedIn::with("gp").await;
    let log = audit_log(&here.at.desk.records);
    assert!(fs::read_to_string(&log).unwrap().contains("session-started"));
    for role in ["777700001011", "777700001013"] {
        here.session().await.select_role(role).await.unwrap();
        let (_, news) = here.at.desk.client.session_news().await;
        assert_eq!(news, News::role(role));
        assert!(fs::read_to_string(&log).unwrap().contains(role));
        if role == "777700001011" {
            here.hears([News::state("active")]).await;
        }
    }
}

#[tokio::test]
async fn without_an_audit_log_there_is_no_session() {
    let (readers, events) = VirtualReaders::new();
    readers.start();
    let front = reader("Front");
    readers.plug(&front);
    let records = tempfile::tempdir().unwrap();
    fs::create_dir(audit_log(&records)).unwrap();
    let desk = Desk::with_records(Settings::default(), (readers, events), records).await;
    let person = Person::new();
    person.sit_at(desk.client.connection()).await;
    desk.client.register_agent().await;
    desk.client.subscribe().await;
    desk.readers.insert(&front, card("nurse"));
    person.then(Does::types(CURRENT));
    let mut desk = desk;
    desk.client.card_in_state("ready").await;
    let ended = desk.client.authenticate("/").await;
    assert_eq!((ended.words(), ended.session()), (("failed", "audit-log"), None));
    assert_eq!(desk.client.current_session().await, None);
}
