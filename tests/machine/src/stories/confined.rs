//! What the daemon may do, and who may learn what.

use crate::error::{MachineError, must, must_be};
use crate::world::{NAME, World};

/// The most that `systemd-analyze security` may find.
const EXPOSURE: f64 = 1.5;

pub(super) fn the_unit_is_confined(world: &mut World) -> Result<(), MachineError> {
    let said = world.machine.run("systemd-analyze security lanyardd --no-pager | tail -1")?;
    world.figure(said.trim_start_matches(['→', ' ']));
    let exposure = said.split_whitespace().find_map(|word| word.parse::<f64>().ok());
    must(exposure.is_some_and(|exposure| exposure <= EXPOSURE), || {
        format!("more than {EXPOSURE}: {said}")
    })
}

/// The sandbox refuses with these words, whatever it was that was wanted.
const REFUSALS: &str = "journalctl --unit=lanyardd --output=cat --no-pager \
    | grep -E '^ *ERROR |not permitted|[Dd]enied|Read-only file system'";

/// What went wrong, by the daemon's word and systemd's.
const ERRORS: &str = "journalctl --unit=lanyardd --priority=err --output=cat --no-pager --quiet";

/// Of which the stories are the cause: what is installed has no anchor yet, and a daemon is stopped until systemd's
/// patience ends.
const EXPECTED: [&str; 2] =
    ["no trust anchor is there: nobody can sign in", "lanyardd.service: Watchdog timeout "];

/// Whatever was played before.
pub(super) fn nothing_that_the_daemon_wanted_was_refused(
    world: &mut World,
) -> Result<(), MachineError> {
    let refused = world.machine.attempt(REFUSALS)?;
    must_be("what was refused", &refused.output.as_str(), &"")?;
    let errors = world.machine.run(ERRORS)?;
    let expected = |line: &&str| EXPECTED.iter().any(|start| line.starts_with(start));
    let others: Vec<&str> = errors.lines().filter(|line| !expected(line)).collect();
    must_be("what went wrong", &others, &Vec::new())
}

pub(super) fn role_documents_are_for_the_daemon_alone(
    world: &mut World,
) -> Result<(), MachineError> {
    let folder = "/etc/lanyard/roles";
    // Whoever knows its name cannot read it either.
    let document = world.machine.run(&format!("ls -d {folder}/999900000102*"))?;
    for (who, may) in [("lanyard", true), ("nobody", false)] {
        for script in [format!("ls {folder}"), format!("cat {document}")] {
            let done = world.machine.attempt(&format!("runuser -u {who} -- {script}"))?;
            must((done.code == 0) == may, || format!("`{script}` by {who}: {}", done.output))?;
        }
    }
    Ok(())
}

pub(super) fn another_user_sees_the_card_and_not_its_holder(
    world: &mut World,
) -> Result<(), MachineError> {
    let card = world.only("card")?;
    let describe = format!("busctl call {NAME} {card} {NAME}.Card Describe");
    let told = world.machine.run(&describe)?;
    must(told.contains("999900000102"), || format!("root is told {told}"))?;
    let other = world.machine.attempt(&format!("runuser -u nobody -- {describe}"))?;
    must(other.code != 0, || format!("another user is told {}", other.output))?;
    must(!other.output.contains("999900000102"), || other.output.clone())?;
    let state = format!("runuser -u nobody -- busctl get-property {NAME} {card} {NAME}.Card State");
    must_be("what everybody sees", &world.machine.run(&state)?.as_str(), &"s \"ready\"")
}
