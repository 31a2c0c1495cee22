//! QEMU's monitor (QMP, the JSON protocol of `qemu-qmp-ref(7)`): one order, one answer, events between.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::error::MachineError;
use crate::lines::Lines;

/// A guest lets go of a device, or goes to sleep, in seconds; on a busy machine they are long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to the monitor.
#[derive(Debug)]
pub(crate) struct Qmp {
    lines: Lines,
    /// Events that came while an answer was waited for.
    events: Vec<Value>,
}

impl Qmp {
    /// Connects and leaves the negotiation of capabilities behind.
    pub(crate) fn connect(socket: &Path) -> Result<Self, MachineError> {
        let doing = || MachineError::io("connecting to QEMU's monitor");
        let mut lines = Lines::connect(socket).map_err(doing())?;
        lines.hear(PATIENCE).map_err(doing())?;
        let mut qmp = Self { lines, events: Vec::new() };
        qmp.order("qmp_capabilities", &json!({}))?;
        Ok(qmp)
    }

    /// Has QEMU carry out a command.
    pub(crate) fn order(&mut self, command: &str, arguments: &Value) -> Result<(), MachineError> {
        let line = json!({ "execute": command, "arguments": arguments }).to_string();
        self.lines.say(&line).map_err(MachineError::io(format!("telling QEMU {line}")))?;
        loop {
            let heard = self.hear()?;
            if heard.get("return").is_some() {
                return Ok(());
            }
            if heard.get("error").is_some() {
                return Err(MachineError::Refused { order: line, answer: heard.to_string() });
            }
            self.events.push(heard);
        }
    }

    /// Waits until QEMU says that a device is gone; the guest may take its time to let go.
    pub(crate) fn wait_until_deleted(&mut self, device: &str) -> Result<(), MachineError> {
        self.wait(|event| {
            event.get("event") == Some(&json!("DEVICE_DELETED"))
                && event.pointer("/data/device") == Some(&json!(device))
        })
    }

    /// Waits until QEMU says that the guest sleeps.
    pub(crate) fn wait_until_asleep(&mut self) -> Result<(), MachineError> {
        self.wait(|event| event.get("event") == Some(&json!("SUSPEND")))
    }

    fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Result<(), MachineError> {
        let mut came = self.events.drain(..).any(|event| is_it(&event));
        while !came {
            came = is_it(&self.hear()?);
        }
        Ok(())
    }

    fn hear(&mut self) -> Result<Value, MachineError> {
        let heard = self.lines.hear(PATIENCE).map_err(MachineError::io("listening to QEMU"))?;
        Ok(serde_json::from_str(&heard).unwrap_or_default())
    }
}
