//! logind's notes: the folder of files in which it keeps its sessions. Who has logged out and left processes behind is
//! noted there as `closing`, and told to nobody on the bus.
//!
//! What is in the files is logind's own matter and not read: that one was written is a reason to ask. inotify(7).

use std::{io, os::fd::OwnedFd, path::Path};

use futures_util::future;
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use tokio::io::{Interest, unix::AsyncFd};

/// A file is written beside, and renamed.
const CHANGES: WatchFlags =
    WatchFlags::CLOSE_WRITE.union(WatchFlags::MOVED_TO).union(WatchFlags::ONLYDIR);

/// As much of what happened as is taken at once.
const TAKEN: usize = 4096;

/// The folder, watched; nothing where there is none, as without systemd.
#[derive(Debug)]
pub(crate) struct Notes(Option<AsyncFd<OwnedFd>>);

impl Notes {
    /// Begins to watch the folder.
    pub(crate) fn of(folder: &Path) -> Self {
        Self(watched(folder).inspect_err(|why| tracing::debug!(%why, "logind keeps no notes")).ok())
    }

    /// Waits until something was noted. Loses nothing when it is dropped before.
    pub(crate) async fn changed(&self) {
        if let Some(notes) = &self.0 {
            let mut happened = [0; TAKEN];
            let taken = notes.async_io(Interest::READABLE, |notes| {
                rustix::io::read(notes, &mut happened).map_err(io::Error::from)
            });
            match taken.await {
                Ok(_) => return,
                Err(error) => tracing::warn!(%error, "logind's notes cannot be followed"),
            }
        }
        future::pending::<()>().await;
    }
}

#[expect(
    deprecated,
    reason = "its successor is unsafe, for what can change its descriptor; an `OwnedFd` cannot"
)]
fn watched(folder: &Path) -> io::Result<AsyncFd<OwnedFd>> {
    let notes = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
    inotify::add_watch(&notes, folder, CHANGES)?;
    AsyncFd::with_interest(notes, Interest::READABLE)
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use tokio::time::timeout;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn what_is_renamed_into_the_folder_is_noticed_once() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sessions")).unwrap();
        let notes = Notes::of(&folder.path().join("sessions"));
        fs::write(folder.path().join("new"), "STATE=closing\n").unwrap();
        fs::rename(folder.path().join("new"), folder.path().join("sessions/2")).unwrap();
        timeout(PATIENCE, notes.changed()).await.unwrap();
        assert!(timeout(Duration::from_millis(50), notes.changed()).await.is_err());
    }

    #[tokio::test]
    async fn without_the_folder_nothing_is_noted() {
        let notes = Notes::of(Path::new("/nowhere/at/all"));
        assert!(timeout(Duration::from_millis(50), notes.changed()).await.is_err());
    }
}
