//! Who learns of a session: its own desk, and nobody else on the bus, whatever they ask, match and subscribe to.

use futures_util::{FutureExt, StreamExt};
use lanyard_dbus::{BUS_NAME, Error, ManagerProxy, SessionDescription, SessionProxy};
use lanyard_witness::{Does, Witness};
use zbus::{MessageStream, OwnedObjectPath, fdo};

use super::machine::{COLLEAGUE, Desktop, HERS, Machine, NURSE, STRANGER, THEIRS};
use crate::sitting::RIGHT;

/// Everything that a connection has received, byte by byte.
struct Recording(MessageStream);

impl Recording {
    fn of(witness: &Witness) -> Self {
        Self(MessageStream::from(witness.connection()))
    }

    /// What came so far. Whatever the daemon sent before it answered is among it.
    async fn so_far(&mut self, witness: &Witness) -> Vec<u8> {
        witness.manager().await.version().await.unwrap();
        let mut bytes = Vec::new();
        while let Some(Some(message)) = self.0.next().now_or_never() {
            bytes.extend_from_slice(message.unwrap().data());
        }
        bytes
    }
}

/// Matches everything there is, eavesdrops if it can, and asks for sessions.
async fn listens_to_everything(witness: &Witness) {
    let bus = fdo::DBusProxy::new(witness.connection()).await.unwrap();
    for rule in ["type='signal'", "eavesdrop='true'", "type='method_call'", "type='method_return'"]
    {
        // The bus may refuse it; then it gives nothing.
        let _ = witness
            .connection()
            .call_method(Some(bus.inner().destination()), "/", Some(DBUS), "AddMatch", &rule)
            .await;
    }
    let monitor = fdo::MonitoringProxy::new(witness.connection()).await.unwrap();
    monitor.become_monitor(&[], 0).await.unwrap_err();
    // Whoever sits at no desk is refused.
    let _ = witness.manager().await.subscribe().await;
}

const DBUS: &str = "org.freedesktop.DBus";

/// A nurse who signs in with the card that is in, and the session that she has.
async fn signs_in(desktop: &Desktop) -> (OwnedObjectPath, SessionProxy<'static>) {
    desktop.person.then(Does::types(RIGHT));
    let ended = desktop.witness.authenticate("/").await;
    assert_eq!(ended.words(), ("ok", ""));
    let manager = ManagerProxy::new(desktop.witness.connection()).await.unwrap();
    let path = manager.current_session().await.unwrap();
    (path.clone(), session(&desktop.witness, path).await)
}

async fn session(witness: &Witness, path: OwnedObjectPath) -> SessionProxy<'static> {
    SessionProxy::builder(witness.connection()).path(path).build().await.unwrap()
}

async fn described(session: &SessionProxy<'_>) -> SessionDescription {
    SessionDescription::from_answer(session.describe().await.unwrap()).unwrap()
}

async fn is_active(session: &SessionProxy<'_>, desktop: &mut Desktop) -> SessionDescription {
    loop {
        let told = described(session).await;
        if told.state == "active" {
            return told;
        }
        desktop.witness.signal(|_| Some(())).await;
    }
}

fn member(message: &zbus::Message, member: &str) -> Option<()> {
    (message.header().member()?.as_str() == member).then_some(())
}

#[tokio::test]
async fn a_stranger_on_the_same_bus_receives_nothing_personal() {
    let machine = Machine::new().await;
    let mut desktop = machine.desktop_of(NURSE).await;
    let strangers = [machine.program_of(COLLEAGUE).await, machine.program_of(STRANGER).await];
    let mut recordings = Vec::new();
    for stranger in &strangers {
        listens_to_everything(stranger).await;
        recordings.push(Recording::of(stranger));
    }
    let mut hers = Recording::of(&desktop.witness);
    desktop.witness.manager().await.subscribe().await.unwrap();

    let (card, _) = machine.card_in().await;
    let (path, session) = signs_in(&desktop).await;
    let told = is_active(&session, &mut desktop).await;
    session.lock().await.unwrap();
    desktop.person.then(Does::types(RIGHT));
    assert_eq!(desktop.witness.authenticate("/").await.words(), ("ok", ""));
    for stranger in &strangers {
        stranger.objects().await;
    }
    machine.card_out(card).await;
    desktop.witness.signal(|message| member(message, "SessionEnded")).await;

    let role = told.role.unwrap();
    let name = told.name.unwrap();
    let personal = [
        &told.uuid,
        &name,
        &role.id,
        &role.organisation,
        &role.code,
        path.as_str(),
        "SessionStarted",
    ];
    let is_in =
        |bytes: &[u8], what: &str| bytes.windows(what.len()).any(|at| at == what.as_bytes());
    let heard = hers.so_far(&desktop.witness).await;
    for what in personal {
        assert!(is_in(&heard, what), "{what} was said to her own desk");
    }
    for (stranger, recording) in strangers.iter().zip(&mut recordings) {
        let heard = recording.so_far(stranger).await;
        assert!(is_in(&heard, "CardInserted"), "it listens");
        for what in personal.into_iter().chain(["org.lanyard.Lanyard1.Session", "SessionEnded"]) {
            assert!(!is_in(&heard, what), "{what}");
        }
    }
}

#[tokio::test]
async fn a_session_does_not_exist_for_a_stranger() {
    let machine = Machine::new().await;
    let desktop = machine.desktop_of(NURSE).await;
    let (_card, _) = machine.card_in().await;
    let (path, hers) = signs_in(&desktop).await;
    for stranger in [COLLEAGUE, STRANGER] {
        let stranger = machine.program_of(stranger).await;
        let session = session(&stranger, path.clone()).await;
        let answers = [
            session.describe().await.map(drop),
            session.select_role("777700000102").await,
            session.has_activity("B0264").await.map(drop),
            session.has_activity("nonsense").await.map(drop),
            session.lock().await,
            session.end().await,
        ];
        for answer in answers {
            assert!(is_unknown(&answer), "{answer:?}");
        }
        assert!(stranger.manager().await.current_session().await.is_err());
        for above in ["/org", "/org/lanyard", "/org/lanyard/Session", "/org/lanyard/Lanyard1"] {
            let shown = introspected(&stranger, above).await;
            let number = path.rsplit('/').next().unwrap();
            assert!(!shown.contains(number), "{above}: {shown}");
        }
    }
    let told = described(&hers).await;
    assert_eq!(told.uuid, "999900000102");
    let root = Witness::on_bus(machine.stack.bus().address()).await;
    assert_eq!(root.manager().await.current_session().await.unwrap(), path, "root may look");
}

fn is_unknown(answer: &Result<(), Error>) -> bool {
    let Err(Error::ZBus(error)) = answer else { return false };
    match error {
        zbus::Error::FDO(error) => matches!(**error, fdo::Error::UnknownObject(_)),
        zbus::Error::MethodError(name, ..) => name.ends_with(".UnknownObject"),
        _ => false,
    }
}

async fn introspected(witness: &Witness, path: &str) -> String {
    let introspectable = fdo::IntrospectableProxy::builder(witness.connection())
        .destination(BUS_NAME)
        .path(path)
        .build()
        .await
        .unwrap();
    // A path at which there is nothing shows nothing.
    introspectable.introspect().await.unwrap_or_default()
}

#[tokio::test]
async fn the_session_of_who_left_is_locked_and_the_newcomer_never_sees_it() {
    let machine = Machine::new().await;
    let mut desktop = machine.desktop_of(NURSE).await;
    let newcomer = machine.desktop_of(COLLEAGUE).await;
    newcomer.witness.manager().await.subscribe().await.unwrap();
    let mut recording = Recording::of(&newcomer.witness);
    desktop.witness.manager().await.subscribe().await.unwrap();
    let (_card, _) = machine.card_in().await;
    let (path, hers) = signs_in(&desktop).await;
    is_active(&hers, &mut desktop).await;

    machine.logind.switch_to(THEIRS).await;
    while described(&hers).await.state != "locked" {
        desktop.witness.signal(|message| member(message, "StateChanged")).await;
    }
    assert!(!hers.has_activity("B0360").await.unwrap());
    let manager = newcomer.witness.manager().await;
    assert!(matches!(manager.current_session().await, Err(Error::NoSession(_))));
    machine.logind.switch_to(HERS).await;
    assert_eq!(described(&hers).await.state, "locked", "until her card proves her again");
    machine.logind.log_out(HERS).await;
    desktop.witness.signal(|message| member(message, "SessionEnded")).await;
    let heard = recording.so_far(&newcomer.witness).await;
    for what in ["999900000102", path.as_str(), "SessionStarted", "SessionEnded"] {
        assert!(!heard.windows(what.len()).any(|at| at == what.as_bytes()), "{what}");
    }
}

#[tokio::test]
async fn a_locked_screen_locks_and_sleep_ends_before_the_machine_sleeps() {
    let machine = Machine::new().await;
    let mut desktop = machine.desktop_of(NURSE).await;
    desktop.witness.manager().await.subscribe().await.unwrap();
    let (_card, _) = machine.card_in().await;
    let (_, session) = signs_in(&desktop).await;
    is_active(&session, &mut desktop).await;
    machine.logind.screen_is_locked(HERS, true).await;
    while described(&session).await.state != "locked" {
        desktop.witness.signal(|message| member(message, "StateChanged")).await;
    }
    machine.logind.screen_is_locked(HERS, false).await;
    is_active(&session, &mut desktop).await;
    machine.logind.sleeps(true).await;
    let reason = desktop.witness.signal(|message| {
        member(message, "SessionEnded")?;
        let (_, reason): (OwnedObjectPath, String) = message.body().deserialize().ok()?;
        Some(reason)
    });
    assert_eq!(reason.await, "suspend");
}
