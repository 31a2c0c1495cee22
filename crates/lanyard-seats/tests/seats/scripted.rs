//! A logind that answers as a test says, and otherwise honestly: there is one session, the test's own user's.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use lanyard_stand_ins::{Answer, PrivateBus, StandIn};
use zbus::{Message, Variant};

use crate::machine::{NAME, own_uid, session_path};

/// A logind of which each answer is as the test says; the rest is honest, with one session.
pub(crate) struct Scripted {
    pub(crate) service: StandIn,
    pub(crate) asked: Arc<AtomicU32>,
}

pub(crate) type Script = Arc<Mutex<Box<dyn FnMut(&str, &Message) -> Option<Answer> + Send>>>;

pub(crate) fn script(of: impl FnMut(&str, &Message) -> Option<Answer> + Send + 'static) -> Script {
    Arc::new(Mutex::new(Box::new(of)))
}

pub(crate) async fn scripted(bus: &PrivateBus, script: Script) -> Scripted {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let service = StandIn::start(bus, NAME, move |member, call| {
        count.fetch_add(1, Ordering::SeqCst);
        let said = script.lock().unwrap()(member, call);
        said.unwrap_or_else(|| honest(member, call))
    })
    .await;
    Scripted { service, asked }
}

fn honest(member: &str, call: &Message) -> Answer {
    let path = session_path("c2");
    match member {
        "ListSessions" => Answer::with(call, &vec![("c2", own_uid(), "somebody", "seat0", &path)]),
        "GetSessionByPID" => Answer::with(call, &(&path,)),
        "GetAll" => Answer::with(call, &(properties(),)),
        "Get" => Answer::with(call, &(Variant::from(false),)),
        "Ping" => Answer::with(call, &()),
        _ => Answer::error(call, "org.freedesktop.DBus.Error.UnknownMethod"),
    }
}

pub(crate) fn properties() -> HashMap<&'static str, Variant<'static>> {
    let path = session_path("c2");
    [
        ("Id", Variant::from("c2")),
        ("User", Variant::from((own_uid(), path.clone()))),
        ("Seat", Variant::from(("seat0", path))),
        ("Remote", Variant::from(false)),
        ("Active", Variant::from(true)),
        ("State", Variant::from("active")),
        ("Class", Variant::from("user")),
        ("Type", Variant::from("wayland")),
        ("LockedHint", Variant::from(false)),
    ]
    .into()
}
