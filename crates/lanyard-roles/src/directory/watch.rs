//! Which folders are watched for whom (inotify(7)): those on the way to the files of the holders that were
//! asked for lately, and the folder of keys. The number of holders in the directory does not matter.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;

use super::followed::Followed;
use crate::identifiers::Uuid;

/// Whatever gives a name another content. A file that is being written counts when it is closed.
const CHANGES: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::CLOSE_WRITE)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::ONLYDIR);

/// What is watched.
#[derive(Debug)]
pub(super) struct Watch {
    inotify: OwnedFd,
    keys: PathBuf,
    root: PathBuf,
    followed: Followed,
    /// Two ways to one folder have one number.
    folders: HashMap<PathBuf, i32>,
    /// Why something could not be watched.
    fault: Option<io::ErrorKind>,
}

/// What happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Happened {
    /// Whose files may be others.
    pub(super) holders: Vec<Uuid>,
    /// Whether keys may be others.
    pub(super) keys: bool,
    /// Whether the kernel lost count: everything may be another.
    pub(super) all: bool,
}

impl Watch {
    /// Watches the folder of keys, and nobody's files yet.
    ///
    /// # Errors
    /// When the system gives no descriptor.
    pub(super) fn new(root: PathBuf, keys: PathBuf, most: usize) -> io::Result<Self> {
        let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let (followed, folders) = (Followed::new(root.clone(), most), HashMap::new());
        let mut watch = Self { inotify, keys, root, followed, folders, fault: None };
        watch.add_way_to_keys();
        Ok(watch)
    }

    /// Readable when something happened. The descriptor is one of its own, on the same events.
    pub(super) fn descriptor(&self) -> io::Result<OwnedFd> {
        self.inotify.as_fd().try_clone_to_owned()
    }

    /// Watches a holder's file from now on; whoever was asked for the longest ago may be watched no longer.
    pub(super) fn follow(&mut self, holder: Uuid, file: &Path) {
        for folder in self.followed.add(holder, file) {
            self.let_go(&folder);
        }
        self.add_way(&self.root.clone(), file);
    }

    /// Why something cannot be watched, if it is so.
    pub(super) const fn fault(&self) -> Option<io::ErrorKind> {
        self.fault
    }

    /// Takes what has happened, and watches folders that came to be.
    pub(super) fn happened(&mut self) -> Happened {
        let mut happened = Happened::default();
        for event in self.events() {
            let Event { watch, what, name } = event;
            if what.contains(ReadFlags::QUEUE_OVERFLOW) {
                happened.all = true;
                continue;
            }
            let paths: Vec<PathBuf> = self.paths(watch, name.as_deref());
            let gone = ReadFlags::MOVED_FROM | ReadFlags::DELETE_SELF | ReadFlags::MOVE_SELF;
            if what.contains(ReadFlags::IGNORED) {
                self.folders.retain(|_, number| *number != watch);
            }
            // A file that was only created is empty, and tells when it was written.
            let counts = what.contains(ReadFlags::ISDIR) || !what.contains(ReadFlags::CREATE);
            for path in paths.iter().filter(|_| counts) {
                if what.intersects(gone) {
                    self.drop_below(path);
                }
                happened.keys |= self.keys.starts_with(path) || path.parent() == Some(&self.keys);
                let below = self.followed.files().filter(|(_, file)| leads_to(path, file));
                happened.holders.extend(below.map(|(holder, _)| holder));
            }
        }
        happened.holders.sort_unstable();
        happened.holders.dedup();
        self.watch_again(&happened);
        happened
    }

    /// Folders on the way may be new ones.
    fn watch_again(&mut self, happened: &Happened) {
        if happened.keys || happened.all {
            self.add_way_to_keys();
        }
        let all = happened.all;
        let files = self.followed.files();
        let touched = files.filter(|(holder, _)| all || happened.holders.contains(holder));
        let files: Vec<PathBuf> = touched.map(|(_, file)| file.to_owned()).collect();
        for file in files {
            self.add_way(&self.root.clone(), &file);
        }
    }

    fn add_way_to_keys(&mut self) {
        let keys = self.keys.clone();
        self.add_way(&keys, &keys.join("any"));
    }

    /// Watches the folder above `root`, for when `root` is replaced, and the folders from `root` down to the
    /// file, as far as they are there: each before the next is looked for, so that nothing comes to be
    /// unseen.
    fn add_way(&mut self, root: &Path, file: &Path) {
        if let Some(above) = root.parent() {
            self.add(if above.as_os_str().is_empty() { Path::new(".") } else { above });
        }
        let within = file.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        let way: Vec<&Path> = within.collect();
        for folder in way.into_iter().rev() {
            if !self.add(folder) {
                break;
            }
        }
    }

    /// Whether the folder is watched now.
    fn add(&mut self, folder: &Path) -> bool {
        match inotify::add_watch(&self.inotify, folder, CHANGES) {
            Ok(number) => {
                // The same path may be another folder now.
                self.folders.insert(folder.to_owned(), number);
                true
            }
            Err(Errno::NOENT | Errno::NOTDIR) => false,
            // Whoever may not list a folder may go through it all the same.
            Err(Errno::ACCESS)
                if !folder.starts_with(&self.root) && !folder.starts_with(&self.keys) =>
            {
                false
            }
            Err(error) => {
                self.fault = Some(io::Error::from(error).kind());
                false
            }
        }
    }

    /// Stops watching a folder that is no longer at its place, and those in it.
    fn drop_below(&mut self, path: &Path) {
        let gone = self.folders.extract_if(|folder, _| folder.starts_with(path));
        for number in gone.map(|(_, number)| number).collect::<Vec<_>>() {
            self.stop(number);
        }
    }

    /// Stops watching a folder on nobody's way, unless it is on the way to the keys.
    fn let_go(&mut self, folder: &Path) {
        if !self.keys.starts_with(folder)
            && let Some(number) = self.folders.remove(folder)
        {
            self.stop(number);
        }
    }

    /// Takes back a watch, unless there is another way to its folder.
    fn stop(&self, number: i32) {
        if !self.folders.values().any(|other| *other == number) {
            // It may be gone by itself.
            let _gone = inotify::remove_watch(&self.inotify, number);
        }
    }

    /// The paths that an event is about.
    fn paths(&self, watch: i32, name: Option<&OsStr>) -> Vec<PathBuf> {
        let folders = self.folders.iter().filter(|(_, number)| **number == watch);
        let path = |(folder, _): (&PathBuf, &i32)| match name {
            Some(name) if folder == Path::new(".") => PathBuf::from(name),
            Some(name) => folder.join(name),
            None => folder.clone(),
        };
        folders.map(path).collect()
    }

    fn events(&self) -> Vec<Event> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(&self.inotify, &mut buffer);
        let mut events = Vec::new();
        while let Ok(event) = reader.next() {
            let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()).to_owned());
            events.push(Event { watch: event.wd(), what: event.events(), name });
        }
        events
    }
}

impl AsFd for Watch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inotify.as_fd()
    }
}

#[derive(Debug)]
struct Event {
    watch: i32,
    what: ReadFlags,
    name: Option<std::ffi::OsString>,
}

/// Whether the path is the file, signed or not, or a folder on the way to it.
fn leads_to(path: &Path, file: &Path) -> bool {
    file.starts_with(path) || path == file.with_extension("json")
}
