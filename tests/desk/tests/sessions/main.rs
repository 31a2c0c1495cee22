//! Sessions in the whole daemon: who is signed in, in which role, what the desk is told of it, and in which order.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod cards;
mod directory;
mod lasting;
mod leaving;
mod recorded;
mod roles;
mod sharing;

use lanyard_dbus::{Error, SessionDescription, SessionProxy};
use lanyard_desk::{CURRENT, Sitting};
use lanyard_settings::Settings;
use lanyard_witness::{Does, News};
use zbus::OwnedObjectPath;

/// The nurse's only role.
const NURSE: &str = "777700000102";

/// A desk that hears of its sessions, and the one that somebody is signed in with.
struct SignedIn {
    at: Sitting,
    session: OwnedObjectPath,
}

impl SignedIn {
    /// The holder of this card signs in; roles are on offer.
    async fn with(persona: &str) -> Self {
        Self::under(Settings::default(), persona).await
    }

    /// The same under these settings.
    async fn under(settings: Settings, persona: &str) -> Self {
        Self::at(Sitting::with_settings(persona, settings).await, passcode(persona)).await
    }

    /// Whoever sits here signs in.
    async fn at(mut at: Sitting, passcode: &str) -> Self {
        let client = &mut at.desk.client;
        client.subscribe().await;
        assert_eq!(client.current_session().await, None);
        at.person.then(Does::types(passcode));
        let ended = at.desk.client.authenticate("/").await;
        assert_eq!(ended.words(), ("ok", ""));
        let session = at.desk.client.hears([News::Started, News::RolesOffered]).await;
        assert_eq!(ended.session().as_ref(), Some(&session));
        assert_eq!(at.desk.client.current_session().await.as_ref(), Some(&session));
        Self { at, session }
    }

    /// The nurse, who is in her only role.
    async fn nurse(settings: Settings) -> Self {
        let mut nurse = Self::under(settings, "nurse").await;
        nurse.hears([News::role(NURSE), News::state("active")]).await;
        nurse
    }

    /// The desk hears this of the session, in this order and nothing else in between.
    async fn hears(&mut self, news: impl IntoIterator<Item = News>) {
        assert_eq!(self.at.desk.client.hears(news).await, self.session);
    }

    async fn described(&self) -> SessionDescription {
        self.at.desk.client.described(&self.session).await
    }

    async fn session(&self) -> SessionProxy<'static> {
        self.at.desk.client.session(&self.session).await
    }

    /// It is as if it had never been.
    async fn is_no_more(&self) {
        assert_ne!(self.at.desk.client.current_session().await.as_ref(), Some(&self.session));
        let gone = self.at.desk.client.described_raw(&self.session).await.unwrap_err();
        assert!(is_unknown_object(&gone), "{gone}");
    }
}

fn passcode(persona: &str) -> &'static str {
    match persona {
        "pharmacist" => "2468",
        "receptionist" => "desk42",
        _ => CURRENT,
    }
}

fn is_unknown_object(error: &Error) -> bool {
    format!("{error:?}").contains("UnknownObject")
}
