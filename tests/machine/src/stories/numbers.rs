//! What machines read of the daemon: numbers for a collector, and the fields of the journal's entries.

use crate::error::MachineError;
use crate::world::World;

/// Where Debian's collector has its folder. It is not installed.
const FOLDER: &str = "/var/lib/prometheus/node-exporter";

pub(super) fn numbers_are_written_for_the_collector_where_its_folder_is(
    world: &mut World,
) -> Result<(), MachineError> {
    world.machine.run("systemctl --quiet enable lanyard-metrics.timer")?;
    world.machine.run("systemctl is-enabled lanyard-metrics.timer")?;
    world.machine.run(&format!("mkdir -p {FOLDER} && systemctl start lanyard-metrics.service"))?;
    world.machine.run(&format!("grep -x 'lanyard_up 1' {FOLDER}/lanyard.prom")).map(drop)
}

pub(super) fn the_journal_finds_a_sign_in_by_its_outcome(
    world: &mut World,
) -> Result<(), MachineError> {
    let found = "journalctl --boot --no-pager --output=cat LANYARD_OUTCOME=ok";
    world.machine.run(&format!("{found} | grep 'request completed'")).map(drop)
}
