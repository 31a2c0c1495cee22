//! A program of another user's: a process in the stack that connects to the bus and lends its connection to the test.
//!
//! The bus and logind are told of the process that connected, which stays until it is dropped.

use std::{
    fs::{self, Permissions},
    io::IoSliceMut,
    mem::MaybeUninit,
    ops::{Deref, DerefMut},
    os::{
        fd::OwnedFd,
        unix::{fs::PermissionsExt, net::UnixStream},
    },
};

use lanyard_stack::{Process, Stack};
use lanyard_witness::{MOST_QUEUED, PATIENCE, Witness};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use tokio::{net::UnixListener, time::timeout};
use zbus::connection::Builder;

/// Connects to the first path, sends that connection and its number to the second, stays until that is closed.
const PROGRAM: &str = "
import os, socket, sys
bus, back = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
bus.connect(sys.argv[1])
back.connect(sys.argv[2])
socket.send_fds(back, [str(os.getpid()).encode()], [bus.fileno()])
back.recv(1)
";

/// A client on the bus, and the process that it belongs to.
pub(super) struct Program {
    witness: Witness,
    pid: u32,
    _process: Process,
    _open: UnixStream,
}

impl Program {
    pub(super) async fn start(stack: &Stack, uid: u32) -> Self {
        let address = stack.bus().address();
        let bus = address.split([':', ',']).find_map(|part| part.strip_prefix("path="));
        let folder = tempfile::tempdir_in(stack.folder()).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
        let back = folder.path().join("back");
        let listener = UnixListener::bind(&back).unwrap();
        fs::set_permissions(&back, Permissions::from_mode(0o666)).unwrap();
        let user = uid.to_string();
        let process = stack
            .command("setpriv")
            .args(["--reuid", &user, "--regid", &user, "--clear-groups"])
            .args(["/usr/bin/python3", "-c", PROGRAM, bus.unwrap(), back.to_str().unwrap()])
            .start()
            .unwrap();
        let (open, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
        let open = open.into_std().unwrap();
        let (pid, connection) = lent(&open);
        let builder = Builder::unix_stream(connection.into()).user_id(uid);
        let connection = builder.max_queued(MOST_QUEUED).build().await.unwrap();
        let rule = zbus::MatchRule::builder().msg_type(zbus::message::Type::Signal);
        let rule = rule.path_namespace(lanyard_dbus::ROOT).build().unwrap();
        let names = zbus::fdo::DBusProxy::new(&connection).await.unwrap();
        names.add_match_rule(rule).await.unwrap();
        Self { witness: Witness::on(connection), pid, _process: process, _open: open }
    }

    /// Its process, as the bus knows it.
    pub(super) fn pid(&self) -> u32 {
        self.pid
    }
}

impl Deref for Program {
    type Target = Witness;

    fn deref(&self) -> &Witness {
        &self.witness
    }
}

impl DerefMut for Program {
    fn deref_mut(&mut self) -> &mut Witness {
        &mut self.witness
    }
}

/// The number of the process at the other end, and the connection that it lends.
fn lent(from: &UnixStream) -> (u32, OwnedFd) {
    from.set_nonblocking(false).unwrap();
    from.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut number = [0; 16];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut parts = [IoSliceMut::new(&mut number)];
    let received = recvmsg(from, &mut parts, &mut control, RecvFlags::CMSG_CLOEXEC).unwrap();
    let lent = control.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    let number = str::from_utf8(number.get(..received.bytes).unwrap()).unwrap();
    (number.parse().unwrap(), lent.unwrap())
}
