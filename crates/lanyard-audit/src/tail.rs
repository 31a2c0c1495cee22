//! Where the chain in a file ends, and whether a known head is part of it.
//!
//! Only the last part of a long file is read, since a file was verified or not long before; that is
//! `verify`'s work. Everything after the known head that does not follow from it is torn: it was never
//! synced. Without a known head, everything after the last record is.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom},
};

use crate::{
    Head,
    line::{Link, judge},
    lines::{Line, Lines},
    torn::Region,
    writer::End,
};

/// How much of the end of a file is read at first: several times what may wait to be synced.
const WINDOW: u64 = 262_144;

/// The end of a file.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    /// Where the chain ends; at its head [`Head::ORIGIN`] when there is no record at all.
    pub(crate) end: End,
    /// Whether the known head is in the file, or the file begins after it.
    pub(crate) anchored: bool,
}

/// Finds where the chain ends in a file.
pub(crate) fn find(file: &File, anchor: Option<Head>) -> io::Result<Tail> {
    let length = file.metadata()?.len();
    let start = length.saturating_sub(WINDOW);
    let tail = scan(file, start, length, anchor)?;
    let enough = tail.anchored || anchor.is_none() && tail.end.head != Head::ORIGIN;
    if start == 0 || enough { Ok(tail) } else { scan(file, 0, length, anchor) }
}

/// The number of a file's first record.
pub(crate) fn first(file: &File) -> io::Result<Option<u64>> {
    let mut input = file;
    input.seek(SeekFrom::Start(0))?;
    Ok(match Lines::of(input).next(|_| {})? {
        Some(Line::Ended(line) | Line::Unfinished(line)) => {
            judge(line).ok().map(|link| link.head.sequence)
        }
        Some(Line::TooLong { .. }) | None => None,
    })
}

fn scan(file: &File, start: u64, length: u64, anchor: Option<Head>) -> io::Result<Tail> {
    let mut input = file;
    input.seek(SeekFrom::Start(start))?;
    let mut lines = Lines::of(input);
    if start > 0 {
        lines.skip_one()?;
    }
    let mut search = Search::new(anchor, start == 0);
    while let Some(line) = lines.next(|bytes| search.skip(bytes))? {
        match line {
            Line::Ended(text) => search.meet(text, b"\n"),
            Line::Unfinished(text) => search.meet(text, b""),
            Line::TooLong { .. } => {}
        }
    }
    Ok(search.tail(length, ends_a_line(file, length)?))
}

/// Whether the last byte ends a line, or there is none.
pub(crate) fn ends_a_line(file: &File, length: u64) -> io::Result<bool> {
    let mut last = [b'\n'];
    if let Some(before) = length.checked_sub(1) {
        std::os::unix::fs::FileExt::read_exact_at(file, &mut last, before)?;
    }
    Ok(last == *b"\n")
}

/// The search for the end of the chain, line by line.
struct Search {
    anchor: Option<Head>,
    /// The last record, and what came after it.
    last: (Head, Region),
    /// The last record that follows from the known head, and what came after it.
    anchored: Option<(Head, Region)>,
    at_the_beginning: bool,
}

impl Search {
    fn new(anchor: Option<Head>, from_the_beginning: bool) -> Self {
        let last = (Head::ORIGIN, Region::default());
        Self { anchor, last, anchored: None, at_the_beginning: from_the_beginning }
    }

    fn skip(&mut self, bytes: &[u8]) {
        self.last.1.take(bytes);
        if let Some((_, torn)) = &mut self.anchored {
            torn.take(bytes);
        }
    }

    /// The next line, with its end if it has one.
    fn meet(&mut self, text: &[u8], end: &[u8]) {
        let record = judge(text).ok();
        self.meet_the_beginning(record.as_ref());
        match (&mut self.anchored, &record) {
            (Some((head, torn)), Some(link)) if closes(link, *head, torn) => {
                (*head, *torn) = (link.head, Region::default());
            }
            (Some((_, torn)), _) => take(torn, text, end),
            (None, Some(link)) if self.anchor == Some(link.head) => {
                self.anchored = Some((link.head, Region::default()));
            }
            (None, _) => {}
        }
        match record {
            Some(link) => self.last = (link.head, Region::default()),
            None => take(&mut self.last.1, text, end),
        }
    }

    /// The known head may be the last of the file before.
    fn meet_the_beginning(&mut self, record: Option<&Link<'_>>) {
        if std::mem::take(&mut self.at_the_beginning)
            && let (Some(anchor), Some(link)) = (self.anchor, record)
            && follows(link, anchor)
        {
            self.anchored = Some((anchor, Region::default()));
        }
    }

    fn tail(self, length: u64, line_ended: bool) -> Tail {
        let anchored = self.anchored.is_some();
        let (head, region) = self.anchored.unwrap_or(self.last);
        let torn = (!line_ended || !region.is_empty()).then_some(region);
        Tail { end: End { head, length, line_ended, torn }, anchored }
    }
}

fn take(region: &mut Region, text: &[u8], end: &[u8]) {
    region.take(text);
    region.take(end);
}

fn follows(link: &Link<'_>, head: Head) -> bool {
    link.head.sequence == head.sequence.saturating_add(1) && link.previous == head.hash
}

/// Whether a record follows, either at once or as the mark that closes what lies between.
fn closes(link: &Link<'_>, head: Head, torn: &Region) -> bool {
    follows(link, head) && (torn.is_empty() || link.torn == Some(torn.torn()))
}
