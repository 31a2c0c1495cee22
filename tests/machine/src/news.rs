//! What the daemon says on the guest's bus, as it says it: `busctl monitor` writes to a serial port of its
//! own, and here its lines are read.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::clock;
use crate::error::MachineError;
use crate::lines::Lines;
use crate::machine::Machine;

const PATIENCE: Duration = Duration::from_secs(60);

/// A unit of its own, so that the shell is free again.
const MONITOR: &str = "systemd-run --quiet --unit=lanyard-news sh -c 'exec busctl monitor \
    --json=short --match=\"type=signal,path_namespace=/org/lanyard/Lanyard1\" \
    >/dev/virtio-ports/lanyard.news 2>&1'";

/// Nothing tells that a monitor listens but that it hears this.
const PROBE: &str = "busctl emit /org/lanyard/Lanyard1 org.example.Probe Probe";

const ECHO: Duration = Duration::from_secs(2);

const MOST_PROBES: usize = 30;

/// A signal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Signal {
    /// Its name.
    pub(crate) member: String,
    /// What it carries.
    data: Value,
    /// When the bus had it, by the guest's clock.
    pub(crate) at: Duration,
    /// When it was heard here.
    pub(crate) heard: Instant,
}

/// The signals of Lanyard, in order.
#[derive(Debug)]
pub(crate) struct News {
    lines: Lines,
    /// What was told and not yet asked for.
    past: VecDeque<Signal>,
}

impl News {
    /// Has the guest tell its news from now on.
    pub(crate) fn listen(machine: &mut Machine) -> Result<Self, MachineError> {
        let doing = || MachineError::io("listening to the guest's bus");
        let lines = Lines::connect(&machine.news_socket()).map_err(doing())?;
        let mut news = Self { lines, past: VecDeque::new() };
        machine.run(MONITOR)?;
        for _ in 0..MOST_PROBES {
            machine.run(PROBE)?;
            if news.hear(clock::now() + ECHO).is_some() {
                return Ok(news);
            }
        }
        let said = machine.run("journalctl --unit=lanyard-news --no-pager")?;
        Err(MachineError::Otherwise(format!("busctl hears nothing: {said}")))
    }

    /// Waits for a signal of this name and gives it; those before it are forgotten.
    pub(crate) fn wait_for(&mut self, member: &str) -> Result<Signal, MachineError> {
        self.wait(member, |signal| signal.member == member)
    }

    /// Waits until a property has become this.
    pub(crate) fn wait_for_property(
        &mut self,
        name: &str,
        value: &Value,
    ) -> Result<Signal, MachineError> {
        self.wait(&format!("{name} = {value}"), |signal| signal.changed(name) == Some(value))
    }

    /// Waits for a signal of which `is_it` is true; those before it are forgotten.
    pub(crate) fn wait(
        &mut self,
        awaited: &str,
        is_it: impl Fn(&Signal) -> bool,
    ) -> Result<Signal, MachineError> {
        let deadline = clock::now() + PATIENCE;
        let mut before = Vec::new();
        loop {
            let signal = match self.past.pop_front() {
                Some(signal) => signal,
                None => match self.hear(deadline) {
                    Some(signal) => signal,
                    None => return Err(silence(awaited, &before)),
                },
            };
            if is_it(&signal) {
                return Ok(signal);
            }
            before.push(signal.member);
        }
    }

    /// Forgets what was told so far.
    pub(crate) fn forget(&mut self) {
        while let Some(signal) = self.hear(clock::now() + Duration::from_millis(1)) {
            drop(signal);
        }
        self.past.clear();
    }

    fn hear(&mut self, deadline: Instant) -> Option<Signal> {
        loop {
            let left = deadline.saturating_duration_since(clock::now());
            let line = self.lines.hear(left).ok()?;
            if let Some(signal) = Signal::of(&line) {
                return Some(signal);
            }
        }
    }
}

impl Signal {
    /// A line of `busctl monitor --json=short`.
    fn of(line: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(line).ok()?;
        let text = |name: &str| Some(message.get(name)?.as_str()?.to_owned());
        let at = message.get("timestamp-realtime")?.as_u64()?;
        Some(Self {
            member: text("member")?,
            data: message.pointer("/payload/data").cloned().unwrap_or(json!([])),
            at: Duration::from_micros(at),
            heard: clock::now(),
        })
    }

    /// One of the things it carries, if that is a text.
    pub(crate) fn argument(&self, at: usize) -> &str {
        self.data.get(at).and_then(Value::as_str).unwrap_or_default()
    }

    /// The new value of a property, when this says that properties changed.
    fn changed(&self, property: &str) -> Option<&Value> {
        self.data.get(1)?.get(property)?.get("data")
    }
}

fn silence(awaited: &str, before: &[String]) -> MachineError {
    MachineError::Silence {
        awaited: awaited.to_owned(),
        within: PATIENCE,
        heard: before.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSERTED: &str = r#"{"type":"signal","endian":"l","flags":1,"version":1,"cookie":7,"timestamp-realtime":1795343888000001,"sender":":1.9","path":"/org/lanyard/Lanyard1","interface":"org.lanyard.Lanyard1.Manager","member":"CardInserted","payload":{"type":"oo","data":["/org/lanyard/Lanyard1/card2","/org/lanyard/Lanyard1/reader1"]}}"#;

    const CHANGED: &str = r#"{"type":"signal","timestamp-realtime":5,"path":"/org/lanyard/Lanyard1","interface":"org.freedesktop.DBus.Properties","member":"PropertiesChanged","payload":{"type":"sa{sv}as","data":["org.lanyard.Lanyard1.Manager",{"PcscState":{"type":"s","data":"denied"}},[]]}}"#;

    #[test]
    fn a_signal_is_read_with_its_time_and_its_data() {
        let signal = Signal::of(INSERTED).unwrap();
        assert_eq!(signal.member, "CardInserted");
        assert_eq!(signal.at, Duration::from_micros(1_795_343_888_000_001));
        assert_eq!(signal.argument(0), "/org/lanyard/Lanyard1/card2");
        assert_eq!(signal.changed("PcscState"), None);
    }

    #[test]
    fn a_changed_property_is_found_by_its_name() {
        let signal = Signal::of(CHANGED).unwrap();
        assert_eq!(signal.changed("PcscState"), Some(&json!("denied")));
        assert_eq!(signal.changed("Version"), None);
    }

    #[test]
    fn what_is_no_signal_is_passed_over() {
        assert_eq!(Signal::of("Monitoring bus message stream."), None);
        assert_eq!(Signal::of("{}"), None);
    }
}
