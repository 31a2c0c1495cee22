//! What is told is what the document says.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use lanyard_audit::Record;
use lanyard_card::HolderUuid;
use lanyard_dbus::Error;
use lanyard_session::{DirectoryAnswer, Freshness, SessionId};
use lanyard_settings::Uuids;

use super::*;
use crate::{
    clock::now,
    engine::{Effect, Event, Reply},
    records::{Places, Records},
};

fn nothing_yet() -> String {
    let now = Standing { pcscd: PcscState::Running, readers: 2, cards: 1, sessions: 0 };
    Metrics::default().told(now)
}

/// `NAME` of `# TYPE NAME KIND`.
fn names(text: &str) -> BTreeSet<&str> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types.filter_map(|rest| rest.split(' ').next()).collect()
}

#[test]
fn every_metric_is_documented_and_no_other() {
    let document = include_str!("../../../../docs/metrics.md");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `lanyard_"));
    let documented = rows.filter_map(|rest| rest.split(['`', '{']).next());
    let documented: BTreeSet<_> = documented.map(|name| format!("lanyard_{name}")).collect();
    let told = nothing_yet();
    assert_eq!(names(&told).into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), documented);
}

#[test]
fn the_documented_buckets_are_those_that_are_told() {
    let document = include_str!("../../../../docs/metrics.md");
    let bounds = instruments::BUCKETS.map(|bound| format!("{bound}"));
    assert!(document.contains(&bounds.join(", ")), "{bounds:?}");
}

#[test]
fn every_label_is_told_from_the_start() {
    let told = nothing_yet();
    for line in [
        "lanyard_up 1",
        "lanyard_readers 2",
        "lanyard_pcscd_state{state=\"running\"} 1",
        "lanyard_pcscd_state{state=\"denied\"} 0",
        "lanyard_requests_total{purpose=\"sign-in\",outcome=\"ok\"} 0",
        "lanyard_cards_unusable_total{reason=\"certificate-revoked\"} 0",
        "lanyard_sign_in_seconds_count 0",
    ] {
        assert!(told.lines().any(|found| found == line), "{line} is not in {told}");
    }
    for line in told.lines().filter(|line| !line.starts_with('#')) {
        let (_, value) = line.rsplit_once(' ').expect("a sample has a value");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}

fn count(metrics: &Metrics, sample: &str) -> u64 {
    let now = Standing { pcscd: PcscState::Running, readers: 0, cards: 0, sessions: 0 };
    let told = metrics.told(now);
    let value = told.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    value.and_then(|value| value.parse().ok()).expect("it is told")
}

#[test]
fn a_caller_who_may_not_is_counted_and_one_who_is_merely_wrong_is_not() {
    let metrics = Arc::new(Metrics::default());
    let mut observer = Observer::new(Arc::clone(&metrics), now().steady);
    let denied = Error::AccessDenied("elsewhere".to_owned());
    for error in [denied, Error::NoSuchCard("gone".to_owned())] {
        let answer = Effect::Answer { reply: Reply::new().0, answer: Err(error) };
        observer.carries_out(&answer, now().steady);
    }
    assert_eq!(count(&metrics, "lanyard_calls_refused_total{why=\"denied\"}"), 1);
    assert_eq!(count(&metrics, "lanyard_calls_refused_total{why=\"limited\"}"), 0);
}

#[test]
fn the_role_directory_s_answers_are_counted_and_timed_from_the_question_on() {
    let metrics = Arc::new(Metrics::default());
    let began = now().steady;
    let mut observer = Observer::new(Arc::clone(&metrics), began);
    let session = SessionId::numbered(1);
    let holder = HolderUuid::parse("999900000102").expect("a UUID");
    observer.carries_out(&Effect::AskDirectory { session, holder }, began);
    let later = began + Duration::from_secs(3);
    for answer in [
        DirectoryAnswer::Failed,
        DirectoryAnswer::Roles(Vec::new(), Freshness::Stale),
        DirectoryAnswer::Roles(Vec::new(), Freshness::Fresh),
    ] {
        observer.takes_in(&Event::RolesKnown { session, answer, name: None }, later);
    }
    for answer in ["fresh", "stale", "failed"] {
        let sample = format!("lanyard_role_look_ups_total{{answer=\"{answer}\"}}");
        assert_eq!(count(&metrics, &sample), 1, "{answer}");
    }
    assert_eq!(count(&metrics, "lanyard_role_look_up_seconds_count"), 1);
    assert_eq!(count(&metrics, "lanyard_role_look_up_seconds_bucket{le=\"2\"}"), 0);
    assert_eq!(count(&metrics, "lanyard_role_look_up_seconds_bucket{le=\"5\"}"), 1);
}

#[test]
fn a_record_without_an_audit_log_is_counted_as_failed() {
    let metrics = Arc::new(Metrics::default());
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = folder.path().to_owned();
    let audit = lanyard_audit::Settings::at(folder.path().join("missing/audit.jsonl"));
    let told = (Uuids::Short, Arc::clone(&metrics));
    let records = Records::open(Places { ledger, audit }, told, now().wall);
    let record = Record::of(lanyard_audit::Event::ServiceStarted);
    records.record_later(now().wall, &record);
    assert!(records.record(now().wall, &record).is_err());
    assert_eq!(count(&metrics, "lanyard_records_total{result=\"failed\"}"), 2);
    assert_eq!(count(&metrics, "lanyard_records_total{result=\"written\"}"), 0);
}

#[test]
fn questions_to_revocation_services_are_counted_by_what_came_of_them() {
    use lanyard_evidence::Outcome as Asked;
    let metrics = Metrics::default();
    for outcome in [Asked::Had, Asked::Fresh, Asked::Running] {
        metrics.fetches.count((&outcome).into());
    }
    for outcome in ["had", "fresh", "late"] {
        let sample = format!("lanyard_evidence_fetches_total{{outcome=\"{outcome}\"}}");
        assert_eq!(count(&metrics, &sample), 1, "{outcome}");
    }
}
