//! Passcodes that are changed, and that are not.

use lanyard_card::Dates;
use lanyard_desk::{CURRENT, Sitting};
use lanyard_settings::Settings;
use lanyard_witness::{Does, Options, ended};

const NEW: &str = "739150";

fn types(passcodes: &[&str]) -> Vec<Does> {
    passcodes.iter().map(|passcode| Does::types(passcode)).collect()
}

/// The purposes of the prompts since the last look.
fn purposes(sitting: &Sitting) -> Vec<String> {
    let shown = sitting.person.shown();
    shown.iter().filter_map(|it| it.text("purpose").map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_wrong_current_passcode_costs_a_try_and_changes_nothing() {
    let sitting = Sitting::with("nurse").await;
    let ended = sitting.changes(types(&["999999", NEW, NEW])).await;
    assert_eq!((ended.words(), ended.tries_left()), (("refused", ""), Some(2)));
    assert_eq!((sitting.tries(), sitting.desk.tap.heard().passcodes().count()), (2, 1));
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn three_wrong_current_passcodes_block_the_card() {
    let sitting = Sitting::with("nurse").await;
    for outcome in ["refused", "refused"] {
        assert_eq!(sitting.changes(types(&["999999", NEW, NEW])).await.outcome, outcome);
    }
    let last = [Does::types_with_yes("999999"), Does::types(NEW), Does::types(NEW)];
    assert_eq!(sitting.changes(last).await.words(), ("now-blocked", ""));
    assert_eq!(sitting.changes([]).await.words(), ("was-blocked", ""));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_new_passcode_that_breaks_a_rule_is_refused_with_its_reason_before_the_card_hears() {
    let mut settings = Settings::default();
    settings.passcode.new_dates = Dates::Refused;
    let sitting = Sitting::with_settings("nurse", settings).await;
    for (new, reason) in [
        ("444444", "repeats-itself"),
        ("121212", "repeats-itself"),
        ("345678", "ascending"),
        ("876543", "descending"),
        ("000102", "part-of-uuid"),
        ("311299", "is-a-date"),
        ("73915", "too-short"),
        ("739150739", "too-long"),
        ("73915x", "not-digits"),
        ("\n", "empty"),
    ] {
        let ended = sitting.changes(types(&[CURRENT, new])).await;
        assert_eq!(ended.words(), ("wrong-format", reason), "{new}");
        assert_eq!(purposes(&sitting), ["current", "new"], "{new}");
    }
    assert_eq!((sitting.tries(), sitting.desk.tap.heard().passcodes().count()), (3, 0));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_current_passcode_that_cannot_be_one_ends_the_change_at_once() {
    let sitting = Sitting::with("nurse").await;
    assert_eq!(sitting.changes(types(&["12"])).await.words(), ("wrong-format", "too-short"));
    assert_eq!(purposes(&sitting), ["current"]);
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn the_new_passcode_is_repeated_and_is_not_the_current_one() {
    let sitting = Sitting::with("nurse").await;
    let ended = sitting.changes(types(&[CURRENT, NEW, "739151"])).await;
    assert_eq!(ended.words(), ("wrong-format", "not-repeated"));
    assert_eq!(sitting.changes(types(&[CURRENT, NEW, NEW])).await.words(), ("ok", ""));
    let ended = sitting.changes(types(&[NEW, NEW, NEW])).await;
    assert_eq!(ended.words(), ("wrong-format", "same-passcode"));
    assert_eq!(sitting.desk.tap.heard().passcodes().count(), 1);
    assert!(!sitting.is_verified(), "a change leaves no open door");
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_change_risks_the_last_try_only_with_a_yes() {
    let sitting = Sitting::with("one-try-left").await;
    let kept = sitting.changes(types(&[CURRENT])).await;
    assert_eq!(kept.words(), ("cancelled", "last-try-not-confirmed"));
    assert!(sitting.person.shown()[0].says("last-try"));
    let agreed = [Does::types_with_yes(CURRENT), Does::types(NEW), Does::types(NEW)];
    assert_eq!(sitting.changes(agreed).await.words(), ("ok", ""));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn who_wants_to_sign_in_while_the_passcode_is_changed_is_told_so() {
    let sitting = Sitting::with("nurse").await;
    sitting.person.then(Does::types(CURRENT)).then(Does::Hangs);
    let change = sitting.desk.client.change(sitting.card.clone(), Options::new()).await;
    let busy = sitting.desk.client.authenticate("/").await;
    assert_eq!(busy.words(), ("busy", "attempt-under-way"));
    change.cancel().await.unwrap();
    assert_eq!(ended(&change).await.words(), ("cancelled", ""));
    sitting.person.forget();
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn letters_that_the_card_does_not_take_are_no_refusal() {
    let sitting = Sitting::with("nurse").await;
    let ended = sitting.enters(Does::types("abcdef")).await;
    assert_eq!(ended.words(), ("wrong-format", "refused-by-card"));
    assert_eq!((sitting.tries(), ended.tries_left()), (3, Some(3)));
    sitting.desk.stop().await.unwrap();
}
