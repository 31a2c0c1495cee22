//! Waiting for something to happen in a folder that may not exist yet (inotify(7)).
//!
//! Watches the nearest folder that exists on the way to the file. What happened there is not asked: the
//! one answer to every event is to try the file again, and to watch anew.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::Errno;

/// How long to pause at most when the kernel gives no watch: then, and only then, time is all there is.
const WITHOUT_WATCH: Duration = Duration::from_secs(5);

/// A name that appears, is moved here, or changes its permissions (pcscd's last step, after it listens),
/// and the end of the folder itself.
const HAPPENINGS: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::ONLYDIR);

/// Everything that happens on the way to a file from the moment this was made.
#[derive(Debug)]
pub(crate) struct Watch(Option<OwnedFd>);

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// Something happened on the way to the file.
    Folder,
    /// The time is over.
    Time,
    /// The other descriptor became readable.
    Stop,
}

impl Watch {
    /// Watches the way to `file`. A kernel that has no watch left is told of in the journal, and replaced
    /// by a pause of 5 s.
    pub(crate) fn of(file: &Path) -> Self {
        let watch = nearest_folder(file);
        if let Err(error) = &watch {
            tracing::warn!(?file, %error, "no watch on the smartcard service's folder; trying every 5 s");
        }
        Self(watch.ok())
    }

    /// Waits for a happening, for the time to be over, or for `stop` to be readable.
    pub(crate) fn wait(&self, time: Option<Duration>, stop: BorrowedFd<'_>) -> Woken {
        let folder = self.0.as_ref().map(AsFd::as_fd);
        let time = match folder {
            Some(_) => time,
            None => Some(time.map_or(WITHOUT_WATCH, |time| time.min(WITHOUT_WATCH))),
        };
        let time = time.and_then(|time| Timespec::try_from(time).ok());
        // Without a watch the second place is taken by `stop` too, which is looked at first.
        let sources = [stop, folder.unwrap_or(stop)];
        let mut sources = sources.map(|source| PollFd::from_borrowed_fd(source, PollFlags::IN));
        // An interrupted wait begins again: longer is harmless, and no signal comes for ever.
        while poll(&mut sources, time.as_ref()) == Err(Errno::INTR) {}
        match sources.map(|source| !source.revents().is_empty()) {
            [true, _] => Woken::Stop,
            [false, true] => Woken::Folder,
            [false, false] => Woken::Time,
        }
    }
}

fn nearest_folder(file: &Path) -> io::Result<OwnedFd> {
    let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
    while let Some(missing) = watch_nearest(&inotify, file)? {
        // It came to be before the watch did, and no event will tell.
        if !missing.is_dir() {
            break;
        }
    }
    Ok(inotify)
}

/// Watches the nearest folder that exists; returns the one below it that did not, if any.
fn watch_nearest(inotify: &OwnedFd, file: &Path) -> io::Result<Option<PathBuf>> {
    let mut missing = None;
    for folder in file.ancestors().skip(1) {
        let here = folder.as_os_str().is_empty();
        let way = if here { Path::new(".") } else { folder };
        match inotify::add_watch(inotify, way, HAPPENINGS) {
            Ok(_) => return Ok(missing),
            Err(Errno::NOENT | Errno::NOTDIR) => missing = Some(folder.to_owned()),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::NOENT.into())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rustix::event::{EventfdFlags, eventfd};

    use super::*;

    const DEADLINE: Option<Duration> = Some(Duration::from_secs(10));
    const NOW: Option<Duration> = Some(Duration::ZERO);

    fn never() -> OwnedFd {
        eventfd(0, EventfdFlags::CLOEXEC).unwrap()
    }

    #[test]
    fn a_file_is_heard_of_even_where_its_folder_is_made_first() {
        let (root, never) = (tempfile::tempdir().unwrap(), never());
        let file = root.path().join("run/pcscd/pcscd.comm");
        for step in ["run", "run/pcscd"] {
            let watch = Watch::of(&file);
            assert_eq!(watch.wait(NOW, never.as_fd()), Woken::Time);
            fs::create_dir(root.path().join(step)).unwrap();
            assert_eq!(watch.wait(DEADLINE, never.as_fd()), Woken::Folder, "{step}");
        }
        let watch = Watch::of(&file);
        fs::write(&file, "").unwrap();
        assert_eq!(watch.wait(DEADLINE, never.as_fd()), Woken::Folder);
    }

    #[test]
    fn the_end_of_the_folder_is_heard_of() {
        let (root, never) = (tempfile::tempdir().unwrap(), never());
        let folder = root.path().join("pcscd");
        fs::create_dir(&folder).unwrap();
        let watch = Watch::of(&folder.join("pcscd.comm"));
        fs::remove_dir(&folder).unwrap();
        assert_eq!(watch.wait(DEADLINE, never.as_fd()), Woken::Folder);
    }

    #[test]
    fn a_stop_goes_before_everything() {
        let root = tempfile::tempdir().unwrap();
        let stop = eventfd(1, EventfdFlags::CLOEXEC).unwrap();
        let watch = Watch::of(&root.path().join("socket"));
        fs::write(root.path().join("socket"), "").unwrap();
        assert_eq!(watch.wait(None, stop.as_fd()), Woken::Stop);
        assert_eq!(Watch(None).wait(None, stop.as_fd()), Woken::Stop);
        assert_eq!(Watch(None).wait(NOW, never().as_fd()), Woken::Time);
    }
}
