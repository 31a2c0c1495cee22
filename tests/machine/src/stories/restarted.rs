//! Services are restarted, killed, stopped and wanted again, with a card in.

use serde_json::json;

use crate::error::{MachineError, must, must_be};
use crate::world::{NAME, ROOT, World};

/// What the daemon has written since this was asked before.
const TOLD: &str = "journalctl --unit=lanyardd --output=cat --cursor-file=/run/told";

pub(super) fn a_restart_of_pcscd_takes_the_card_and_brings_it_back(
    world: &mut World,
) -> Result<(), MachineError> {
    let daemon = world.unit("MainPID")?;
    world.machine.run(TOLD)?;
    for _ in 0..3 {
        world.news.forget();
        world.machine.run("systemctl restart pcscd")?;
        world.news.wait_for("CardRemoved")?;
        let inserted = world.news.wait_for("CardInserted")?;
        world.settled(inserted.argument(0))?;
    }
    must_be("the daemon's process", &world.unit("MainPID")?, &daemon)?;
    nobody_was_denied(world)
}

pub(super) fn a_stopped_pcscd_is_said_to_be_unavailable_and_found_again(
    world: &mut World,
) -> Result<(), MachineError> {
    world.machine.run(TOLD)?;
    world.news.forget();
    world.machine.run("systemctl stop pcscd.socket pcscd.service")?;
    world.news.wait_for("CardRemoved")?;
    world.news.wait_for_property("PcscState", &json!("unavailable"))?;
    // Only the socket: whoever comes through it starts the service.
    world.machine.run("systemctl start pcscd.socket")?;
    world.news.wait_for_property("PcscState", &json!("running"))?;
    let inserted = world.news.wait_for("CardInserted")?;
    world.settled(inserted.argument(0))?;
    nobody_was_denied(world)
}

/// A pcscd that goes away looks like one that refuses; it is not to be taken for one.
fn nobody_was_denied(world: &mut World) -> Result<(), MachineError> {
    let denied = world.machine.attempt(&format!("{TOLD} | grep -i denied"))?;
    must_be("who was denied", &denied.output.as_str(), &"")
}

pub(super) fn a_killed_daemon_is_started_again_and_knows_the_card(
    world: &mut World,
) -> Result<(), MachineError> {
    let daemon = world.unit("MainPID")?;
    world.news.forget();
    world.machine.run("systemctl kill --signal=KILL lanyardd")?;
    world.news.wait_for_property("State", &json!("ready"))?;
    let next = world.unit("MainPID")?;
    must(daemon != next && next != "0", || format!("the process was {daemon} and is {next}"))?;
    must_be("restarts", &world.unit("NRestarts")?.as_str(), &"1")
}

pub(super) fn a_call_starts_a_daemon_that_was_stopped(
    world: &mut World,
) -> Result<(), MachineError> {
    world.machine.run("systemctl stop lanyardd")?;
    let call =
        format!("runuser -u nobody -- busctl get-property {NAME} {ROOT} {NAME}.Manager PcscState");
    must_be("what the call says", &world.machine.run(&call)?.as_str(), &"s \"running\"")?;
    let card = world.only("card")?;
    world.settled(&card)
}
