//! Session tickets from the card to the server: taken over D-Bus, verified by whoever knows the authorities alone.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod keys;
mod server;

use lanyard_dbus::{Error, SessionDescription, SessionProxy};
use lanyard_desk::{CURRENT, Pki, RolesFolder, Sitting};
use lanyard_settings::Settings;
use lanyard_test_roles::persona;
use lanyard_witness::{Does, Ended, Options, ended};
use server::{AUDIENCE, NONCE, verified, verified_in_python};
use zbus::{ObjectPath, OwnedObjectPath, Variant};

/// What a server drew for a sign-in.
const CHALLENGE: &str = "drawn-for-this-sign-in";

/// A person with a card at a desk where roles are signed.
struct Person {
    sitting: Sitting,
    roles: RolesFolder,
}

fn challenged(challenge: &'static str) -> Options {
    Options::from([("server-challenge", Variant::from(challenge))])
}

impl Person {
    async fn of(persona: &str) -> Self {
        Self::with(persona, |_| ()).await
    }

    async fn with(persona: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let (roles, mut settings) = (RolesFolder::new(), Pki::of_the_test().believed());
        roles.told_to(&mut settings);
        change(&mut settings);
        let sitting = Sitting::with_settings(persona, settings).await;
        sitting.desk.client.manager().await.subscribe().await.unwrap();
        Self { sitting, roles }
    }

    /// Asks to be authenticated, unless she is signed in.
    async fn asks(&self, mut options: Options) -> Ended {
        options.insert("fresh", Variant::from(false));
        self.sitting.person.then(Does::Types(CURRENT.into()));
        ended(&self.sitting.desk.client.request("/", options).await).await
    }

    /// Signs in.
    async fn signs_in(&self, options: Options) -> SessionProxy<'static> {
        let ended = self.asks(options).await;
        assert_eq!(ended.outcome, "ok", "{ended:?}");
        let path = ObjectPath::try_from(&**ended.details.get("session").unwrap()).unwrap();
        let connection = self.sitting.desk.client.connection();
        let session = SessionProxy::builder(connection).path(OwnedObjectPath::from(path));
        session.build().await.unwrap()
    }

    /// The next signal of a session by this name.
    async fn hears(&mut self, signal: &str) {
        let is_it = |message: &zbus::Message| {
            let header = message.header();
            let of_session = header.interface()?.as_str() == "org.lanyard.Lanyard1.Session";
            (of_session && header.member()?.as_str() == signal).then_some(())
        };
        self.sitting.desk.client.signal(is_it).await;
    }

    /// Signs in and is in a role: the only one, or the first of several.
    async fn is_active(&mut self, options: Options) -> SessionProxy<'static> {
        let session = self.signs_in(options).await;
        self.hears("RolesOffered").await;
        match described(&session).await.roles.as_slice() {
            [_] => self.hears("RoleSelected").await,
            roles => session.select_role(&roles.first().unwrap().id).await.unwrap(),
        }
        session
    }
}

async fn described(session: &SessionProxy<'_>) -> SessionDescription {
    SessionDescription::from_answer(session.describe().await.unwrap()).unwrap()
}

/// The name of an error without what all have in common.
fn name(error: &Error) -> String {
    use zbus::DBusError as _;
    match error {
        Error::ZBus(zbus::Error::FDO(error)) => error.name().to_string(),
        Error::ZBus(zbus::Error::MethodError(name, ..)) => name.to_string(),
        other => other.name().trim_start_matches("org.lanyard.Lanyard1.Error.").to_owned(),
    }
}

async fn refused(session: &SessionProxy<'_>) -> String {
    name(&session.ticket(AUDIENCE, NONCE).await.unwrap_err())
}

#[tokio::test]
async fn a_server_believes_tickets_of_cards_with_keys_of_both_kinds() {
    for (name, organisation) in [("nurse", "RZZ01"), ("gp", "A99901")] {
        let mut person = Person::of(name).await;
        let session = person.is_active(Options::new()).await;
        let ticket = session.ticket(AUDIENCE, NONCE).await.unwrap();
        let believed = verified(&person.roles, &ticket, None).unwrap();
        let SessionDescription { uuid, sid, role, expires, .. } = described(&session).await;
        assert_eq!(believed.holder.as_str(), uuid, "{name}");
        assert_eq!(Some(believed.session), sid, "{name}");
        let role = role.unwrap();
        assert_eq!(believed.role.role.id.as_str(), role.id, "{name}");
        assert_eq!((role.organisation.as_str(), name), (organisation, name));
        let ends = believed.ends.as_second();
        assert!((ends - expires).abs() <= 2, "{name}: {ends} and {expires}");
        let other = verified(&person.roles, &ticket, Some(CHALLENGE)).unwrap_err();
        assert_eq!(other, "statement-wrong-challenge", "{name}");
    }
}

#[tokio::test]
async fn a_server_finds_its_challenge_signed_and_says_the_same_in_python() {
    for name in ["nurse", "gp"] {
        let mut person = Person::of(name).await;
        let session = person.is_active(challenged(CHALLENGE)).await;
        let ticket = session.ticket(AUDIENCE, NONCE).await.unwrap();
        let ours = verified(&person.roles, &ticket, Some(CHALLENGE)).unwrap();
        let theirs = verified_in_python(&person.roles, &ticket, CHALLENGE).unwrap();
        assert_eq!(theirs["holder"], ours.holder.as_str());
        assert_eq!(theirs["session"], ours.session);
        assert_eq!(theirs["role"]["person_roleid"], ours.role.role.id.as_str());
        let refused = verified_in_python(&person.roles, &ticket, "drawn-by-somebody-else");
        assert_eq!(refused, Err("refused: statement-wrong-challenge\n".to_owned()));
    }
}

#[tokio::test]
async fn each_challenge_takes_the_card_and_gives_the_session_another_statement() {
    let mut person = Person::of("nurse").await;
    let session = person.is_active(challenged(CHALLENGE)).await;
    let first = described(&session).await;
    let passcodes = person.sitting.passcodes_heard();

    let again = person.signs_in(Options::new()).await;
    assert_eq!(person.sitting.passcodes_heard(), passcodes, "she is signed in already");
    assert_eq!(described(&again).await.sid, first.sid);

    let again = person.signs_in(challenged("drawn-by-another-server")).await;
    assert_eq!(person.sitting.passcodes_heard(), passcodes + 1);
    assert_eq!(again.inner().path(), session.inner().path(), "the same session");
    assert_ne!(described(&session).await.sid, first.sid);
    let ticket = session.ticket(AUDIENCE, NONCE).await.unwrap();
    assert!(verified(&person.roles, &ticket, Some("drawn-by-another-server")).is_ok());
    let earlier = verified(&person.roles, &ticket, Some(CHALLENGE)).unwrap_err();
    assert_eq!(earlier, "statement-wrong-challenge");
}

#[tokio::test]
async fn a_challenge_an_audience_or_a_nonce_of_another_form_is_refused() {
    let mut person = Person::of("nurse").await;
    let card = ObjectPath::try_from("/").unwrap();
    let manager = person.sitting.desk.client.manager().await;
    for challenge in ["too-short", "has a space in the middle"] {
        let refused = manager.authenticate(&card, challenged(challenge)).await.unwrap_err();
        assert_eq!(name(&refused), "BadOption", "{challenge}");
    }
    drop(manager);
    let session = person.is_active(Options::new()).await;
    for (audience, nonce) in [("", NONCE), ("two words", NONCE), (AUDIENCE, "too-short")] {
        let refused = session.ticket(audience, nonce).await.unwrap_err();
        assert_eq!(name(&refused), "BadOption", "{audience:?} {nonce:?}");
    }
}

#[tokio::test]
async fn without_a_role_locked_and_ended_there_is_no_ticket() {
    let mut person = Person::of("gp").await;
    let session = person.signs_in(Options::new()).await;
    person.hears("RolesOffered").await;
    assert_eq!(refused(&session).await, "NoRole");
    let role = described(&session).await.roles.swap_remove(0);
    session.select_role(&role.id).await.unwrap();
    assert!(session.ticket(AUDIENCE, NONCE).await.is_ok());
    session.lock().await.unwrap();
    assert_eq!(refused(&session).await, "SessionLocked");

    person.signs_in(Options::new()).await;
    let ticket = session.ticket(AUDIENCE, NONCE).await.unwrap();
    assert!(verified(&person.roles, &ticket, None).is_ok(), "resumed by the card");
    person.sitting.pulled().await;
    assert_eq!(refused(&session).await, "org.freedesktop.DBus.Error.UnknownObject");
}

#[tokio::test]
async fn a_role_that_nobody_has_signed_gives_no_ticket() {
    let mut person = Person::with("nurse", |settings| settings.roles.danger_unsigned = true).await;
    let nurse = persona("nurse", jiff::Timestamp::UNIX_EPOCH);
    let folder = &person.roles.site().settings().folder;
    person.roles.site().remove(nurse.holder).unwrap();
    std::fs::write(folder.join(format!("{}.json", nurse.holder)), nurse.userinfo.to_string())
        .unwrap();
    let session = person.is_active(Options::new()).await;
    assert_eq!(refused(&session).await, "RoleUnsigned");
}
