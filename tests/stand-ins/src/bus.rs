//! A private dbus-daemon(1): everybody may do everything, nobody is started. Or one that a test has already.

use std::{fs, process::Stdio};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};
use zbus::Connection;

use crate::PATIENCE;

/// A bus of a test's own. Ends when dropped.
#[derive(Debug)]
pub struct PrivateBus {
    address: String,
    /// None for somebody else's.
    daemon: Option<(Child, TempDir)>,
}

impl PrivateBus {
    /// Starts it.
    ///
    /// # Panics
    /// When there is no dbus-daemon.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bus.conf");
        let socket = folder.path().join("bus");
        let rules = "<policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/>\
             <allow send_type=\"*\"/><allow receive_type=\"*\"/></policy>";
        let configuration = format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
             \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
             <busconfig><auth>EXTERNAL</auth><listen>unix:path={}</listen>{rules}</busconfig>\n",
            socket.display()
        );
        fs::write(&file, configuration).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .args(["--nofork", "--nopidfile", "--nosyslog", "--print-address"])
            .arg(format!("--config-file={}", file.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // It warns of limits that do not matter here.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(daemon.stdout.take().unwrap()).lines();
        let address = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
        Self { address, daemon: Some((daemon, folder)) }
    }

    /// A bus that somebody else has started, for stand-ins to be on.
    pub fn at(address: &str) -> Self {
        Self { address: address.to_owned(), daemon: None }
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A new connection.
    ///
    /// # Panics
    /// When the bus has ended.
    pub async fn connect(&self) -> Connection {
        let connecting = zbus::connection::Builder::address(self.address()).build();
        timeout(PATIENCE, connecting).await.unwrap().unwrap()
    }

    /// Ends it, and with it every connection.
    ///
    /// # Panics
    /// When the kernel refuses, and when it is somebody else's.
    pub async fn end(&mut self) {
        let (daemon, _) = self.daemon.as_mut().unwrap();
        daemon.kill().await.unwrap();
    }
}
