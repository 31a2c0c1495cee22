//! A folder or file that is watched for changes: inotify(7), one watch each.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::Errno;

/// A watch; its descriptor becomes readable when something happened.
#[derive(Debug)]
pub(crate) struct Watch {
    inotify: OwnedFd,
}

impl Watch {
    /// Watches a file for being written to.
    pub(crate) fn writes(file: &Path) -> io::Result<Self> {
        Self::new(file, WatchFlags::MODIFY)
    }

    /// Watches a folder for entries that come, go, or change their permissions.
    pub(crate) fn entries(folder: &Path) -> io::Result<Self> {
        let flags = WatchFlags::CREATE | WatchFlags::DELETE | WatchFlags::ATTRIB;
        Self::new(folder, flags)
    }

    /// Forgets what has happened, so that the descriptor waits for what happens next.
    pub(crate) fn clear(&self) -> io::Result<()> {
        let mut space = [MaybeUninit::uninit(); 4096];
        let mut events = inotify::Reader::new(&self.inotify, &mut space);
        loop {
            match events.next() {
                Ok(_) | Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn new(path: &Path, what: WatchFlags) -> io::Result<Self> {
        let inotify = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        inotify::add_watch(&inotify, path, what)?;
        Ok(Self { inotify })
    }
}

impl AsFd for Watch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inotify.as_fd()
    }
}
