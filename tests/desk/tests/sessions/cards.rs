//! Cards that go and come while somebody is signed in.

use lanyard_desk::{CURRENT, Pki, Sitting, card, reader};
use lanyard_session::OnRemoval;
use lanyard_settings::Settings;
use lanyard_witness::{Does, Ended, News};

use crate::{NURSE, SignedIn};

fn on_removal(on_removal: OnRemoval) -> Settings {
    let mut settings = Settings::default();
    settings.session.on_removal = on_removal;
    settings
}

/// Somebody puts a card into a second reader; its object.
async fn into_second_reader(here: &mut SignedIn, persona: &str) -> String {
    let second = reader("Second");
    here.at.desk.readers.plug(&second);
    here.at.desk.readers.insert(&second, card(persona));
    let (card, _) = here.at.desk.client.card_inserted().await;
    card.to_string()
}

async fn signs_in_with(here: &SignedIn, card: &str) -> Ended {
    here.at.person.then(Does::types(CURRENT));
    here.at.desk.client.authenticate(card).await
}

#[tokio::test]
async fn pulling_the_card_ends_the_session_before_the_card_is_said_to_be_gone() {
    let mut here = SignedIn::nurse(Settings::default()).await;
    here.at.desk.readers.remove(&here.at.front).unwrap();
    let mut told = Vec::new();
    while told.last().is_none_or(|last| last != "CardRemoved") {
        let member = here.at.desk.client.signal(|signal| {
            let member = signal.header().member()?.to_string();
            ["SessionEnded", "CardRemoved"].contains(&member.as_str()).then_some(member)
        });
        told.push(member.await);
    }
    assert_eq!(told, ["SessionEnded", "CardRemoved"]);
    here.is_no_more().await;
}

#[tokio::test]
async fn a_session_ends_with_its_reader() {
    let mut here = SignedIn::nurse(Settings::default()).await;
    here.at.desk.readers.unplug(&here.at.front);
    here.hears([News::ended("card-removed")]).await;
    here.is_no_more().await;
}

#[tokio::test]
async fn the_same_card_and_passcode_open_a_session_that_its_removal_locked() {
    let mut here = SignedIn::gp_at_the_second_practice(on_removal(OnRemoval::Lock)).await;
    let pulled = here.at.desk.readers.remove(&here.at.front).unwrap();
    here.hears([News::state("locked")]).await;
    let described = here.described().await;
    assert_eq!((described.state.as_str(), described.card.as_str()), ("locked", "/"));
    assert_eq!(described.activities, [""; 0]);

    here.at.desk.readers.insert_again(&here.at.front, pulled);
    let (card, _) = here.at.desk.client.card_inserted().await;
    assert_eq!(here.described().await.state, "locked", "a card alone opens nothing");
    assert_eq!(here.at.enters(Does::types("999999")).await.outcome, "refused");
    assert_eq!(here.described().await.state, "locked");
    let ended = here.at.enters(Does::types(CURRENT)).await;
    assert_eq!((ended.words(), ended.session().as_ref()), (("ok", ""), Some(&here.session)));
    here.hears([News::state("active")]).await;
    let described = here.described().await;
    assert_eq!((described.role.unwrap().id.as_str(), described.card), ("777700001012", card));
}

#[tokio::test]
async fn another_person_s_card_replaces_a_locked_session_when_it_is_proved() {
    let mut here = SignedIn::nurse(on_removal(OnRemoval::Lock)).await;
    here.at.desk.readers.remove(&here.at.front).unwrap();
    here.hears([News::state("locked")]).await;
    here.at.desk.readers.insert(&here.at.front, card("gp"));
    let (card, _) = here.at.desk.client.card_inserted().await;
    assert_eq!(here.described().await.state, "locked");
    let ended = signs_in_with(&here, card.as_str()).await;
    here.hears([News::ended("replaced")]).await;
    here.is_no_more().await;
    let next = here.at.desk.client.hears([News::Started, News::RolesOffered]).await;
    assert_eq!(ended.session(), Some(next.clone()));
    assert_eq!(here.at.desk.client.described(&next).await.uuid, "999900000101");
}

#[tokio::test]
async fn where_the_card_was_needed_for_signing_in_alone_its_removal_changes_nothing() {
    let mut here = SignedIn::nurse(on_removal(OnRemoval::Keep)).await;
    here.at.desk.readers.remove(&here.at.front).unwrap();
    here.at.desk.client.card_removed().await;
    let described = here.described().await;
    assert_eq!((described.state.as_str(), described.card.as_str()), ("active", "/"));
    here.session().await.end().await.unwrap();
    here.hears([News::ended("user")]).await;
}

#[tokio::test]
async fn a_second_card_in_a_second_reader_changes_nothing_until_it_is_proved() {
    let mut here = SignedIn::nurse(Settings::default()).await;
    let gp = into_second_reader(&mut here, "gp").await;
    here.at.desk.client.readers(2).await;
    assert_eq!(here.at.desk.client.current_session().await.as_ref(), Some(&here.session));
    here.at.person.then(Does::types("999999"));
    assert_eq!(here.at.desk.client.authenticate(&gp).await.outcome, "refused");
    let described = here.described().await;
    assert_eq!((described.state.as_str(), described.role.unwrap().id.as_str()), ("active", NURSE));

    let ended = signs_in_with(&here, &gp).await;
    // Nothing was told in between.
    here.hears([News::ended("replaced")]).await;
    let next = here.at.desk.client.hears([News::Started, News::RolesOffered]).await;
    assert_eq!(ended.session(), Some(next));
    here.is_no_more().await;
}

#[tokio::test]
async fn the_removal_of_another_card_is_not_the_session_s() {
    let mut here = SignedIn::nurse(Settings::default()).await;
    into_second_reader(&mut here, "gp").await;
    here.at.desk.readers.remove(&reader("Second")).unwrap();
    here.at.desk.client.card_removed().await;
    assert_eq!(here.described().await.state, "active");
}

#[tokio::test]
async fn a_certificate_that_is_revoked_meanwhile_ends_the_session() {
    let pki = Pki::new();
    let sitting = Sitting::with_pki("nurse", &pki, pki.believed()).await;
    let mut here = SignedIn::at(sitting, CURRENT).await;
    here.hears([News::role(NURSE), News::state("active")]).await;
    pki.revoke("nurse");
    here.hears([News::ended("not-trusted")]).await;
    here.is_no_more().await;
}

impl SignedIn {
    /// A practitioner at the second of three practices.
    async fn gp_at_the_second_practice(settings: Settings) -> Self {
        let mut gp = Self::under(settings, "gp").await;
        gp.session().await.select_role("777700001012").await.unwrap();
        gp.hears([News::role("777700001012"), News::state("active")]).await;
        gp
    }
}
