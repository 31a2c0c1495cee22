//! A folder with revocation lists: long files, read again only when they changed.
//!
//! A list knows its signers from when it was read. When authorities change, all lists are read again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lanyard_trust::{Certificate, Crl, UnixTime};

use super::Again;
use super::file::{Identity, MOST_FILES, Opened, names};
use crate::problem::{Problem, ProblemFact};

/// The files of the folder together, as a multiple of the longest one.
const LONGEST_TOGETHER: usize = 8;

/// What to read, and by whose signatures.
#[derive(Debug)]
pub(super) struct Task<'a> {
    pub(super) folder: &'a Path,
    pub(super) longest: usize,
    pub(super) authorities: Vec<Certificate>,
    pub(super) now: UnixTime,
}

/// What was read last.
#[derive(Debug, Default)]
pub(super) struct ListFolder {
    files: BTreeMap<PathBuf, ListFile>,
    authorities: Vec<Certificate>,
}

/// A file as it was when it could be read.
#[derive(Debug)]
struct ListFile {
    identity: Identity,
    lists: Vec<Arc<Crl>>,
    facts: Vec<ProblemFact>,
}

impl ListFolder {
    /// The lists of all files, and what is wrong with them.
    pub(super) fn read(
        &mut self,
        task: Task<'_>,
        again: Again,
        problems: &mut Vec<Problem>,
    ) -> Vec<Arc<Crl>> {
        let mut tell = |place: &Path, fact| problems.push(Problem { place: place.into(), fact });
        match names(task.folder) {
            Ok((names, more)) => {
                if more {
                    tell(task.folder, ProblemFact::TooManyFiles { most: MOST_FILES });
                }
                self.read_files(&task, &names, again, &mut tell);
            }
            Err(error) => {
                tell(task.folder, ProblemFact::Folder(error.kind()));
                if !self.files.is_empty() {
                    tell(task.folder, ProblemFact::StillCounts);
                }
            }
        }
        for (place, file) in &self.files {
            file.stale(task.now).chain(file.unsigned()).for_each(|fact| tell(place, fact));
        }
        self.authorities = task.authorities;
        self.files.values().flat_map(|file| &file.lists).cloned().collect()
    }

    fn read_files(
        &mut self,
        task: &Task<'_>,
        names: &[PathBuf],
        again: Again,
        tell: &mut impl FnMut(&Path, ProblemFact),
    ) {
        let mut before = std::mem::take(&mut self.files);
        let anew = again == Again::All || self.authorities != task.authorities;
        let mut left = task.longest.saturating_mul(LONGEST_TOGETHER);
        for name in names {
            let last = before.remove(name);
            let known = last.as_ref().filter(|_| !anew).map(|file| file.identity);
            let read = Opened::at(name)
                .and_then(|file| file.map(|file| read(file, task, known, &mut left)).transpose());
            match (read, last) {
                (Ok(Some(Read::Same)), Some(file)) => {
                    file.facts.iter().for_each(|fact| tell(name, fact.clone()));
                    self.files.insert(name.clone(), file);
                }
                (Ok(Some(Read::New(file))), last) => {
                    file.facts.iter().for_each(|fact| tell(name, fact.clone()));
                    let kept = last.filter(|last| file.is_broken() && !last.lists.is_empty());
                    if kept.is_some() {
                        tell(name, ProblemFact::StillCounts);
                    }
                    self.files.insert(name.clone(), kept.unwrap_or(file));
                }
                (Ok(None | Some(Read::Same)), _) => {}
                (Err(fact), last) => {
                    tell(name, fact);
                    if let Some(file) = last {
                        tell(name, ProblemFact::StillCounts);
                        self.files.insert(name.clone(), file);
                    }
                }
            }
        }
    }
}

/// What became of a file.
enum Read {
    /// It is the one that was read before.
    Same,
    New(ListFile),
}

fn read(
    file: Opened,
    task: &Task<'_>,
    known: Option<Identity>,
    left: &mut usize,
) -> Result<Read, ProblemFact> {
    let identity = file.identity;
    let limit = task.longest.saturating_mul(LONGEST_TOGETHER);
    let rest = left.checked_sub(identity.length());
    *left = rest.ok_or(ProblemFact::TooMuch { limit })?;
    if known == Some(identity) {
        return Ok(Read::Same);
    }
    let content = file.read(task.longest)?;
    Ok(Read::New(ListFile::parse(&content, identity, &task.authorities)))
}

impl ListFile {
    fn parse(content: &[u8], identity: Identity, authorities: &[Certificate]) -> Self {
        let (mut lists, mut facts) = (Vec::new(), Vec::new());
        let authorities: Vec<_> = authorities.iter().collect();
        let read =
            if content.is_empty() { Vec::new() } else { Crl::load_file(content, &authorities) };
        for (number, list) in (1..).zip(read) {
            match list {
                Ok(list) => lists.push(Arc::new(list)),
                Err(error) => facts.push(ProblemFact::List { number, error }),
            }
        }
        if lists.is_empty() && facts.is_empty() {
            facts.push(ProblemFact::Empty);
        }
        Self { identity, lists, facts }
    }

    /// Whether something in it cannot be read, as when it is half written.
    fn is_broken(&self) -> bool {
        !self.facts.is_empty()
    }

    fn stale(&self, now: UnixTime) -> impl Iterator<Item = ProblemFact> {
        let untils = (1..).zip(self.lists.iter().map(|list| list.next_update()));
        untils.filter_map(move |(number, until)| {
            until.filter(|until| *until < now).map(|until| ProblemFact::Stale { number, until })
        })
    }

    fn unsigned(&self) -> impl Iterator<Item = ProblemFact> {
        (1..).zip(&self.lists).filter(|(_, list)| !list.has_known_signer()).map(|(number, list)| {
            ProblemFact::UnknownSigner { number, issuer: list.issuer().to_string() }
        })
    }
}
