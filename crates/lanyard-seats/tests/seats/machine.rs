//! A machine with a bus and people who log in, watched.

use std::{path::Path, time::Duration};

use lanyard_seats::{
    Caller, CallerError, Class, Deadlines, Desk, DeskEvent, Desks, Kind, Place, Screen, SeatName,
    SessionId, Standing,
};
use lanyard_stand_ins::{Heard, MockedLogind, PrivateBus};
use tokio::sync::mpsc;
use zbus::{Connection, ObjectPath, names::OwnedUniqueName};

/// The tests' own user: whoever runs them.
pub(crate) fn own_uid() -> u32 {
    rustix::process::getuid().as_raw()
}

/// Where logind keeps nothing.
pub(crate) const NO_NOTES: &str = "/nowhere/at/all";

pub(crate) const EVENTS: usize = 64;

/// What is waited for is short where a test lets it pass, and long everywhere else.
pub(crate) fn patient() -> Deadlines {
    let long = Duration::from_secs(20);
    Deadlines { bus: long, logind: long, polkit: long, person: long, sleep: long }
}

pub(crate) fn impatient() -> Deadlines {
    let short = Duration::from_millis(200);
    Deadlines { logind: short, polkit: short, person: short, sleep: short, ..patient() }
}

/// A bus, and desks that watch it.
pub(crate) struct Machine {
    pub(crate) desks: Desks,
    pub(crate) heard: Heard<DeskEvent>,
    /// The engine's own end: what could be told does not keep it open.
    pub(crate) engine: mpsc::Sender<DeskEvent>,
    pub(crate) connection: Connection,
    pub(crate) bus: PrivateBus,
}

impl Machine {
    pub(crate) async fn on(bus: PrivateBus, deadlines: Deadlines) -> Self {
        Self::with_notes(bus, deadlines, NO_NOTES.as_ref()).await
    }

    /// The same, with the folder in which its logind keeps sessions.
    pub(crate) async fn with_notes(bus: PrivateBus, deadlines: Deadlines, notes: &Path) -> Self {
        let connection = bus.connect().await;
        let (engine, heard) = Heard::channel(EVENTS);
        let desks =
            Desks::connect(&connection, deadlines, engine.downgrade(), notes).await.unwrap();
        Self { desks, heard, engine, connection, bus }
    }

    /// A machine with logind, after the first reading of nobody.
    pub(crate) async fn with_logind() -> (Self, MockedLogind) {
        let bus = PrivateBus::start().await;
        let logind = MockedLogind::start(&bus).await;
        let mut machine = Self::on(bus, patient()).await;
        assert_eq!(machine.heard.next().await, DeskEvent::Known(vec![]));
        (machine, logind)
    }

    /// Who a connection is.
    pub(crate) async fn who(&self, name: &OwnedUniqueName) -> Result<Caller, CallerError> {
        self.desks.caller(&name.as_ref()).await
    }

    /// Who the test itself is, by a connection of its own.
    pub(crate) async fn who_am_i(&self) -> Caller {
        let connection = self.bus.connect().await;
        self.who(connection.unique_name().unwrap()).await.unwrap()
    }
}

pub(crate) fn seat(name: &str) -> SeatName {
    SeatName::new(name).unwrap()
}

pub(crate) fn id(name: &str) -> SessionId {
    SessionId::new(name)
}

/// A desktop in the foreground of `seat0`.
pub(crate) fn desk(session: &str, uid: u32) -> Desk {
    Desk {
        session: id(session),
        uid,
        place: Place::Seat(SeatName::default()),
        class: Class::Person,
        kind: Kind::Graphical,
        standing: Standing::Active,
        screen: Screen::Open,
    }
}

pub(crate) fn behind(session: &str, uid: u32) -> Desk {
    Desk { standing: Standing::Inactive, ..desk(session, uid) }
}

pub(crate) const NAME: &str = "org.freedesktop.login1";
pub(crate) const PATH: &str = "/org/freedesktop/login1";
pub(crate) const MANAGER: &str = "org.freedesktop.login1.Manager";
pub(crate) const SESSION: &str = "org.freedesktop.login1.Session";

pub(crate) fn session_path(session: &str) -> ObjectPath<'static> {
    ObjectPath::try_from(format!("{PATH}/session/{session}")).unwrap()
}
