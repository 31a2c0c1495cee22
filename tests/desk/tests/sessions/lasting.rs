//! Sessions do not last for ever. Limits are tiny here; which of them count when is tested in the engine.

use std::time::Duration;

use lanyard_settings::{Session, Settings};
use lanyard_witness::News;

use crate::SignedIn;

/// Time enough to sign in on a slow machine.
const SHORT: Duration = Duration::from_secs(2);

fn sessions(session: Session) -> Settings {
    Settings { session, ..Settings::default() }
}

#[tokio::test]
async fn a_session_lasts_as_long_as_it_may_and_no_longer() {
    let session = Session { longest_hours: SHORT, ..Session::default() };
    let mut here = SignedIn::nurse(sessions(session)).await;
    here.hears([News::ended("timeout")]).await;
    here.is_no_more().await;
}

#[tokio::test]
async fn a_session_in_which_nobody_does_anything_ends() {
    let session = Session { idle_minutes: Some(SHORT), ..Session::default() };
    let mut here = SignedIn::nurse(sessions(session)).await;
    here.hears([News::ended("idle")]).await;
    here.is_no_more().await;
}

#[tokio::test]
async fn a_card_that_is_left_alone_is_called_unattended_once() {
    let unattended_minutes = Some(Duration::from_millis(500));
    let session = Session {
        unattended_minutes,
        idle_minutes: Some(Duration::from_secs(3)),
        ..Session::default()
    };
    let mut here = SignedIn::nurse(sessions(session)).await;
    here.hears([News::Unattended, News::ended("idle")]).await;
}
