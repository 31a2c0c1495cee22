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

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    /// What.
    pub(crate) what: &'static str,
    /// How many seconds after the kernel saw the reader.
    pub(crate) at: f64,
}

/// The steps after the kernel has seen the reader, in their order.
pub(crate) fn of_activation(
    machine: &mut Machine,
    inserted: Duration,
) -> Result<Vec<Step>, MachineError> {
    let start = seconds(&machine.run(USB)?);
    let mut steps = vec![Step { what: "CardInserted", at: inserted.as_secs_f64() - start }];
    for (what, unit, property) in [
        ("lanyardd started", "lanyardd", "ExecMainStartTimestamp"),
        ("pcscd started", "pcscd", "ExecMainStartTimestamp"),
        ("lanyardd ready", "lanyardd", "ActiveEnterTimestamp"),
    ] {
        let at = machine.run(&format!(
            "date +%s.%N --date=\"$(systemctl show {unit} --timestamp=us --value --property={property})\""
        ))?;
        steps.push(Step { what, at: seconds(&at) - start });
    }
    steps.sort_by(|a, b| a.at.total_cmp(&b.at));
    Ok(steps)
}

/// Each step of the first round with the median of its times in all rounds.
pub(crate) fn medians(rounds: &[Vec<Step>]) -> Vec<Step> {
    let median = |step: &Step| {
        let same = rounds.iter().flatten().filter(|other| other.what == step.what);
        let mut times: Vec<f64> = same.map(|step| step.at).collect();
        times.sort_by(f64::total_cmp);
        Step { at: times.get(times.len() / 2).copied().unwrap_or(f64::NAN), ..*step }
    };
    rounds.first().into_iter().flatten().map(median).collect()
}

fn seconds(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_step_the_time_in_the_middle_counts() {
        let round = |a, b| vec![Step { what: "a", at: a }, Step { what: "b", at: b }];
        let rounds = [round(1.0, 9.0), round(5.0, 2.0), round(2.0, 4.0)];
        assert_eq!(medians(&rounds), round(2.0, 4.0));
    }
}
