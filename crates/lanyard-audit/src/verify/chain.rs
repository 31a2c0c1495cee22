//! Follows the chain line by line and remembers the first place where it does not hold.
//!
//! Lines that do not follow may be what a crash left: they are, if the mark that closes them comes. Until
//! the end they are only suspected.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Anchor, Broken, Fault, Place, Report};
use crate::{Hash, Head, line::Link, time, torn::Region};

pub(super) struct Chain {
    anchor: Option<Head>,
    anchored: bool,
    file: PathBuf,
    line: u64,
    records: u64,
    /// The first record's number and what it was written after; none before the first.
    first: Option<(Place, Hash)>,
    /// The last record that follows.
    head: Head,
    /// The last record, whether it follows or not.
    last: Head,
    /// What does not follow from `head`, as long as no mark closes it.
    suspected: Option<(Broken, Region)>,
    /// Bytes of a line that is too long, before it is judged.
    spilt: Region,
    /// A record that is as it was written, but not the one that was to be there.
    rewritten: Option<Broken>,
    /// Whether a mark says that the files before the first were removed.
    begins_by_right: bool,
    torn: u64,
    time: Option<Timestamp>,
    clock_set_back: Option<Place>,
}

impl Chain {
    pub(super) fn new(anchor: Option<Head>) -> Self {
        Self {
            anchor,
            anchored: anchor == Some(Head::ORIGIN),
            file: PathBuf::new(),
            line: 0,
            records: 0,
            first: None,
            head: Head::ORIGIN,
            last: Head::ORIGIN,
            suspected: None,
            spilt: Region::default(),
            rewritten: None,
            begins_by_right: false,
            torn: 0,
            time: None,
            clock_set_back: None,
        }
    }

    /// A chain of which it is not asked what was before.
    pub(super) fn with_any_beginning() -> Self {
        Self { begins_by_right: true, ..Self::new(None) }
    }

    /// The next lines are of this file.
    pub(super) fn enter(&mut self, file: &Path) {
        file.clone_into(&mut self.file);
        self.line = 0;
    }

    /// Some bytes of a line that is too long.
    pub(super) fn spill(&mut self, bytes: &[u8]) {
        match &mut self.suspected {
            Some((_, region)) => region.take(bytes),
            None => self.spilt.take(bytes),
        }
    }

    /// The next line: what it is by itself, and its bytes if they were not spilt.
    pub(super) fn meet(&mut self, judged: Result<Link<'_>, Fault>, bytes: &[&[u8]]) {
        self.line += 1;
        if let Ok(link) = &judged {
            self.records += 1;
            self.last = link.head;
            self.anchored |= self.anchor == Some(link.head);
            self.begins_by_right |= self.says_why_it_begins(link);
        }
        match (&mut self.suspected, judged) {
            (Some((_, region)), Ok(link)) if is_closed_by(region, &link, self.head) => {
                self.suspected = None;
                self.torn += 1;
                self.follow(&link);
            }
            (Some((_, region)), _) => {
                for part in bytes {
                    region.take(part);
                }
            }
            (None, Ok(link)) => match self.out_of_place(&link) {
                None => self.follow(&link),
                Some(fault) => self.suspect(fault, bytes),
            },
            (None, Err(fault)) => self.suspect(fault, bytes),
        }
    }

    /// What is wrong with a record at this place; nothing when it follows.
    fn out_of_place(&self, link: &Link<'_>) -> Option<Fault> {
        let found = link.head.sequence;
        let expected = self.head.sequence.saturating_add(1);
        if self.first.is_none() {
            None
        } else if found > expected {
            Some(Fault::Gap { found })
        } else if found < expected {
            Some(Fault::Repeated { found })
        } else if link.previous != self.head.hash {
            Some(Fault::WrongPrevious)
        } else {
            let torn = link.torn.filter(|torn| torn.bytes > 0);
            torn.map(|torn| Fault::TornBytesMissing { bytes: torn.bytes })
        }
    }

    fn suspect(&mut self, fault: Fault, bytes: &[&[u8]]) {
        let mut region = std::mem::take(&mut self.spilt);
        for part in bytes {
            region.take(part);
        }
        self.suspected = Some((Broken { place: self.place(), fault }, region));
    }

    fn follow(&mut self, link: &Link<'_>) {
        if self.first.is_none() {
            let place = Place { sequence: link.head.sequence, ..self.place() };
            self.first = Some((place, link.previous));
        }
        if let (Some(anchor), None) = (self.anchor, &self.rewritten)
            && anchor.sequence == link.head.sequence
            && anchor != link.head
        {
            let fault = Fault::Rewritten { expected: anchor };
            self.rewritten = Some(Broken { place: self.place(), fault });
        }
        self.look_at_the_time(link);
        self.head = link.head;
    }

    /// Whether this says that what was before the first record was removed.
    fn says_why_it_begins(&self, link: &Link<'_>) -> bool {
        let (Some(removed), Some((place, previous))) = (link.removed, &self.first) else {
            return false;
        };
        removed.sequence.checked_add(1) == Some(place.sequence) && removed.hash == *previous
    }

    fn look_at_the_time(&mut self, link: &Link<'_>) {
        let time = time::read(&link.time);
        if time.is_some() && time < self.time && self.clock_set_back.is_none() {
            self.clock_set_back = Some(self.place());
        }
        self.time = time.or(self.time);
    }

    fn place(&self) -> Place {
        let sequence = self.head.sequence.saturating_add(1);
        Place { file: self.file.clone(), line: self.line, sequence }
    }

    pub(super) fn report(mut self, files: usize) -> Report {
        let broken = self.without_beginning().or_else(|| self.first_broken());
        let anchor = match self.anchor {
            None => Anchor::NotGiven,
            Some(_) if self.anchored => Anchor::Found,
            Some(_) => Anchor::Missing,
        };
        Report {
            files,
            records: self.records,
            first: self.first.map(|(place, _)| place.sequence),
            last: self.last,
            broken,
            torn: self.torn,
            clock_set_back: self.clock_set_back,
            anchor,
        }
    }

    /// The first record, if it is not the chain's and nothing says why.
    fn without_beginning(&self) -> Option<Broken> {
        let (place, previous) = self.first.as_ref()?;
        let first = place.sequence;
        let is_beginning = first == 1 && *previous == Head::ORIGIN.hash;
        let fault = Fault::BeginningMissing { first };
        let place = Place { sequence: 1, ..place.clone() };
        (!is_beginning && !self.begins_by_right).then_some(Broken { place, fault })
    }

    /// What does not follow comes after everything that does; what is cut comes last.
    fn first_broken(&mut self) -> Option<Broken> {
        let rewritten = self.rewritten.take();
        rewritten.or(self.suspected.take().map(|(broken, _)| broken)).or_else(|| {
            self.line += 1;
            let expected = self.anchor.filter(|_| !self.anchored)?;
            Some(Broken { place: self.place(), fault: Fault::Cut { expected } })
        })
    }
}

fn is_closed_by(region: &Region, link: &Link<'_>, head: Head) -> bool {
    let follows =
        link.head.sequence == head.sequence.saturating_add(1) && link.previous == head.hash;
    follows && link.torn == Some(region.torn())
}
