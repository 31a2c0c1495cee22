//! `lanyardctl doctor` at a desk, beside systemd and the keeper of the clock, who are played here.

use std::collections::BTreeMap;

use lanyard_stack::{Stack, own_program};
use serde_json::Value;
use zbus::{Connection, OwnedObjectPath, connection::Builder, object_server::Interface};

use super::machine::{COLLEAGUE, Machine, NURSE, STRANGER};
use crate::doctor::{by_check, verdict};

/// systemd, as far as it is asked: where its units are.
struct Systemd(&'static str);

#[zbus::interface(name = "org.freedesktop.systemd1.Manager")]
impl Systemd {
    fn load_unit(&self, name: &str) -> OwnedObjectPath {
        let (unit, _) = name.split_once('.').unwrap();
        OwnedObjectPath::try_from(format!("{}/{unit}", self.0)).unwrap()
    }
}

/// A unit of it.
struct Unit {
    load: &'static str,
    active: &'static str,
    file: &'static str,
}

#[zbus::interface(name = "org.freedesktop.systemd1.Unit")]
impl Unit {
    #[zbus(property)]
    fn load_state(&self) -> &'static str {
        self.load
    }

    #[zbus(property)]
    fn active_state(&self) -> &'static str {
        self.active
    }

    #[zbus(property)]
    fn unit_file_state(&self) -> &'static str {
        self.file
    }
}

const ACTIVE: Unit = Unit { load: "loaded", active: "active", file: "enabled" };

/// Whoever keeps the clock, and whether it is synchronized.
struct Timedate(bool);

#[zbus::interface(name = "org.freedesktop.timedate1")]
impl Timedate {
    #[zbus(property, name = "NTPSynchronized")]
    fn ntp_synchronized(&self) -> bool {
        self.0
    }
}

/// Whoever keeps the clock, and never answers.
struct SilentTimedate;

#[zbus::interface(name = "org.freedesktop.timedate1")]
impl SilentTimedate {
    #[zbus(property, name = "NTPSynchronized")]
    async fn ntp_synchronized(&self) -> bool {
        std::future::pending().await
    }
}

/// systemd with its units, and whoever keeps the clock, on the machine's bus.
async fn played(machine: &Machine, clock: impl Interface) -> Connection {
    Builder::address(machine.bus.address())
        .name("org.freedesktop.systemd1")
        .name("org.freedesktop.timedate1")
        .serve_at("/org/freedesktop/systemd1", Systemd("/org/freedesktop/systemd1/unit"))
        .serve_at("/org/freedesktop/systemd1/unit/lanyardd", ACTIVE)
        .serve_at("/org/freedesktop/systemd1/unit/pcscd", ACTIVE)
        .serve_at("/org/freedesktop/timedate1", clock)
        .build()
        .await
        .unwrap()
}

#[tokio::test]
async fn who_does_not_answer_about_the_clock_keeps_nothing_from_the_rest() {
    let machine = Machine::new().await;
    let services = played(&machine, SilentTimedate).await;
    let checks = of_user(&machine.stack, NURSE).await;
    assert_eq!(verdict(&checks, "clock-synchronized"), "unknown", "{checks:?}");
    for check in ["daemon", "unit", "desk"] {
        assert_eq!(verdict(&checks, check), "good", "{check}: {checks:?}");
    }
    drop(services);
}

#[tokio::test]
async fn at_a_desk_the_machine_s_services_are_asked_too() {
    let machine = Machine::new().await;
    let desktop = machine.desktop_of(NURSE).await;
    let (_card, _) = machine.card_in().await;
    let services = played(&machine, Timedate(true)).await;

    let checks = of_user(&machine.stack, NURSE).await;
    for check in ["daemon", "unit", "clock-synchronized", "desk", "own-readers", "agent", "cards"] {
        assert_eq!(verdict(&checks, check), "good", "{check}: {checks:?}");
    }
    // The bus knows nothing of a package here.
    for check in ["bus-policy", "activation", "polkit-actions"] {
        assert_ne!(verdict(&checks, check), "good", "{check}: {checks:?}");
    }
    let colleague = of_user(&machine.stack, COLLEAGUE).await;
    for check in ["desk", "agent"] {
        assert_eq!(verdict(&colleague, check), "attention", "{check}: {colleague:?}");
    }
    let stranger = of_user(&machine.stack, STRANGER).await;
    assert_eq!(verdict(&stranger, "desk"), "attention", "{stranger:?}");
    assert_eq!(verdict(&stranger, "audit-folder"), "good", "{stranger:?}");
    assert_eq!(verdict(&stranger, "audit-log"), "unknown", "{stranger:?}");
    drop((services, desktop));
}

/// What this user is told about the machine's own bus, which is the stack's.
async fn of_user(stack: &Stack, uid: u32) -> BTreeMap<String, Vec<Value>> {
    let (user, config) = (uid.to_string(), stack.folder().join("lanyard.toml"));
    let lanyardctl = own_program("lanyardctl").unwrap();
    let program = stack
        .command("setpriv")
        .args(["--reuid", &user, "--regid", &user, "--clear-groups"])
        .arg(lanyardctl)
        .args(["doctor", "--json", "--config"])
        .arg(config);
    // Those who are played here must go on answering meanwhile.
    let told = tokio::task::spawn_blocking(move || program.run().unwrap());
    by_check(&told.await.unwrap().stdout)
}
