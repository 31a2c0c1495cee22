//! A private dbus-daemon(1).
//!
//! It starts no services. Its policy lets everybody do everything unless a policy file is given, which
//! then is read as the system bus would read it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use crate::cell::Cell;
use crate::error::StackError;
use crate::output::OutputFolder;
use crate::process::{Process, Signal};

const PATIENCE: Duration = Duration::from_secs(20);

/// The bus of a stack.
#[derive(Debug)]
pub struct Bus {
    address: String,
    process: Process,
}

impl Bus {
    /// Starts it; `folder` takes its configuration and its socket.
    pub(crate) fn start(
        cell: &Arc<Cell>,
        outputs: &OutputFolder,
        folder: &Path,
        rules: &Rules,
    ) -> Result<Self, StackError> {
        let socket = folder.join("bus");
        let file = folder.join("bus.conf");
        fs::write(&file, configuration(&socket, rules))
            .map_err(StackError::io("writing the bus's configuration"))?;
        let mut command = Command::new("dbus-daemon");
        command
            .args(["--nofork", "--nopidfile", "--nosyslog", "--print-address"])
            .arg(format!("--config-file={}", file.display()));
        let output = outputs.for_program("dbus-daemon");
        let mut process = Process::start(cell, "dbus-daemon", command, output)?;
        let address = process.wait_for_line("its address", PATIENCE, |_| true)?;
        Ok(Self { address, process })
    }

    /// Where it listens, for `--bus` and for clients inside and outside the cell.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends it, and with it every connection.
    ///
    /// # Errors
    /// [`StackError::Io`] when it has ended before.
    pub fn end(&self) -> Result<(), StackError> {
        self.process.signal(Signal::TERM)
    }

    /// The dbus-daemon itself.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}

/// Who may do what on the bus, and how often.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) policy: Policy,
    /// Connections that one user may have; without a number as many as dbus-daemon allows of itself, 256.
    pub(crate) connections: Option<usize>,
}

/// Who may do what on the bus.
#[derive(Clone, Debug, Default)]
pub(crate) enum Policy {
    /// Everybody everything.
    #[default]
    Open,
    /// Debian's system bus, with these files on top of it.
    System(Vec<PathBuf>),
}

/// A configuration file after dbus-daemon(1).
fn configuration(socket: &Path, Rules { policy, connections }: &Rules) -> String {
    let socket = socket.display();
    let rules = match policy {
        Policy::Open => "<policy context=\"default\">\
             <allow user=\"*\"/><allow own=\"*\"/><allow send_type=\"*\"/>\
             <allow eavesdrop=\"true\"/></policy>"
            .to_owned(),
        Policy::System(files) => {
            let included =
                files.iter().map(|file| format!("<include>{}</include>", file.display()));
            SYSTEM_BUS_RULES.to_owned() + &included.collect::<String>()
        }
    };
    let limit = connections.map_or_else(String::new, |most| {
        format!("<limit name=\"max_connections_per_user\">{most}</limit>")
    });
    format!(
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
         \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
         <busconfig><type>system</type><auth>EXTERNAL</auth><listen>unix:path={socket}</listen>\
         {rules}{limit}</busconfig>\n"
    )
}

/// What the reference system bus grants before any service's own file: replies, signals, and talking to
/// the bus itself; owning names and calling methods is for services' files.
const SYSTEM_BUS_RULES: &str = "<policy context=\"default\">\
     <allow user=\"*\"/><deny own=\"*\"/><deny send_type=\"method_call\"/>\
     <allow send_type=\"signal\"/><allow send_requested_reply=\"true\" send_type=\"method_return\"/>\
     <allow send_requested_reply=\"true\" send_type=\"error\"/>\
     <allow receive_type=\"method_call\"/><allow receive_type=\"method_return\"/>\
     <allow receive_type=\"error\"/><allow receive_type=\"signal\"/>\
     <allow send_destination=\"org.freedesktop.DBus\"/></policy>";
