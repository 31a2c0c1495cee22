//! What the daemon counts and times, seen in what it tells: each number moves by what it is named after.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::time::Duration;

use lanyard_dbus::Error;
use lanyard_desk::{CURRENT, Desk, Pki, Sitting, card, reader};
use lanyard_reader::Service;
use lanyard_settings::Settings;
use lanyard_witness::{Does, News, Options, Witness};

/// More requests than one user may have.
const MANY: usize = 100;

/// The value of a sample.
async fn value(client: &Witness, sample: &str) -> u64 {
    let told = client.manager().await.metrics().await.unwrap();
    let mut values = told.lines().filter_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    let value = values.next().unwrap_or_else(|| panic!("{sample} is not in {told}"));
    value.parse().unwrap()
}

/// All of these samples are this now.
async fn are(client: &Witness, expected: &[(&str, u64)]) {
    for (sample, expected) in expected {
        assert_eq!(value(client, sample).await, *expected, "{sample}");
    }
}

#[tokio::test]
async fn a_day_at_a_desk_is_counted_and_timed() {
    let mut at = Sitting::with("nurse").await;
    at.desk.client.subscribe().await;
    at.desk.client.card_in_state("ready").await;
    assert_eq!(at.enters(Does::types("654321")).await.outcome, "refused");
    assert_eq!(at.enters(Does::types(CURRENT)).await.outcome, "ok");
    at.desk.client.hears([News::Started, News::RolesOffered]).await;
    at.desk.client.session_news().await;
    are(
        &at.desk.client,
        &[
            ("lanyard_up", 1),
            ("lanyard_readers", 1),
            ("lanyard_cards", 1),
            ("lanyard_sessions", 1),
            ("lanyard_cards_inserted_total", 1),
            ("lanyard_insertion_published_seconds_count", 1),
            ("lanyard_card_identified_seconds_count", 1),
            ("lanyard_requests_total{purpose=\"sign-in\",outcome=\"refused\"}", 1),
            ("lanyard_requests_total{purpose=\"sign-in\",outcome=\"ok\"}", 1),
            ("lanyard_sign_in_seconds_count", 2),
            ("lanyard_sessions_started_total", 1),
            ("lanyard_role_look_ups_total{answer=\"fresh\"}", 1),
            ("lanyard_role_look_up_seconds_count", 1),
            ("lanyard_records_total{result=\"failed\"}", 0),
        ],
    )
    .await;
    assert!(value(&at.desk.client, "lanyard_certificate_judged_seconds_count").await > 0);
    assert!(value(&at.desk.client, "lanyard_records_total{result=\"written\"}").await > 3);

    at.pulled().await;
    are(
        &at.desk.client,
        &[
            ("lanyard_cards", 0),
            ("lanyard_sessions", 0),
            ("lanyard_cards_removed_total", 1),
            ("lanyard_sessions_ended_total{reason=\"card-removed\"}", 1),
            ("lanyard_sessions_ended_total{reason=\"user\"}", 0),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_change_of_passcode_is_a_request_of_its_own_and_no_sign_in() {
    let at = Sitting::with("nurse").await;
    let ended = at.changes([CURRENT, "482915", "482915"].map(Does::types)).await;
    assert_eq!(ended.outcome, "ok");
    are(
        &at.desk.client,
        &[
            ("lanyard_requests_total{purpose=\"change-passcode\",outcome=\"ok\"}", 1),
            ("lanyard_requests_total{purpose=\"sign-in\",outcome=\"ok\"}", 0),
            ("lanyard_sign_in_seconds_count", 0),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_card_that_cannot_be_used_is_counted_by_its_reason_once() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;
    desk.readers.insert(&front, card("blank"));
    desk.client.card_in_state("unusable").await;
    are(
        &desk.client,
        &[
            ("lanyard_cards_unusable_total{reason=\"blank\"}", 1),
            ("lanyard_cards_unusable_total{reason=\"mute\"}", 0),
            ("lanyard_card_identified_seconds_count", 0),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_the_smartcard_service_does_is_told() {
    let mut desk = Desk::with_readers(Settings::default(), &[]).await;
    let state = |word: &str| format!("lanyard_pcscd_state{{state=\"{word}\"}}");
    assert_eq!(value(&desk.client, &state("running")).await, 1);
    desk.readers.stop(Service::Denied);
    while desk.client.pcsc_state_changed().await != "denied" {}
    assert_eq!(value(&desk.client, &state("running")).await, 0);
    assert_eq!(value(&desk.client, &state("denied")).await, 1);
}

#[tokio::test]
async fn a_caller_who_asks_for_too_much_is_counted() {
    let desk = Desk::with_readers(Settings::default(), &[]).await;
    let manager = desk.client.manager().await;
    let mut limited = 0;
    for _ in 0..MANY {
        let root = "/".try_into().unwrap();
        if let Err(Error::TooManyRequests(_)) = manager.authenticate(&root, Options::new()).await {
            limited += 1;
        }
    }
    assert!(limited > 0, "{MANY} requests are not too many");
    are(&desk.client, &[("lanyard_calls_refused_total{why=\"limited\"}", limited)]).await;
}

#[tokio::test]
async fn a_responder_that_cannot_be_asked_is_a_fetch_that_failed() {
    let pki = Pki::new();
    for file in std::fs::read_dir(pki.folder().join("lists")).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    let mut settings = pki.believed();
    // A port that nobody listens on.
    "http://127.0.0.1:1/".clone_into(&mut settings.revocation.responder);
    settings.revocation.fetch_within_ms = Duration::from_secs(10);
    let at = Sitting::with_pki("nurse", &pki, settings).await;
    assert_eq!(at.enters(Does::types(CURRENT)).await.words(), ("not-trusted", "not-checked"));
    assert!(value(&at.desk.client, "lanyard_evidence_fetches_total{outcome=\"failed\"}").await > 0);
}

/// Neither who she is, nor which card and reader it was, nor which user asked.
#[tokio::test]
async fn nothing_in_it_is_about_anybody() {
    let mut at = Sitting::with("nurse").await;
    at.desk.client.card_in_state("ready").await;
    let description = at.desk.client.card(at.card.clone()).await.describe().await.unwrap();
    assert_eq!(at.enters(Does::types(CURRENT)).await.outcome, "ok");
    let told = at.desk.client.manager().await.metrics().await.unwrap();
    let described = lanyard_dbus::CardDescription::from_answer(description).unwrap();
    for personal in [described.holder.as_str(), &described.serial, "Front", "Nurse", CURRENT] {
        assert!(!told.contains(personal), "{personal} is in {told}");
    }
}
