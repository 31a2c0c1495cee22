//! The daemon is killed (SIGKILL) before each system call of an attempt, and comes back: no try is lost,
//! none is forgotten, no card is blocked that should not be, and nothing is granted that is not recorded.

mod points;
mod scene;

use points::{Point, Stage};
use scene::{Act, Fate, Scene};

use crate::sitting;

const RIGHT: Act<'_> = Act::SignsInWith(sitting::RIGHT);
const WRONG: Act<'_> = Act::SignsInWith(sitting::WRONG);

fn told(outcome: &str) -> Fate {
    Fate::Told(outcome.to_owned())
}

/// The points at which an attempt enters a new stage.
fn thresholds(points: &[Point]) -> Vec<Point> {
    let mut thresholds = points.to_vec();
    thresholds.dedup_by_key(|point| point.stage);
    thresholds
}

fn stages(points: &[Point]) -> Vec<Stage> {
    thresholds(points).iter().map(|point| point.stage).collect()
}

#[tokio::test]
async fn killed_at_any_point_of_a_refusal_every_try_is_counted_once() {
    use Stage::{
        Answered, IntentSynced, IntentWritten, Preparing, RecordWritten, Sent, Settled,
        SettlementWritten,
    };
    let mut scene = Scene::with("nurse").await;
    // What a process does once, as asking the kernel whether it has random numbers, is done before.
    assert_eq!(scene.attempt(RIGHT).await, told("ok"));
    let points = scene.rehearse(WRONG).await;
    assert_eq!(
        stages(&points),
        [
            Preparing,
            IntentWritten,
            IntentSynced,
            Sent,
            Answered,
            SettlementWritten,
            Settled,
            RecordWritten
        ]
    );
    assert!(points.len() > 40, "{}", points.len());
    assert_eq!(scene.attempt(RIGHT).await, told("ok"));

    for point in &points {
        let fate = scene.killed_at(point, WRONG).await;
        assert_eq!(fate, Fate::Silence, "{point}");
        let published = scene.again().await;
        let tries = if point.stage < Sent { 3 } else { 2 };
        assert_eq!((published, scene.on_card()), (tries, (tries, false)), "{point}");
        assert_eq!(scene.attempt(RIGHT).await, told("ok"), "{point}");
        assert_eq!((scene.published().await, scene.on_card()), (3, (3, false)), "{point}");
    }
    scene.audit_log_is_whole();
}

#[tokio::test]
async fn killed_at_any_point_of_an_acceptance_nothing_was_granted_that_is_not_recorded() {
    let mut scene = Scene::with("nurse").await;
    assert_eq!(scene.attempt(WRONG).await, told("refused"));
    let points = scene.rehearse(RIGHT).await;
    assert_eq!(stages(&points).last(), Some(&Stage::RecordSynced));
    assert_eq!(scene.attempt(WRONG).await, told("refused"));

    for point in &points {
        let before = scene.recorded("passcode-accepted");
        let fate = scene.killed_at(point, RIGHT).await;
        assert_eq!(fate, Fate::Silence, "{point}");
        let recorded = scene.recorded("passcode-accepted") - before;
        assert_eq!(recorded, usize::from(point.stage >= Stage::RecordWritten), "{point}");
        let published = scene.again().await;
        let tries = if point.stage < Stage::Sent { 2 } else { 3 };
        assert_eq!((published, scene.on_card()), (tries, (tries, false)), "{point}");
        if tries == 3 {
            assert_eq!(scene.attempt(WRONG).await, told("refused"), "{point}");
        }
    }
    assert_eq!(scene.attempt(RIGHT).await, told("ok"));
    scene.audit_log_is_whole();
}

#[tokio::test]
async fn three_attempts_killed_at_the_same_point_are_three_refusals_or_none() {
    let mut scene = Scene::with("ten-tries").await;
    let points = scene.rehearse(WRONG).await;
    for point in thresholds(&points) {
        assert_eq!(scene.attempt(RIGHT).await, told("ok"));
        for kill in 1..=3 {
            assert_eq!(scene.killed_at(&point, WRONG).await, Fate::Silence, "{point}");
            let published = scene.again().await;
            let spent = if point.stage < Stage::Sent { 0 } else { kill };
            assert_eq!((published, scene.on_card()), (3 - spent, (10 - spent, false)), "{point}");
        }
        if point.stage < Stage::Sent {
            continue;
        }
        assert_eq!(scene.request().await, told("was-blocked"), "nobody is asked: {point}");
        assert_eq!(scene.on_card(), (7, false), "a fourth reached the card: {point}");
        scene.release().await;
    }
}

#[tokio::test]
async fn killed_at_any_point_of_a_change_the_card_has_one_passcode_or_the_other() {
    let mut scene = Scene::with("nurse").await;
    let (mut now, mut next) = ("739150", "528461");
    assert_eq!(scene.attempt(Act::Changes(sitting::RIGHT, next)).await, told("ok"));
    let points = scene.rehearse(Act::Changes(next, now)).await;
    assert_eq!(stages(&points).last(), Some(&Stage::RecordSynced));

    for point in &points {
        let fate = scene.killed_at(point, Act::Changes(now, next)).await;
        assert_eq!(fate, Fate::Silence, "{point}");
        let published = scene.again().await;
        assert_eq!((published, scene.on_card()), (3, (3, false)), "{point}");
        if point.stage >= Stage::Sent {
            (now, next) = (next, now);
        }
        assert_eq!(scene.attempt(Act::SignsInWith(now)).await, told("ok"), "{point}");
    }
    let begun = scene.recorded("passcode-change-begun");
    assert!(begun > scene.recorded("passcode-changed"), "{begun}");
    scene.audit_log_is_whole();
}
