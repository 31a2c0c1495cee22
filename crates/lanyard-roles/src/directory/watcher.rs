//! The thread that waits for changes. It ends when its [`Watcher`] is dropped.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;

use super::watch::{Happened, Watch};

/// How long to pause when the kernel does not watch everything: then, and only then, time is all there is.
const BLIND: Duration = Duration::from_secs(60);

/// A running thread.
#[derive(Debug)]
pub(super) struct Watcher {
    stop: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Starts the thread; it tells of everything that happens.
    ///
    /// # Errors
    /// When the system gives no descriptor or thread.
    pub(super) fn start(
        watch: Arc<Mutex<Watch>>,
        tell: impl Fn(Happened) + Send + 'static,
    ) -> io::Result<Self> {
        let stop = Arc::new(eventfd(0, EventfdFlags::CLOEXEC)?);
        let stopped = Arc::clone(&stop);
        let changes = lock(&watch).descriptor()?;
        let run = move || {
            loop {
                let blind = lock(&watch).fault().map(|_| BLIND);
                match readable([stopped.as_fd(), changes.as_fd()], blind) {
                    [true, _] => return,
                    [false, true] => {
                        let happened = lock(&watch).happened();
                        if happened != Happened::default() {
                            tell(happened);
                        }
                    }
                    [false, false] => tell(Happened { all: true, ..Happened::default() }),
                }
            }
        };
        let thread = thread::Builder::new().name("role-folders".into()).spawn(run)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // A counter from zero takes a one; if it did not, the thread would end with the process.
        if rustix::io::write(&self.stop, &1_u64.to_ne_bytes()).is_ok()
            && let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            let _panicked = thread.join();
        }
    }
}

fn lock(watch: &Mutex<Watch>) -> MutexGuard<'_, Watch> {
    watch.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which of the descriptors became readable in time. An interrupted wait begins again: no signal comes for
/// ever.
fn readable(sources: [BorrowedFd<'_>; 2], time: Option<Duration>) -> [bool; 2] {
    let time = time.and_then(|time| Timespec::try_from(time).ok());
    let mut sources = sources.map(|source| PollFd::from_borrowed_fd(source, PollFlags::IN));
    while poll(&mut sources, time.as_ref()) == Err(Errno::INTR) {}
    sources.map(|source| !source.revents().is_empty())
}
