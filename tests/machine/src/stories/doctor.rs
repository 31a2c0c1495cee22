//! What `lanyardctl doctor` and `support-bundle` make of a whole machine: systemd, polkit and pcscd as they are.

use serde_json::Value;

use crate::error::{MachineError, must, must_be};
use crate::world::World;

/// What is known of a machine only by its polkit, its bus and its pcscd.
const OF_MACHINE: [&str; 6] =
    ["pcscd", "polkit-rule", "bus-policy", "activation", "polkit-actions", "usb-readers"];

const BUNDLE: &str = "/run/support.tar.gz";

/// The nurse's number.
const NUMBER: &str = "999900000102";

pub(super) fn without_our_rule_doctor_finds_pcscd_and_the_rule_wrong(
    world: &mut World,
) -> Result<(), MachineError> {
    let report = Report::of(world)?;
    must_be("its exit code", &report.code, &1)?;
    report.says(&["pcscd", "polkit-rule"], "wrong")
}

pub(super) fn doctor_finds_what_the_package_brings_good(
    world: &mut World,
) -> Result<(), MachineError> {
    Report::of(world)?.says(&OF_MACHINE, "good")
}

/// Played when she has signed in: the journal and the audit log know her.
pub(super) fn a_support_bundle_can_be_read_and_does_not_have_her_number(
    world: &mut World,
) -> Result<(), MachineError> {
    world.machine.run(&format!("lanyardctl support-bundle --output {BUNDLE}"))?;
    let parts = world.machine.run(&format!("tar --list --gzip --file {BUNDLE}"))?;
    for part in ["doctor.json", "journal.json", "audit.json"] {
        must(parts.lines().any(|line| line.ends_with(part)), || format!("in it are {parts}"))?;
    }
    let text = format!("tar --extract --gzip --to-stdout --file {BUNDLE}");
    world.machine.run(&format!("{text} | grep --quiet --fixed-strings '…0102'"))?;
    let told = world.machine.attempt(&format!("{text} | grep --fixed-strings {NUMBER}"))?;
    must_be("what it tells of her", &told.output.as_str(), &"")
}

/// What `lanyardctl doctor` says to root.
struct Report {
    code: i32,
    findings: Vec<Value>,
}

impl Report {
    fn of(world: &mut World) -> Result<Self, MachineError> {
        let said = world.machine.attempt("lanyardctl doctor --json")?;
        let finding = |line: &str| {
            serde_json::from_str(line)
                .map_err(|_| MachineError::Otherwise(format!("no finding: {line}")))
        };
        let findings = said.output.lines().map(finding).collect::<Result<_, _>>()?;
        Ok(Self { code: said.code, findings })
    }

    /// Each of these checks was made, and every finding of it has this verdict.
    fn says(&self, checks: &[&str], verdict: &str) -> Result<(), MachineError> {
        for check in checks {
            let of_check = |finding: &&Value| finding.get("check") == Some(&Value::from(*check));
            let found: Vec<&Value> = self.findings.iter().filter(of_check).collect();
            let is_so = |finding: &&Value| finding.get("verdict") == Some(&Value::from(verdict));
            must(!found.is_empty() && found.iter().all(is_so), || {
                format!("{check} is not {verdict}: {found:?}")
            })?;
        }
        Ok(())
    }
}
