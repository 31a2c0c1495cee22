//! Waiting for something to happen in folders that may not exist yet (inotify(7)).
//!
//! A folder is watched, and on the way to it the nearest folder that exists, for the one name that leads
//! on. What happened is not asked: the one answer is to read again, and to watch anew.

use std::ffi::{OsStr, OsString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;

/// How long to pause when the kernel gives no watch: then, and only then, time is all there is.
const WITHOUT_WATCH: Duration = Duration::from_secs(60);

/// Files are rarely written alone: so long nothing must happen before they are read.
const QUIET: Duration = Duration::from_millis(20);

/// But nobody waits for more than so many times [`QUIET`].
const MOST_PAUSES: usize = 10;

/// Whatever changes the content of a folder, and its end. Of a file that is being written, the end of the
/// writing counts.
const WITHIN: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::CLOSE_WRITE)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::DELETE)
    .union(ON_THE_WAY);

/// Whatever makes a name lead elsewhere. `MASK_ADD`: one folder may be on the way to several.
const ON_THE_WAY: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::MASK_ADD)
    .union(WatchFlags::ONLYDIR);

/// Everything that happens to some folders from the moment this was made.
#[derive(Debug)]
pub(super) struct Watch {
    inotify: Option<OwnedFd>,
    /// What is waited for: any name in a watched folder, or one.
    interests: Vec<(i32, Option<OsString>)>,
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// Something happened, or may have.
    Folders,
    /// The other descriptor became readable.
    Stop,
}

impl Watch {
    /// Watches these folders; when the kernel does not, says why, and [`Self::wait`] ends once a minute.
    pub(super) fn of<'a>(folders: impl Iterator<Item = &'a Path>) -> (Self, Option<io::Error>) {
        match Self::watching(folders) {
            Ok(watch) => (watch, None),
            Err(error) => (Self { inotify: None, interests: Vec::new() }, Some(error)),
        }
    }

    fn watching<'a>(folders: impl Iterator<Item = &'a Path>) -> io::Result<Self> {
        let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let mut interests = Vec::new();
        for folder in folders {
            watch_the_way(&inotify, folder, &mut interests)?;
        }
        Ok(Self { inotify: Some(inotify), interests })
    }

    /// Waits until something happens, and then until nothing does, or until `stop` is readable.
    pub(super) fn wait(&self, stop: BorrowedFd<'_>) -> Woken {
        let Some(inotify) = &self.inotify else {
            return match readable([stop, stop], Some(WITHOUT_WATCH)) {
                [true, _] => Woken::Stop,
                [false, _] => Woken::Folders,
            };
        };
        while !self.happened(inotify) {
            if let [true, _] = readable([stop, inotify.as_fd()], None) {
                return Woken::Stop;
            }
        }
        for _ in 0..MOST_PAUSES {
            match readable([stop, inotify.as_fd()], Some(QUIET)) {
                [true, _] => return Woken::Stop,
                [false, true] => _ = self.happened(inotify),
                [false, false] => break,
            }
        }
        Woken::Folders
    }

    /// Takes what has happened; whether it matters.
    fn happened(&self, inotify: &OwnedFd) -> bool {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut events = inotify::Reader::new(inotify, &mut buffer);
        let mut matters = false;
        while let Ok(event) = events.next() {
            let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()));
            let lost = event.events().contains(ReadFlags::QUEUE_OVERFLOW);
            matters |= lost
                || name.is_none()
                || self.interests.iter().any(|(watch, wanted)| {
                    *watch == event.wd() && (wanted.is_none() || wanted.as_deref() == name)
                });
        }
        matters
    }
}

/// Which of the descriptors became readable in time. An interrupted wait begins again: no signal comes for
/// ever.
fn readable(sources: [BorrowedFd<'_>; 2], time: Option<Duration>) -> [bool; 2] {
    let time = time.and_then(|time| Timespec::try_from(time).ok());
    let mut sources = sources.map(|source| PollFd::from_borrowed_fd(source, PollFlags::IN));
    while poll(&mut sources, time.as_ref()) == Err(Errno::INTR) {}
    sources.map(|source| !source.revents().is_empty())
}

/// Watches the folder and the nearest folder above it that exists, the upper one first: what comes to be
/// in between is then seen by one of the two.
fn watch_the_way(
    inotify: &OwnedFd,
    folder: &Path,
    interests: &mut Vec<(i32, Option<OsString>)>,
) -> io::Result<()> {
    loop {
        let missing = watch_above(inotify, folder, interests)?;
        // It came to be before the watch did, and no event will tell.
        if missing == folder || !missing.is_dir() {
            break;
        }
    }
    if let Some(watch) = add_watch(inotify, folder, WITHIN)? {
        interests.push((watch, None));
    }
    Ok(())
}

/// Watches the nearest folder above for the name that leads on; returns where that leads.
fn watch_above<'a>(
    inotify: &OwnedFd,
    folder: &'a Path,
    interests: &mut Vec<(i32, Option<OsString>)>,
) -> io::Result<&'a Path> {
    let mut below = folder;
    for above in folder.ancestors().skip(1) {
        let way = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        if let Some(watch) = add_watch(inotify, way, ON_THE_WAY)? {
            interests.push((watch, below.file_name().map(Into::into)));
            break;
        }
        below = above;
    }
    Ok(below)
}

/// None when the folder is not there, or closed to us.
fn add_watch(inotify: &OwnedFd, folder: &Path, what: WatchFlags) -> io::Result<Option<i32>> {
    match inotify::add_watch(inotify, folder, what) {
        Ok(watch) => Ok(Some(watch)),
        Err(Errno::NOENT | Errno::NOTDIR | Errno::ACCESS) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
