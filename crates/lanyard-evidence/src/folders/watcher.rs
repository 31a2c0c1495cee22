//! The thread that notices changes of folders. It ends when its [`Watcher`] is dropped.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use rustix::event::{EventfdFlags, eventfd};

use super::watch::{Watch, Woken};
use crate::problem::{Problem, ProblemFact};
use crate::settings::Folders;

/// A running thread.
#[derive(Debug)]
pub(crate) struct Watcher {
    stop: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Starts the thread: it calls `read` once at once, and whenever something happened in the folders,
    /// each time with what stands against watching them. The first call is over when this returns.
    ///
    /// # Errors
    /// When the system gives no descriptor or thread.
    pub(crate) fn start(
        folders: &Folders,
        read: impl Fn(Option<Problem>) + Send + 'static,
    ) -> io::Result<Self> {
        let folders = all(folders);
        let stop = Arc::new(eventfd(0, EventfdFlags::CLOEXEC)?);
        let mut watch = watching(&folders, &read);
        let stopped = Arc::clone(&stop);
        let run = move || {
            while watch.wait(stopped.as_fd()) == Woken::Folders {
                watch = watching(&folders, &read);
            }
        };
        let thread = thread::Builder::new().name("evidence-folders".into()).spawn(run)?;
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

fn all(folders: &Folders) -> Vec<PathBuf> {
    let optional = [&folders.intermediates, &folders.lists, &folders.responders];
    std::iter::once(&folders.anchors).chain(optional.into_iter().flatten()).cloned().collect()
}

/// The watch goes first: what happens during the reading is not missed.
fn watching(folders: &[PathBuf], read: &impl Fn(Option<Problem>)) -> Watch {
    let (watch, error) = Watch::of(folders.iter().map(PathBuf::as_path));
    read(problem(folders, error.as_ref()));
    watch
}

fn problem(folders: &[PathBuf], error: Option<&io::Error>) -> Option<Problem> {
    let place = folders.first().map_or(Path::new(""), PathBuf::as_path).into();
    error.map(|error| Problem { place, fact: ProblemFact::NoWatch(error.kind()) })
}
