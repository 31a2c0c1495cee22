//! What systemd, polkit and the keeper of the clock say. Those two are started by the bus if they do not run, as they
//! are by everybody who asks them.

use std::collections::HashMap;

use lanyard_dbus::BUS_NAME;
use zbus::{
    Connection, OwnedObjectPath, OwnedVariant, Variant, fdo::DBusProxy, names::OwnedUniqueName,
};

use super::{
    question::{Gone, Party, owner, take},
    within,
};
use crate::doctor::Deadline;

/// What the machine's services say.
#[derive(Clone, Debug)]
pub(in crate::doctor) struct Services {
    /// Whether a client's call would start the daemon.
    pub(in crate::doctor) starts_daemon: bool,
    pub(in crate::doctor) units: Result<Units, Gone>,
    pub(in crate::doctor) polkit: Result<Polkit, Gone>,
    /// Whether the clock is synchronized with others.
    pub(in crate::doctor) synchronized: Result<bool, Gone>,
}

/// The units that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::doctor) struct Units {
    pub(in crate::doctor) lanyardd: Unit,
    pub(in crate::doctor) pcscd_socket: Unit,
}

/// How a unit is, in systemd's words (org.freedesktop.systemd1(5)).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::doctor) struct Unit {
    pub(in crate::doctor) load: String,
    pub(in crate::doctor) active: String,
    pub(in crate::doctor) file: String,
}

/// What polkit knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::doctor) struct Polkit {
    /// How many of our actions.
    pub(in crate::doctor) ours: usize,
    /// Whether pcscd's.
    pub(in crate::doctor) pcscd_asks: bool,
    /// Whether the daemon may speak to pcscd and its cards; none where it does not run, or we are not told.
    pub(in crate::doctor) daemon_may: Option<bool>,
}

/// The actions by which pcscd asks polkit.
const OF_PCSCD: [&str; 2] =
    ["org.debian.pcsc-lite.access_pcsc", "org.debian.pcsc-lite.access_card"];

/// Asks them.
pub(super) async fn ask(bus: &Connection, uid: u32, deadline: Deadline) -> Result<Services, Gone> {
    let (starts_daemon, units, polkit, synchronized) = tokio::join!(
        within(deadline, starts_daemon(bus)),
        within(deadline, units(bus)),
        within(deadline, polkit(bus, uid)),
        within(deadline, synchronized(bus)),
    );
    let starts_daemon = starts_daemon?;
    Ok(Services { starts_daemon, units, polkit, synchronized })
}

async fn starts_daemon(bus: &Connection) -> Result<bool, Gone> {
    let proxy = DBusProxy::new(bus).await?;
    let activatable = proxy.list_activatable_names().await.map_err(zbus::Error::from)?;
    Ok(activatable.iter().any(|name| name.as_str() == BUS_NAME))
}

async fn units(bus: &Connection) -> Result<Units, Gone> {
    let systemd = owner(bus, "org.freedesktop.systemd1").await?;
    let systemd = Party { bus, name: systemd.as_str() };
    Ok(Units {
        lanyardd: unit(&systemd, "lanyardd.service").await?,
        pcscd_socket: unit(&systemd, "pcscd.socket").await?,
    })
}

/// One that is not loaded is loaded for the question, which runs nothing.
async fn unit(systemd: &Party<'_>, name: &str) -> Result<Unit, Gone> {
    let manager = "org.freedesktop.systemd1.Manager";
    let path: OwnedObjectPath =
        systemd.ask(("/org/freedesktop/systemd1", manager, "LoadUnit"), &(name,)).await?;
    let mut properties = systemd.properties(path.as_str(), "org.freedesktop.systemd1.Unit").await?;
    Ok(Unit {
        load: take(&mut properties, "LoadState")?,
        active: take(&mut properties, "ActiveState")?,
        file: take(&mut properties, "UnitFileState")?,
    })
}

async fn polkit(bus: &Connection, uid: u32) -> Result<Polkit, Gone> {
    type Action =
        (String, String, String, String, String, String, u32, u32, u32, HashMap<String, String>);
    let polkit = Party { bus, name: "org.freedesktop.PolicyKit1" };
    let actions: Vec<Action> = polkit.ask(at_polkit("EnumerateActions"), &("",)).await?;
    let knows = |id: &str| actions.iter().any(|(action, ..)| action == id);
    let ours = actions.iter().filter(|(action, ..)| action.starts_with("org.lanyard.")).count();
    // polkit tells only root whether somebody else may.
    let daemon = if uid == 0 { owner(bus, BUS_NAME).await.ok() } else { None };
    let daemon_may = match daemon {
        Some(daemon) if OF_PCSCD.iter().any(|id| knows(id)) => may(&polkit, &daemon).await,
        Some(_) | None => None,
    };
    Ok(Polkit { ours, pcscd_asks: OF_PCSCD.iter().any(|id| knows(id)), daemon_may })
}

const fn at_polkit(method: &str) -> (&str, &str, &str) {
    ("/org/freedesktop/PolicyKit1/Authority", "org.freedesktop.PolicyKit1.Authority", method)
}

/// Whether the daemon may do both; nobody is asked for a password.
async fn may(polkit: &Party<'_>, daemon: &OwnedUniqueName) -> Option<bool> {
    for action in OF_PCSCD {
        let subject =
            ("system-bus-name", HashMap::from([("name", Variant::from(daemon.as_str()))]));
        let (details, no_person): (HashMap<&str, &str>, u32) = (HashMap::new(), 0);
        let question = (subject, action, details, no_person, "");
        let (is_granted, ..): (bool, bool, HashMap<String, String>) =
            polkit.ask(at_polkit("CheckAuthorization"), &question).await.ok()?;
        if !is_granted {
            return Some(false);
        }
    }
    Some(true)
}

async fn synchronized(bus: &Connection) -> Result<bool, Gone> {
    let keeper = Party { bus, name: "org.freedesktop.timedate1" };
    // It alone: others of its properties need systemd.
    let asked = ("org.freedesktop.timedate1", "NTPSynchronized");
    let get = ("/org/freedesktop/timedate1", "org.freedesktop.DBus.Properties", "Get");
    let value: OwnedVariant = keeper.ask(get, &asked).await?;
    bool::try_from(value).map_err(Gone::from)
}
