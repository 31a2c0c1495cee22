//! Passcodes in a confined daemon: locked memory, the ledger, the audit log, a reader whose keys do not work.
//!
//! No more than what the card says to a passcode: whether its holder is signed in depends on what the site
//! trusts, and this site trusts nobody.

use crate::error::{MachineError, must, must_be};
use crate::world::World;

/// The agent is asked although the reader says that it has keys.
const WITHOUT_KEYS: &str = "mkdir -p /etc/lanyard
printf '[reader]\\npin-pad = \"off\"\\n' >/etc/lanyard/lanyard.toml
systemctl restart lanyardd";

pub(super) fn keys_that_do_not_work_are_said_and_cost_no_try(
    world: &mut World,
) -> Result<(), MachineError> {
    let login = world.machine.attempt("lanyardctl login --json </dev/null")?;
    must(login.code == 1 && login.output.contains("pin-pad-failed"), || {
        format!("signing in ended with {} and said {}", login.code, login.output)
    })?;
    tries(world, 3)
}

pub(super) fn a_wrong_passcode_costs_a_try_and_the_right_one_brings_it_back(
    world: &mut World,
) -> Result<(), MachineError> {
    world.machine.run(WITHOUT_KEYS)?;
    let card = world.only("card")?;
    world.settled(&card)?;
    let wrong = world.machine.attempt("echo 246813 | lanyardctl login --json")?;
    must(wrong.code == 3 && wrong.output.contains("refused"), || {
        format!("a wrong passcode ended with {} and said {}", wrong.code, wrong.output)
    })?;
    tries(world, 2)?;
    world.machine.attempt("echo 123456 | lanyardctl login --json")?;
    tries(world, 3)
}

fn tries(world: &mut World, left: u8) -> Result<(), MachineError> {
    let card = world.only("card")?;
    let found = world.property(&card, "Card", "PasscodeTriesLeft")?;
    must_be("the tries left", &found, &format!("i {left}"))
}
