//! Whoever does not go on: systemd starts a daemon again that gives no sign of life, and a card that is silent holds up
//! nobody but itself.

use serde_json::json;

use crate::error::{MachineError, must, must_be};
use crate::world::{PERSONA, World};

/// Less than a card may take to be read, and enough for an emulated machine.
const IMPATIENT: &str = "mkdir -p /run/systemd/system/lanyardd.service.d
printf '[Service]\\nWatchdogSec=5\\n' >/run/systemd/system/lanyardd.service.d/impatient.conf
systemctl daemon-reload
systemctl restart lanyardd";

const PATIENT: &str = "rm -r /run/systemd/system/lanyardd.service.d
systemctl daemon-reload
systemctl restart lanyardd";

pub(super) fn a_card_that_does_not_answer_restarts_nothing(
    world: &mut World,
) -> Result<(), MachineError> {
    world.machine.run(IMPATIENT)?;
    let card = world.only("card")?;
    world.settled(&card)?;
    let daemon = world.unit("MainPID")?;
    world.news.forget();
    world.card.swap("mute")?;
    world.news.wait_for_property("Reason", &json!("mute"))?;
    must_be("the daemon's process", &world.unit("MainPID")?, &daemon)?;
    world.card.swap(PERSONA)?;
    world.news.wait_for_property("State", &json!("ready"))?;
    must_be("the daemon's process", &world.unit("MainPID")?, &daemon)
}

pub(super) fn a_daemon_that_is_stuck_is_restarted(world: &mut World) -> Result<(), MachineError> {
    let daemon = world.unit("MainPID")?;
    world.news.forget();
    // It is there and does nothing.
    world.machine.run("systemctl kill --signal=STOP lanyardd")?;
    world.news.wait_for_property("State", &json!("ready"))?;
    let next = world.unit("MainPID")?;
    must(daemon != next && next != "0", || format!("the process was {daemon} and is {next}"))?;
    world.caused.push("lanyardd.service: Watchdog timeout ");
    world.machine.run("journalctl --unit=lanyardd | grep -q \"with result 'watchdog'\"")?;
    world.news.forget();
    world.machine.run(PATIENT)?;
    world.news.wait_for_property("State", &json!("ready")).map(drop)
}
