//! The one door: evidence is gathered when a card comes, judged by when a verdict is wanted, and read again
//! when somebody says so or folders change.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use lanyard_trust::UnixTime;

use crate::board::Board;
use crate::clock::Clock;
use crate::fetching::{Asked, Fetcher, Http, Source, Sources};
use crate::folders::{Again, Reader, Watcher};
use crate::news::News;
use crate::problem::Problem;
use crate::settings::{Folders, Settings};
use crate::snapshot::{Judged, Presented, Snapshot, Stamp};

/// All evidence of a site. Shared by reference between threads; dropping it ends the watching.
pub struct Evidence {
    shelf: Arc<Shelf>,
    fetcher: Arc<Fetcher>,
    _watcher: Watcher,
}

/// What a gathering came to.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// What is there now.
    pub snapshot: Arc<Snapshot>,
    /// Every question that was worth asking, and what came of it.
    pub asked: Vec<Asked>,
}

impl Evidence {
    /// Reads the folders and begins to watch them. `on_news` is called from this and other threads, also
    /// from questions that are still running when this is dropped; it must neither wait nor panic.
    ///
    /// # Errors
    /// When the system gives no descriptor or thread. Whatever is wrong with folders and files is news,
    /// not an error.
    pub fn new(
        settings: Settings,
        clock: Arc<dyn Clock>,
        on_news: impl Fn(News) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::with_sources(settings, clock, Vec::new(), on_news)
    }

    /// The same, with further ways to fetch; they go before HTTP.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_sources(
        settings: Settings,
        clock: Arc<dyn Clock>,
        mut sources: Vec<Box<dyn Source>>,
        on_news: impl Fn(News) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let Settings { folders, fetching } = settings;
        let board = Arc::new(Board::new(on_news));
        let http = Http::new(Arc::clone(&clock), fetching.https_roots.clone());
        sources.push(Box::new(http));
        let shelf = Arc::new(Shelf {
            folders: folders.clone(),
            clock: Arc::clone(&clock),
            board: Arc::clone(&board),
            reader: Mutex::default(),
        });
        let the_shelf = Arc::clone(&shelf);
        let watcher = Watcher::start(&folders, move |no_watch| {
            the_shelf.read(Again::Changed, no_watch);
        })?;
        let fetcher = Arc::new(Fetcher::new(board, clock, fetching, Sources(sources)));
        Ok(Self { shelf, fetcher, _watcher: watcher })
    }

    /// Fetches what is worth having about a certificate. Blocks until it is had or the deadline is there,
    /// whichever comes first; what comes later is told by [`News::Changed`].
    pub fn gather(
        &self,
        presented: Presented<'_>,
        rules: &lanyard_trust::Settings,
        now: UnixTime,
        deadline: Instant,
    ) -> Gathered {
        let asked = self.fetcher.gather(presented, rules, now, deadline);
        Gathered { snapshot: self.snapshot(), asked }
    }

    /// Judges a certificate by what is here now; waits for nothing.
    pub fn judge(
        &self,
        presented: Presented<'_>,
        rules: &lanyard_trust::Settings,
        now: UnixTime,
    ) -> Judged {
        self.snapshot().judge(presented, rules, now)
    }

    /// What is here now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shelf.board.snapshot()
    }

    /// The number of what is here now.
    pub fn stamp(&self) -> Stamp {
        self.snapshot().stamp()
    }

    /// What is wrong with files and folders now.
    pub fn problems(&self) -> Vec<Problem> {
        self.snapshot().problems().to_vec()
    }

    /// Reads all folders again, also files that look unchanged. Over when it returns.
    pub fn reload(&self) {
        self.shelf.read(Again::All, None);
    }
}

/// The folders, and where their content goes.
struct Shelf {
    folders: Folders,
    clock: Arc<dyn Clock>,
    board: Arc<Board>,
    /// Held while reading, so that what is read last is shown last.
    reader: Mutex<Reader>,
}

impl Shelf {
    fn read(&self, again: Again, no_watch: Option<Problem>) {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = reader.read(&self.folders, self.clock.wall(), again);
        held.problems.extend(no_watch);
        self.board.take(held);
    }
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evidence").field("stamp", &self.stamp()).finish_non_exhaustive()
    }
}
