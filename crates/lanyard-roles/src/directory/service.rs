//! The folder as a directory: asked with a deadline, watched, and telling what may be another.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::desk::Desk;
use super::folder::Folder;
use super::key_folder::KeyProblem;
use super::settings::FolderSettings;
use super::watch::{Happened, Watch};
use super::watcher::Watcher;
use super::{LookUp, NoAnswer, RoleDirectory};
use crate::identifiers::Uuid;

/// A folder of role documents with a thread that reads and one that watches. Both end when it is dropped.
#[derive(Debug)]
pub struct FolderDirectory {
    folder: Arc<Folder>,
    desk: Desk,
    _watcher: Watcher,
}

/// What is told without being asked, from a thread that must not be kept waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The document of this holder, who was asked for lately, may be another: ask again.
    Changed(Uuid),
    /// All documents may be others: keys changed, or changes were missed.
    AllChanged,
    /// What is wrong with the keys now; told at the start and when they change, also when nothing is.
    Keys(Vec<KeyProblem>),
    /// The kernel does not watch everything: once a minute all may be others.
    NotWatched(io::ErrorKind),
    /// A document that was seen is not in the file: after a restart an older one could count.
    SeenNotKept(io::ErrorKind),
}

impl FolderDirectory {
    /// Reads the keys, begins to watch, and waits for questions. No document is read.
    ///
    /// # Errors
    /// When the system gives no descriptor or thread, or the file of what was seen cannot be used.
    pub fn open(
        settings: FolderSettings,
        on_news: impl Fn(News) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let on_news = Arc::new(on_news);
        let watch =
            Watch::new(settings.folder.clone(), settings.keys.clone(), settings.kept.max(1))?;
        let watch = Arc::new(Mutex::new(watch));
        let (folder, problems) = Folder::open(settings);
        let folder = Arc::new(folder);
        on_news(News::Keys(problems));
        if let Some(fault) = folder.take_seen_fault() {
            on_news(News::SeenNotKept(fault));
        }
        let reader = Reader { folder: Arc::clone(&folder), watch: Arc::clone(&watch) };
        let tell = Arc::clone(&on_news);
        let desk = Desk::open(move |holder, now| {
            let (answer, faults) = reader.answer(holder, now);
            for fault in faults {
                tell(fault);
            }
            answer
        })?;
        let of_keys = Arc::clone(&folder);
        let watcher = Watcher::start(watch, move |happened| told(&of_keys, happened, &*on_news))?;
        Ok(Self { folder, desk, _watcher: watcher })
    }

    /// The folder, for reports: asking it may wait.
    pub const fn folder(&self) -> &Arc<Folder> {
        &self.folder
    }
}

impl RoleDirectory for FolderDirectory {
    fn look_up(&self, holder: Uuid, now: Timestamp, patience: Duration) -> LookUp<'_> {
        Box::pin(async move {
            let answer = self.desk.ask(holder, now, patience).await;
            let stale = |why| self.folder.kept(holder, now, why);
            match answer {
                Err(NoAnswer::TimedOut) => stale(io::ErrorKind::TimedOut).ok_or(NoAnswer::TimedOut),
                Err(NoAnswer::Busy) => stale(io::ErrorKind::ResourceBusy).ok_or(NoAnswer::Busy),
                Ok(_) | Err(NoAnswer::Closed) => answer,
            }
        })
    }
}

/// What the reading thread has.
struct Reader {
    folder: Arc<Folder>,
    watch: Arc<Mutex<Watch>>,
}

impl Reader {
    /// Watches first: what changes while the file is read is told.
    fn answer(&self, holder: Uuid, now: Timestamp) -> (super::Answer, Vec<News>) {
        let file = self.folder.settings().signed_file(holder);
        let fault = {
            let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
            let before = watch.fault();
            watch.follow(holder, &file);
            watch.fault().filter(|fault| before != Some(*fault))
        };
        let answer = self.folder.look_up(holder, now);
        let not_kept = self.folder.take_seen_fault().map(News::SeenNotKept);
        (answer, fault.map(News::NotWatched).into_iter().chain(not_kept).collect())
    }
}

fn told(folder: &Folder, happened: Happened, tell: &dyn Fn(News)) {
    if happened.keys || happened.all {
        tell(News::Keys(folder.reload_keys()));
        tell(News::AllChanged);
    } else {
        happened.holders.into_iter().map(News::Changed).for_each(tell);
    }
}
