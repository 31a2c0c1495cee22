//! Passcodes: asked for, verified, counted, refused, changed. In process, on virtual readers.

use lanyard_dbus::RequestProxy;
use lanyard_desk::{CURRENT, Sitting};
use lanyard_witness::{Does, Options, ended};

#[tokio::test]
async fn the_right_passcode_authenticates_and_leaves_no_open_door() {
    for persona in ["nurse", "gp"] {
        let sitting = Sitting::with(persona).await;
        let ended = sitting.enters(Does::types(CURRENT)).await;
        assert_eq!(ended.words(), ("ok", ""), "{persona}");
        assert_eq!(ended.tries_left(), Some(3));
        assert!(!sitting.is_verified(), "{persona}: the card is logged out");
        let shown = sitting.person.shown();
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].text("reader"), Some("Front"));
        assert_eq!(shown[0].text("purpose"), Some("current"));
        assert_eq!(shown[0].number("tries-left"), Some(3));
        assert!(!shown[0].says("last-try"));
        sitting.desk.stop().await.unwrap();
    }
}

#[tokio::test]
async fn wrong_passcodes_count_down_to_a_block_that_is_told_apart() {
    let sitting = Sitting::with("nurse").await;
    let refused = sitting.enters(Does::types("999999")).await;
    assert_eq!((refused.words(), refused.tries_left()), (("refused", ""), Some(2)));
    let refused = sitting.enters(Does::types("999999")).await;
    assert_eq!((refused.words(), refused.tries_left()), (("refused", ""), Some(1)));
    let kept = sitting.enters(Does::types("999999")).await;
    assert_eq!(kept.words(), ("cancelled", "last-try-not-confirmed"));
    assert_eq!(sitting.tries(), 1);
    let blocked = sitting.enters(Does::types_with_yes("999999")).await;
    assert_eq!((blocked.words(), blocked.tries_left()), (("now-blocked", ""), Some(0)));
    let was = sitting.desk.client.authenticate("/").await;
    assert_eq!(was.words(), ("was-blocked", ""));
    assert!(sitting.person.shown().last().unwrap().says("last-try"));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn three_refusals_in_a_row_block_a_card_here_that_allows_ten() {
    let mut sitting = Sitting::with("ten-tries").await;
    for _ in 0..2 {
        assert_eq!(sitting.enters(Does::types("999999")).await.outcome, "refused");
    }
    assert_eq!(sitting.tries(), 8);
    assert_eq!(
        sitting.enters(Does::types_with_yes("999999")).await.words(),
        ("now-blocked", "blocked-here")
    );
    assert_eq!(
        sitting.enters(Does::types_with_yes(CURRENT)).await.words(),
        ("was-blocked", "blocked-here")
    );
    assert_eq!(sitting.tries(), 7);

    let card = sitting.card.clone();
    sitting.desk.client.card(card).await.release_block().await.unwrap();
    sitting.desk.client.card_in_state("ready").await;
    sitting.person.shown();
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.outcome, "ok");
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn what_an_agent_does_wrong_has_a_name_and_costs_nothing() {
    for (does, words) in [
        (Does::Cancels, ("cancelled", "")),
        (Does::Fails, ("failed", "agent-failed")),
        (Does::types(""), ("failed", "agent-wrote-nothing")),
        (Does::types("\n"), ("wrong-format", "empty")),
        (Does::types("12"), ("wrong-format", "too-short")),
        (Does::types("123456789"), ("wrong-format", "too-long")),
        (Does::Types(vec![0, 159, 146, 150]), ("wrong-format", "not-letters-and-digits")),
        (Does::Types(vec![b'1'; 1024 * 1024]), ("failed", "agent-wrote-too-much")),
        (Does::WritesAndHangs(vec![b'1'; 4096]), ("failed", "agent-wrote-too-much")),
    ] {
        let sitting = Sitting::with("nurse").await;
        let ended = sitting.enters(does.clone()).await;
        assert_eq!(ended.words(), words, "{does:?}");
        assert_eq!(sitting.tries(), 3, "{does:?}");
        sitting.desk.stop().await.unwrap();
    }
}

#[tokio::test]
async fn an_agent_that_keeps_the_pipe_open_has_answered_all_the_same() {
    let sitting = Sitting::with("nurse").await;
    let ended = sitting.enters(Does::NeverCloses(CURRENT.into())).await;
    assert_eq!(ended.words(), ("ok", ""));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_passcode_is_changed_by_who_knows_the_current_one() {
    let sitting = Sitting::with("nurse").await;
    let path = sitting.card.clone();
    sitting
        .person
        .then(Does::types(CURRENT))
        .then(Does::types("739150"))
        .then(Does::types("739150"));
    let request = sitting.desk.client.change(path, Options::new()).await;
    assert_eq!(ended(&request).await.words(), ("ok", ""));
    let purposes: Vec<_> =
        sitting.person.shown().iter().map(|it| it.text("purpose").unwrap().to_owned()).collect();
    assert_eq!(purposes, ["current", "new", "repeat"]);
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.outcome, "refused");
    assert_eq!(sitting.enters(Does::types("739150")).await.outcome, "ok");
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_proxy_that_keeps_values_keeps_none_of_a_request() {
    let sitting = Sitting::with("nurse").await;
    sitting.person.then(Does::types_when_told(CURRENT));
    let request = sitting.desk.client.request("/", Options::new()).await;
    let path = request.inner().path().to_owned();
    let keeps = RequestProxy::builder(sitting.desk.client.connection()).path(path);
    let keeps = keeps.build().await.unwrap();
    assert_eq!(keeps.outcome().await.unwrap(), "");
    assert_eq!(
        (keeps.state().await.unwrap(), keeps.details().await.unwrap().len()),
        ("waiting".to_owned(), 0)
    );
    sitting.person.is_shown_something().await;
    sitting.person.goes_on();
    assert_eq!(ended(&request).await.words(), ("ok", ""));
    assert_eq!(keeps.outcome().await.unwrap(), "ok");
    assert_eq!(keeps.state().await.unwrap(), "completed");
    assert_ne!(keeps.details().await.unwrap().len(), 0);
    sitting.desk.stop().await.unwrap();
}
