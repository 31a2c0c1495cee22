//! A pcscd that asks polkit who may speak to it, as Debian 13's does.

use serde_json::json;

use crate::error::{MachineError, must_be};
use crate::world::{ROOT, World};

const RULE: &str = "/usr/share/polkit-1/rules.d/50-lanyard.rules";

pub(super) fn without_our_rule_pcscd_denies_and_the_daemon_says_so(
    world: &mut World,
) -> Result<(), MachineError> {
    // Whoever pcscd has let in stays in.
    world.machine.run(&format!(
        "systemctl stop lanyardd.service pcscd.service && mv {RULE} /run/ && systemctl restart polkit"
    ))?;
    world.news.forget();
    world.machine.plug_reader()?;
    world.card.insert()?;
    world.news.wait_for_property("PcscState", &json!("denied"))?;
    let state = world.property(ROOT, "Manager", "PcscState")?;
    must_be("PcscState", &state.as_str(), &"s \"denied\"")?;
    world.caused.push("the smartcard service is denied ");
    // What an administrator reads says what to do.
    world
        .machine
        .run(&format!("journalctl --unit=lanyardd --since=-1min | grep -F {RULE}"))
        .map(drop)
}

pub(super) fn with_our_rule_the_card_is_read(world: &mut World) -> Result<(), MachineError> {
    world
        .machine
        .run(&format!("mv /run/50-lanyard.rules {RULE} && systemctl restart polkit pcscd"))?;
    world.news.wait_for_property("PcscState", &json!("running"))?;
    let card = world.only("card")?;
    world.settled(&card)
}
