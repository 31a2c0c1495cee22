//! python-dbusmock's logind and polkit, each in a process of its own.

mod logind;
mod polkit;

pub use logind::MockedLogind;
pub use polkit::MockedPolkit;

use std::process::Stdio;

use futures_util::StreamExt;
use serde::Serialize;
use tokio::{
    process::{Child, Command},
    time::timeout,
};
use zbus::{Connection, DynamicType, Message, fdo::DBusProxy};

use crate::{PATIENCE, PrivateBus};

/// Debian's own, which has Debian's python3-dbusmock.
const PYTHON: &str = "/usr/bin/python3";
const MOCK: &str = "org.freedesktop.DBus.Mock";

/// A process that plays a service. Ends when dropped.
#[derive(Debug)]
struct Mocked {
    name: &'static str,
    path: &'static str,
    connection: Connection,
    process: Child,
}

impl Mocked {
    async fn start(
        bus: &PrivateBus,
        template: &str,
        name: &'static str,
        path: &'static str,
    ) -> Self {
        let connection = bus.connect().await;
        let names = DBusProxy::new(&connection).await.unwrap();
        let mut changes = names.receive_name_owner_changed_with_args(&[(0, name)]).await.unwrap();
        let process = Command::new(PYTHON)
            .args(["-m", "dbusmock", "--session", "--template", template])
            .env("DBUS_SESSION_BUS_ADDRESS", bus.address())
            // Python looks for modules where it is.
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        timeout(PATIENCE, changes.next()).await.unwrap().unwrap();
        let mocked = Self { name, path, connection, process };
        // It has its name before it has its methods.
        mocked.ready().await;
        mocked
    }

    async fn ready(&self) {
        let peer = "org.freedesktop.DBus.Peer";
        self.call(self.path, peer, "Ping", &()).await;
    }

    /// Tells the one who plays what to play.
    async fn play<B: Serialize + DynamicType>(&self, method: &str, body: &B) -> Message {
        self.call(self.path, MOCK, method, body).await
    }

    async fn call<B>(&self, path: &str, interface: &str, method: &str, body: &B) -> Message
    where
        B: Serialize + DynamicType,
    {
        let call =
            self.connection.call_method(Some(self.name), path, Some(interface), method, body);
        timeout(PATIENCE, call).await.unwrap().unwrap()
    }

    async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }
}
