//! Folders with anchors, authorities, lists and responders: read whole, kept as one picture.
//!
//! Doubt takes trust away, never a revocation: a broken certificate file counts for nothing, a list that
//! can no longer be read counts as it was read last, until its file is gone.

mod certificates;
mod file;
mod lists;
mod watch;
mod watcher;

use std::path::PathBuf;
use std::sync::Arc;

use lanyard_trust::{Anchors, Certificate, Crl, Intermediates, UnixTime};

pub(crate) use watcher::Watcher;

use crate::problem::{Problem, ProblemFact};
use crate::settings::Folders;
use lists::ListFolder;

/// What the folders hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    pub(crate) anchors: Anchors,
    pub(crate) intermediates: Intermediates,
    pub(crate) responders: Vec<Certificate>,
    pub(crate) lists: Vec<Arc<Crl>>,
    pub(crate) problems: Vec<Problem>,
}

/// Which files are read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// All, whatever their dates say.
    All,
    /// Those that changed.
    Changed,
}

/// Reads the folders and remembers what need not be read again.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    lists: ListFolder,
}

impl Held {
    /// Everybody who may have signed a list.
    pub(crate) fn authorities(&self) -> impl Iterator<Item = &Certificate> {
        self.anchors.certificates().iter().chain(self.intermediates.certificates())
    }

    /// Whether a judgement would rest on the same.
    pub(crate) fn is_same_evidence(&self, other: &Self) -> bool {
        let same_list = |(one, other): (&Arc<Crl>, &Arc<Crl>)| Arc::ptr_eq(one, other);
        self.anchors.certificates() == other.anchors.certificates()
            && self.intermediates.certificates() == other.intermediates.certificates()
            && self.responders == other.responders
            && self.lists.len() == other.lists.len()
            && self.lists.iter().zip(&other.lists).all(same_list)
    }
}

impl Reader {
    /// Reads all folders.
    pub(crate) fn read(&mut self, folders: &Folders, now: UnixTime, again: Again) -> Held {
        let mut problems = Vec::new();
        let anchors = certificates::files(&folders.anchors, &mut problems);
        let (anchors, found) = Anchors::load(certificates::named(&anchors), now);
        certificates::tell(found, &mut problems);
        if anchors.is_empty() {
            let place = folders.anchors.clone();
            problems.push(Problem { place, fact: ProblemFact::NoAnchor });
        }
        let mut files_of = |folder: &Option<PathBuf>| match folder {
            Some(folder) => certificates::files(folder, &mut problems),
            None => Vec::new(),
        };
        let (intermediates, responders) =
            (files_of(&folders.intermediates), files_of(&folders.responders));
        let (intermediates, found) = Intermediates::load(certificates::named(&intermediates), now);
        certificates::tell(found, &mut problems);
        let responders = certificates::responders(&responders, &mut problems);
        let mut held = Held { anchors, intermediates, responders, lists: Vec::new(), problems };
        if let Some(folder) = &folders.lists {
            let authorities: Vec<_> = held.authorities().cloned().collect();
            let task = lists::Task { folder, longest: folders.longest_list, authorities, now };
            held.lists = self.lists.read(task, again, &mut held.problems);
        }
        held
    }
}
