//! Single sign-on: who is signed in is asked again only by an application that wants it.

use lanyard_desk::CURRENT;
use lanyard_settings::Settings;
use lanyard_witness::{Does, Ended, News, Options, ended};
use zbus::Variant;

use crate::SignedIn;

/// Another application asks, for whom one proof a day is enough.
async fn asks_without_fresh(here: &SignedIn, card: &str) -> Ended {
    let options = Options::from([("fresh", Variant::from(false))]);
    ended(&here.at.desk.client.request(card, options).await).await
}

#[tokio::test]
async fn a_second_application_is_signed_in_without_a_prompt() {
    let here = SignedIn::nurse(Settings::default()).await;
    here.at.person.forget();
    for card in ["/", here.at.card.as_str()] {
        let ended = asks_without_fresh(&here, card).await;
        assert_eq!((ended.words(), ended.tries_left()), (("ok", ""), Some(3)));
        assert_eq!(ended.session().as_ref(), Some(&here.session));
    }
    assert!(here.at.person.shown().is_empty());
    assert_eq!(here.at.passcodes_heard(), 1);
}

#[tokio::test]
async fn whoever_wants_a_fresh_proof_gets_a_prompt_and_the_same_session() {
    let mut here = SignedIn::nurse(Settings::default()).await;
    here.at.person.forget();
    let ended = here.at.enters(Does::types(CURRENT)).await;
    assert_eq!((ended.words(), ended.session().as_ref()), (("ok", ""), Some(&here.session)));
    assert_eq!(here.at.person.shown().len(), 1);
    // Nothing was told of it: the next news is the end.
    here.session().await.end().await.unwrap();
    here.hears([News::ended("user")]).await;
}

#[tokio::test]
async fn a_wrong_passcode_for_a_fresh_proof_leaves_the_session_as_it_is() {
    let here = SignedIn::nurse(Settings::default()).await;
    assert_eq!(here.at.enters(Does::types("999999")).await.outcome, "refused");
    assert_eq!(here.described().await.state, "active");
    assert_eq!(asks_without_fresh(&here, "/").await.tries_left(), Some(2));
}

#[tokio::test]
async fn who_has_no_role_is_signed_in_as_well() {
    let here = SignedIn::with("roleless").await;
    here.at.person.forget();
    assert_eq!(asks_without_fresh(&here, "/").await.session().as_ref(), Some(&here.session));
    assert!(here.at.person.shown().is_empty());
}

#[tokio::test]
async fn in_a_locked_session_everybody_is_asked() {
    let mut here = SignedIn::nurse(Settings::default()).await;
    here.session().await.lock().await.unwrap();
    here.hears([News::state("locked")]).await;
    here.at.person.forget().then(Does::types(CURRENT));
    let ended = asks_without_fresh(&here, "/").await;
    assert_eq!((ended.words(), ended.session().as_ref()), (("ok", ""), Some(&here.session)));
    assert_eq!(here.at.person.shown().len(), 1);
    here.hears([News::state("active")]).await;
}

#[tokio::test]
async fn nothing_of_a_session_stands_among_the_objects_that_everybody_sees() {
    let here = SignedIn::nurse(Settings::default()).await;
    let shown = format!("{:?}", here.at.desk.client.objects().await);
    for secret in [here.session.as_str(), "999900000102", "Test Nurse", crate::NURSE, "RZZ01"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}
