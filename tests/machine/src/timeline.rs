//! When what happened between plugging in a reader and hearing of its card, by the guest's own clock.

use std::time::Duration;

use crate::error::{MachineError, must};
use crate::machine::Machine;

/// The kernel's line, in microseconds since 1970.
const USB: &str = "journalctl --dmesg --output=short-unix --no-pager --grep='New USB device found, idVendor=08e6' \
    | tail -1 | cut -d' ' -f1";

/// How long after the kernel saw the reader something was, which is said as `date +%s.%N` does.
pub(crate) fn since_reader(machine: &mut Machine, at: &str) -> Result<f64, MachineError> {
    let took = seconds(at) - seconds(&machine.run(USB)?);
    must(took > 0.0, || format!("no time: {at}"))?;
    Ok(took)
}

/// The steps after the kernel has seen the reader, each as a line.
pub(crate) fn of_activation(
    machine: &mut Machine,
    inserted: Duration,
) -> Result<Vec<String>, MachineError> {
    let start = seconds(&machine.run(USB)?);
    let mut steps = Vec::new();
    for (what, unit, property) in [
        ("lanyardd started", "lanyardd", "ExecMainStartTimestamp"),
        ("pcscd started", "pcscd", "ExecMainStartTimestamp"),
        ("lanyardd ready", "lanyardd", "ActiveEnterTimestamp"),
    ] {
        let at = machine.run(&format!(
            "date +%s.%N --date=\"$(systemctl show {unit} --timestamp=us --value --property={property})\""
        ))?;
        steps.push((what, seconds(&at)));
    }
    steps.push(("CardInserted", inserted.as_secs_f64()));
    steps.sort_by(|a, b| a.1.total_cmp(&b.1));
    let line = |(what, at): &(&str, f64)| {
        format!("  {:6.3} s after the kernel saw the reader: {what}", at - start)
    };
    Ok(steps.iter().map(line).collect())
}

fn seconds(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}
