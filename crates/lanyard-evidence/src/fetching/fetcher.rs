//! Asking several questions at once, each on a thread of its own that ends by its deadline.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use lanyard_trust::UnixTime;

use super::book::{Begun, Book, Ending, Key};
use super::disk::Disk;
use super::fault::Fault;
use super::latch::Latch;
use super::plan::{Plan, plan};
use super::source::Sources;
use crate::board::Board;
use crate::clock::{Clock, left};
use crate::news::News;
use crate::settings::Fetching;
use crate::snapshot::Presented;

/// Whoever asks others.
pub(crate) struct Fetcher {
    pub(super) board: Arc<Board>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) settings: Fetching,
    pub(super) sources: Sources,
    pub(super) disk: Option<Disk>,
    book: Book,
}

/// A question, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Where.
    pub address: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was asked now, and the answer counts.
    Had,
    /// It was asked before, and the answer is fresh.
    Fresh,
    /// Nothing that counts was had, now or a short while ago.
    Failed(Fault),
    /// It is still being asked; the snapshot changes when the answer comes.
    Running,
}

impl Fetcher {
    pub(crate) fn new(
        board: Arc<Board>,
        clock: Arc<dyn Clock>,
        settings: Fetching,
        sources: Sources,
    ) -> Self {
        let disk = settings.cache.clone().map(|cache| Disk::new(cache, settings.longest_list));
        let book = Book::new(settings.failure_seconds);
        Self { board, clock, settings, sources, disk, book }
    }

    /// Asks what is worth asking about a certificate, and waits until all is answered or the deadline is
    /// there. What is not answered by then goes on.
    pub(crate) fn gather(
        self: &Arc<Self>,
        presented: Presented<'_>,
        rules: &lanyard_trust::Settings,
        now: UnixTime,
        deadline: Instant,
    ) -> Vec<Asked> {
        let plan = plan(&self.board.snapshot(), presented, rules, &self.settings, now);
        let latch = Arc::new(Latch::default());
        let begun = self.begin(plan, rules, &latch, now);
        latch.wait(left(&*self.clock, deadline));
        let outcome = |key: &Key| match self.book.ending(key) {
            None => Outcome::Running,
            Some(Ending::Fresh { .. }) => Outcome::Had,
            Some(Ending::Failed { fault, .. }) => Outcome::Failed(fault),
        };
        let told = begun.into_iter().map(|(key, known)| {
            let outcome = known.unwrap_or_else(|| outcome(&key));
            Asked { address: key.address, outcome }
        });
        told.collect()
    }

    /// Starts what must be asked; returns each question, and its outcome where that is known already.
    fn begin(
        self: &Arc<Self>,
        plan: Plan,
        rules: &lanyard_trust::Settings,
        latch: &Arc<Latch>,
        now: UnixTime,
    ) -> Vec<(Key, Option<Outcome>)> {
        let mut begun = Vec::with_capacity(plan.len());
        for (key, path) in plan {
            let known = match self.book.begin(&key, latch, now) {
                Begun::Fresh => Some(Outcome::Fresh),
                Begun::Failed(fault) => Some(Outcome::Failed(fault)),
                Begun::Shared => None,
                Begun::Mine { forgotten } => {
                    self.forget(forgotten);
                    self.start(Question { key: key.clone(), path, rules: rules.clone(), now });
                    None
                }
            };
            begun.push((key, known));
        }
        begun
    }

    fn start(self: &Arc<Self>, question: Question) {
        let running = Running {
            fetcher: Arc::clone(self),
            key: question.key.clone(),
            ending: Ending::Failed { at: question.now, fault: Fault::NoMeans },
        };
        // Whatever becomes of the thread: dropping `running` ends the question.
        let _no_thread = thread::Builder::new()
            .name("evidence-fetch".into())
            .spawn(move || running.ask(&question));
    }

    fn forget(&self, key: Option<Key>) {
        if let Some(key) = key {
            self.board.change(|got| match key.about {
                None => got.lists.remove(&key.address).is_some(),
                Some(_) => got.answers.remove(&key).is_some(),
            });
        }
    }

    /// When a question that is asked now must be answered.
    pub(super) fn deadline(&self) -> Instant {
        let now = self.clock.steady();
        let an_hour = Duration::from_secs(60 * 60);
        now + self.settings.patience.min(an_hour)
    }
}

/// A question, and everything that is needed to understand the answer.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) key: Key,
    /// The certificate that it is about, and the authorities above it.
    pub(super) path: Vec<lanyard_trust::Certificate>,
    pub(super) rules: lanyard_trust::Settings,
    pub(super) now: UnixTime,
}

/// A question that is being asked; dropping it ends it.
struct Running {
    fetcher: Arc<Fetcher>,
    key: Key,
    ending: Ending,
}

impl Running {
    fn ask(mut self, question: &Question) {
        let answered = match question.key.about {
            None => self.fetcher.list(question),
            Some(_) => self.fetcher.answer(question),
        };
        self.ending = match answered {
            Ok(until) => Ending::Fresh { until },
            Err(fault) => Ending::Failed { at: question.now, fault },
        };
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ending::Failed { fault, .. } = &self.ending {
            let (address, fault) = (self.key.address.clone(), fault.clone());
            self.fetcher.board.say(News::Fetch { address, fault });
        }
        self.fetcher.book.end(&self.key, self.ending.clone());
    }
}
