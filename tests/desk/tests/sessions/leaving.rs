//! Holders who lock and leave, and a daemon that leaves.

use lanyard_dbus::Error;
use lanyard_desk::CURRENT;
use lanyard_settings::Settings;
use lanyard_witness::{Does, News, Witness};

use crate::{NURSE, SignedIn};

#[tokio::test]
async fn the_holder_ends_the_session() {
    let mut here = SignedIn::nurse(Settings::default()).await;
    here.session().await.end().await.unwrap();
    here.hears([News::ended("user")]).await;
    here.is_no_more().await;
    // The card is still in: the next session is another one.
    assert_eq!(here.at.enters(Does::types(CURRENT)).await.outcome, "ok");
    let (next, _) = here.at.desk.client.session_news().await;
    assert_ne!(next, here.session);
}

#[tokio::test]
async fn nothing_may_be_done_in_a_session_that_the_holder_locked() {
    let mut here = SignedIn::nurse(Settings::default()).await;
    here.session().await.lock().await.unwrap();
    here.hears([News::state("locked")]).await;
    assert!(!here.session().await.has_activity("B0264").await.unwrap());
    let refused = here.session().await.select_role(NURSE).await.unwrap_err();
    assert!(matches!(refused, Error::SessionLocked(_)), "{refused}");
    let described = here.described().await;
    assert_eq!((described.state.as_str(), described.activities), ("locked", vec![]));
    assert_eq!(described.role.unwrap().id, NURSE, "it is kept for when she comes back");

    // A second lock is no news; the passcode opens it.
    here.session().await.lock().await.unwrap();
    assert_eq!(here.at.enters(Does::types(CURRENT)).await.outcome, "ok");
    here.hears([News::state("active")]).await;
    assert!(here.session().await.has_activity("B0264").await.unwrap());
}

#[tokio::test]
async fn a_locked_session_can_be_ended() {
    let mut here = SignedIn::nurse(Settings::default()).await;
    here.session().await.lock().await.unwrap();
    here.session().await.end().await.unwrap();
    here.hears([News::state("locked"), News::ended("user")]).await;
    here.is_no_more().await;
}

#[tokio::test]
async fn a_daemon_that_stops_says_that_its_sessions_end() {
    let here = SignedIn::nurse(Settings::default()).await;
    let mut bystander = Witness::on(here.at.desk.client.connection().clone());
    here.at.desk.stop().await.unwrap();
    assert_eq!(bystander.hears([News::ended("service-stopped")]).await, here.session);
}

#[tokio::test]
async fn whoever_unsubscribes_is_told_nothing_more() {
    let mut here = SignedIn::nurse(Settings::default()).await;
    here.at.desk.client.manager().await.unsubscribe().await.unwrap();
    here.session().await.lock().await.unwrap();
    here.at.desk.client.subscribe().await;
    here.session().await.end().await.unwrap();
    here.hears([News::ended("user")]).await;
}
