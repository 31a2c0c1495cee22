//! Signing in with a confined daemon: certificates, locked memory, the ledger, the audit log, a reader whose keys do
//! not work.

use super::signed_in::ends_with;
use crate::error::{MachineError, must, must_be};
use crate::world::World;

/// The agent is asked although the reader says that it has keys.
const WITHOUT_KEYS: &str =
    "sed -i 's/^#pin-pad = \"auto\"/pin-pad = \"off\"/' /etc/lanyard/lanyard.toml
grep -q '^pin-pad' /etc/lanyard/lanyard.toml
systemctl restart lanyardd";

pub(super) fn a_person_at_the_screen_has_a_session_that_is_active_on_the_seat(
    world: &mut World,
) -> Result<(), MachineError> {
    let session = world.at_the_screen(
        "loginctl show-session \"$XDG_SESSION_ID\" --value \\
        --property=Active --property=Class --property=Seat --property=Remote",
    )?;
    let mut facts: Vec<&str> = session.output.lines().collect();
    facts.sort_unstable();
    must_be("the session", &facts, &vec!["no", "seat0", "user", "yes"])
}

pub(super) fn keys_that_do_not_work_are_said_and_cost_no_try(
    world: &mut World,
) -> Result<(), MachineError> {
    let login = world.at_the_screen("lanyardctl login --json </dev/null")?;
    must(login.code == 1 && login.output.contains("pin-pad-failed"), || {
        format!("signing in ended with {} and said {}", login.code, login.output)
    })?;
    tries(world, 3)
}

pub(super) fn a_wrong_passcode_costs_a_try_and_the_right_one_signs_in(
    world: &mut World,
) -> Result<(), MachineError> {
    world.machine.run(WITHOUT_KEYS)?;
    let card = world.only("card")?;
    world.settled(&card)?;
    let wrong = world.at_the_screen("echo 246813 | lanyardctl login --json")?;
    must(wrong.code == 3 && wrong.output.contains("refused"), || {
        format!("a wrong passcode ended with {} and said {}", wrong.code, wrong.output)
    })?;
    tries(world, 2)?;
    signs_in(world)?;
    signs_out(world)
}

/// Nobody is signed in at the screen; the card in the reader and its passcode change that, and the desk is told.
pub(super) fn signs_in(world: &mut World) -> Result<(), MachineError> {
    nobody_is_signed_in(world)?;
    world.forget()?;
    let login = world.at_the_screen("echo 123456 | lanyardctl login --json")?;
    must(login.code == 0, || {
        format!("signing in ended with {} and said {}", login.code, login.output)
    })?;
    world.told("session-started", "uuid")?;
    tries(world, 3)
}

fn signs_out(world: &mut World) -> Result<(), MachineError> {
    let logout = world.at_the_screen("lanyardctl logout")?;
    must(logout.code == 0, || format!("signing out said {}", logout.output))?;
    ends_with(world, "user")
}

pub(super) fn nobody_is_signed_in(world: &mut World) -> Result<(), MachineError> {
    let status = world.at_the_screen("lanyardctl status --json")?;
    must(status.code == 0 && status.output.contains("\"session\":null"), || {
        format!("status says {}", status.output)
    })
}

/// How many tries the card in the reader has left.
pub(super) fn tries(world: &mut World, left: u8) -> Result<(), MachineError> {
    let card = world.only("card")?;
    let found = world.property(&card, "Card", "PasscodeTriesLeft")?;
    must_be("the tries left", &found, &format!("i {left}"))
}
