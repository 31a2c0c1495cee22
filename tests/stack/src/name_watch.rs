//! Waiting for a bus name to get an owner, for no longer than the program that should own it lives.
//!
//! A thread listens on the bus and passes the news on through a socket, because the end of a program is
//! awaited on a descriptor and both must be awaited at once.

use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::sync_channel;
use std::thread;

use zbus::export::ordered_stream::OrderedStreamExt as _;
use zbus::fdo::{DBusProxy, NameOwnerChangedStream};

use crate::deadline::Deadline;
use crate::error::StackError;
use crate::process::Process;

/// A client that has asked the bus for news of one name. Whatever happens after it was made is seen.
#[derive(Debug)]
pub(crate) struct NameWatch {
    /// Becomes readable when the name gets an owner; closing it ends the thread.
    news: UnixStream,
}

impl NameWatch {
    pub(crate) fn new(address: &str, name: &str) -> Result<Self, StackError> {
        let failed = || StackError::io("watching a bus name");
        let (news, sender) = UnixStream::pair().map_err(failed())?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed())?;
        let (subscribed, answer) = sync_channel(1);
        let (address, name) = (address.to_owned(), name.to_owned());
        // All of it on the thread, since the caller may be in a runtime of its own.
        let listen = async move {
            let changes = subscribe(&address, &name).await;
            let changes = changes.map_err(|error| subscribed.send(Err(error)));
            if let Ok(changes) = changes
                && subscribed.send(Ok(())).is_ok()
            {
                // The end of the socket says all there is to say.
                let _ = pass_on(changes, sender).await;
            }
        };
        thread::Builder::new().spawn(move || runtime.block_on(listen)).map_err(failed())?;
        let gone = |_| failed()(io::ErrorKind::BrokenPipe.into());
        answer.recv().map_err(gone)??;
        Ok(Self { news })
    }

    /// Waits until the name has an owner: false when the deadline passed or `process` ended before.
    pub(crate) fn wait_owned(&self, process: &Process, deadline: Deadline) -> io::Result<bool> {
        let end = process.end()?;
        deadline.wait_readable(&[self.news.as_fd(), end.as_fd()])?;
        Deadline::passed().wait_readable(&[self.news.as_fd()])
    }
}

async fn subscribe(address: &str, name: &str) -> zbus::Result<NameOwnerChangedStream> {
    let connection = zbus::connection::Builder::address(address).build().await?;
    let bus = DBusProxy::new(&connection).await?;
    bus.receive_name_owner_changed_with_args(&[(0, name)]).await
}

/// Writes a byte when the name gets an owner; ends then, and when nobody listens any more.
async fn pass_on(mut changes: NameOwnerChangedStream, sender: UnixStream) -> io::Result<()> {
    sender.set_nonblocking(true)?;
    let sender = tokio::net::UnixStream::from_std(sender)?;
    let owned = async {
        while let Some(change) = changes.next().await {
            if change.args().is_ok_and(|args| args.new_owner().is_some()) {
                break;
            }
        }
    };
    tokio::select! {
        () = owned => sender.into_std()?.write_all(b"!"),
        readable = sender.readable() => readable,
    }
}
