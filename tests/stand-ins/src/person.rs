//! A program of a person's: a process with its own connection to the bus.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdin, Command},
    time::timeout,
};
use zbus::names::OwnedUniqueName;

use crate::{PATIENCE, PrivateBus};

/// A process that is connected to the bus until it is dropped.
#[derive(Debug)]
pub struct Person {
    name: OwnedUniqueName,
    pid: u32,
    process: Child,
    open: Option<ChildStdin>,
}

/// Debian's own, which has Debian's python3-dbus.
const PYTHON: &str = "/usr/bin/python3";

/// Connects, perhaps hands the connection over to a child and ends, says its name, stays until told to go.
const PROGRAM: &str = "
import os, sys, dbus.bus
bus = dbus.bus.BusConnection(sys.argv[1])
if sys.argv[2] == 'hand over' and os.fork():
    os._exit(0)
print(bus.get_unique_name(), flush=True)
sys.stdin.read()
";

impl Person {
    /// A program of the test's own user: without privileges there is no other.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(bus: &PrivateBus) -> Self {
        Self::run(bus, "stay").await
    }

    /// A program whose connection lives on after it has ended.
    ///
    /// # Panics
    /// When it does not start, or does not end.
    pub async fn that_ended(bus: &PrivateBus) -> Self {
        let mut person = Self::run(bus, "hand over").await;
        timeout(PATIENCE, person.process.wait()).await.unwrap().unwrap();
        person
    }

    async fn run(bus: &PrivateBus, then: &str) -> Self {
        let mut process = Command::new(PYTHON)
            .args(["-c", PROGRAM, bus.address(), then])
            // Python looks for modules where it is.
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let pid = process.id().unwrap();
        let open = process.stdin.take();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let name = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
        Self { name: OwnedUniqueName::try_from(name).unwrap(), pid, process, open }
    }

    /// Its connection.
    pub fn name(&self) -> &OwnedUniqueName {
        &self.name
    }

    /// The process that made the connection.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Leaves the bus.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn leave(&mut self) {
        drop(self.open.take());
        timeout(PATIENCE, self.process.wait()).await.unwrap().unwrap();
    }
}
