//! The package in a machine that lives: installed, upgraded with a card in, purged.
//!
//! What its files and scripts do where nothing runs is tried by `cargo xtask package --check`.

use serde_json::json;

use super::signed_in::ends_with;
use super::signing_in::{signs_in, tries};
use crate::error::{MachineError, must, must_be};
use crate::install;
use crate::world::{NAME, ROOT, World};

pub(super) fn an_installed_daemon_runs_as_its_own_user_and_whenever_the_machine_does(
    world: &mut World,
) -> Result<(), MachineError> {
    must_be("the unit", &world.unit("ActiveState")?.as_str(), &"active")?;
    must_be("it", &world.unit("UnitFileState")?.as_str(), &"enabled")?;
    let user = "stat --format=%U /proc/$(systemctl show lanyardd --value --property=MainPID)";
    must_be("its user", &world.machine.run(user)?.as_str(), &"lanyard")?;
    // The guest has no documents, of no package.
    let changed = "dpkg --verify lanyard | grep -vE ' /usr/share/(doc|man)(/|$)'";
    let changed = world.machine.attempt(changed)?.output;
    must_be("what was changed in the package's files", &changed.as_str(), &"")
}

pub(super) fn an_upgrade_ends_the_session_and_keeps_settings_records_and_tries(
    world: &mut World,
) -> Result<(), MachineError> {
    let daemon = world.unit("MainPID")?;
    let card = world.only("card")?;
    world.settled(&card)?;
    signs_in(world)?;
    let wrong = world.at_the_screen("echo 246813 | lanyardctl login --fresh --json")?;
    must_be("a wrong passcode's exit code", &wrong.code, &3)?;
    let settings = world.machine.run("cat /etc/lanyard/lanyard.toml")?;
    world.forget()?;
    install::upgrade(&mut world.machine)?;
    ends_with(world, "service-stopped")?;
    world.news.wait_for_property("State", &json!("ready"))?;
    tries(world, 2)?;
    must(world.unit("MainPID")? != daemon, || "the old daemon still runs".into())?;
    must_be("the settings", &world.machine.run("cat /etc/lanyard/lanyard.toml")?, &settings)?;
    world.machine.run("grep -q 'a later version' /etc/lanyard/lanyard.toml.dpkg-dist")?;
    world.machine.run("lanyardctl audit verify")?;
    signs_in(world)
}

pub(super) fn a_purge_leaves_the_audit_log_alone(world: &mut World) -> Result<(), MachineError> {
    install::purge(&mut world.machine)?;
    must_be("the unit", &world.unit("LoadState")?.as_str(), &"not-found")?;
    let call = format!("busctl get-property {NAME} {ROOT} {NAME}.Manager PcscState");
    let called = world.machine.attempt(&call)?;
    must(called.code != 0, || format!("somebody answers {}", called.output))?;
    // What is ours in a guest before anything is installed has "shell" in its name.
    let left = "find / -xdev -name '*lanyard*' -not -name '*shell*' -not -path '/opt/*'";
    must_be("what is left", &world.machine.run(left)?.as_str(), &"/var/log/lanyard")?;
    world.machine.run("test -s /var/log/lanyard/audit.jsonl").map(drop)
}
