//! Somebody else says what only logind may say: it does not count, however often.

use lanyard_seats::DeskEvent;

use crate::machine::{MANAGER, Machine, NAME, PATH, SESSION, desk, id, session_path};

const NURSE: u32 = 61001;

#[tokio::test]
async fn signals_that_only_look_like_logind_s_do_not_count() {
    let (mut machine, logind) = Machine::with_logind().await;
    logind.log_in("c2", "seat0", NURSE).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Came(desk("c2", NURSE)));
    let liar = machine.bus.connect().await;
    let to_us = machine.connection.unique_name().map(ToString::to_string);
    let path = session_path("c2");
    let removed = ("c2", &path);
    let us = || to_us.as_deref();
    liar.emit_signal(us(), PATH, MANAGER, "SessionRemoved", &removed).await.unwrap();
    liar.emit_signal(us(), PATH, MANAGER, "PrepareForSleep", &(true,)).await.unwrap();
    liar.emit_signal(us(), &path, SESSION, "Unlock", &()).await.unwrap();
    let bus = "org.freedesktop.DBus";
    let owner = liar.unique_name().unwrap().as_str();
    let takes_over = (NAME, "", owner);
    let at = "/org/freedesktop/DBus";
    liar.emit_signal(us(), at, bus, "NameOwnerChanged", &takes_over).await.unwrap();
    // What the liar said came before what it asks now, and that before what logind says then.
    zbus::fdo::DBusProxy::new(&liar).await.unwrap().get_id().await.unwrap();
    logind.lock("c2").await;
    assert_eq!(machine.heard.next().await, DeskEvent::LockAsked(id("c2")));
}

#[tokio::test]
async fn a_flood_of_lies_puts_nothing_in_doubt() {
    let (mut machine, logind) = Machine::with_logind().await;
    let liar = machine.bus.connect().await;
    let to_us = machine.connection.unique_name().map(ToString::to_string);
    let path = session_path("c2");
    for _ in 0..2_000 {
        let changed = (SESSION, Vec::<String>::new(), Vec::<String>::new());
        let properties = "org.freedesktop.DBus.Properties";
        liar.emit_signal(to_us.as_deref(), &path, properties, "PropertiesChanged", &changed)
            .await
            .unwrap();
    }
    logind.log_in("c2", "seat0", NURSE).await;
    assert_eq!(machine.heard.next().await, DeskEvent::Came(desk("c2", NURSE)));
}
