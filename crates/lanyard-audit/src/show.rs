//! Shows a log: the records that somebody asks for, as words for people or as the lines they are.
//!
//! Verifies nothing. What is no record is shown as that, not passed over; words and members of later
//! versions are shown as they are.

use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    time::SystemTime,
};

use jiff::Timestamp;

use crate::{
    AuditError, HolderUuid,
    lines::{Line, Lines},
    time,
};

mod entry;

pub use entry::{Asker, Entry};

/// Which records are asked for: those that fit everything that is said here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whose card.
    pub holder: Option<HolderUuid>,
    /// Not earlier than this.
    pub from: Option<SystemTime>,
    /// Earlier than this.
    pub until: Option<SystemTime>,
    /// One of these events, as words; none stand for all.
    pub events: Vec<String>,
    /// One of these outcomes, as words; none stand for all.
    pub outcomes: Vec<String>,
}

/// Something in the log.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// A record that fits the filter.
    Entry(Box<Entry>),
    /// A line that is no record. It may have been one that fits.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: u64,
        /// How many bytes it has.
        bytes: u64,
    },
}

/// Goes through the files of a log, given in the order of the chain, and hands out what fits.
///
/// # Errors
/// [`AuditError`] when a file cannot be read; the error of `each` ends it early.
pub fn show<E: From<AuditError>>(
    files: &[PathBuf],
    filter: &Filter,
    mut each: impl FnMut(Shown) -> Result<(), E>,
) -> Result<(), E> {
    files.iter().try_for_each(|file| show_file(file, filter, &mut each))
}

fn show_file<E: From<AuditError>>(
    file: &Path,
    filter: &Filter,
    each: &mut impl FnMut(Shown) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |error| AuditError::of(file, error);
    let mut lines = Lines::of(File::open(file).map_err(failed)?);
    let mut number = 0;
    while let Some(line) = lines.next(|_| {}).map_err(failed)? {
        number += 1;
        match read(&line) {
            Ok(entry) if filter.fits(&entry) => each(Shown::Entry(Box::new(entry)))?,
            Ok(_) => {}
            Err(bytes) => {
                each(Shown::Unreadable { file: file.to_owned(), line: number, bytes })?;
            }
        }
    }
    Ok(())
}

/// The record in a line, or how long the line is that has none.
fn read(line: &Line<'_>) -> Result<Entry, u64> {
    match line {
        Line::Ended(line) | Line::Unfinished(line) => Entry::read(line).ok_or(line.len() as u64),
        Line::TooLong { bytes } => Err(*bytes),
    }
}

impl Filter {
    /// Whether a record is asked for.
    pub fn fits(&self, entry: &Entry) -> bool {
        let holder = self.holder.as_ref().map(HolderUuid::as_str);
        let one_of = |words: &[String], word: Option<&str>| {
            words.is_empty() || word.is_some_and(|word| words.iter().any(|it| it == word))
        };
        (holder.is_none() || holder == entry.holder.as_deref())
            && self.fits_time(&entry.time)
            && one_of(&self.events, Some(&entry.event))
            && one_of(&self.outcomes, entry.outcome.as_deref())
    }

    /// A time of unknown form fits, so that nothing hides behind it.
    fn fits_time(&self, text: &str) -> bool {
        let bound = |time: Option<SystemTime>| -> Option<Timestamp> { time.map(time::read_clock) };
        time::read(text).is_none_or(|time| {
            bound(self.from).is_none_or(|from| from <= time)
                && bound(self.until).is_none_or(|until| time < until)
        })
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(entry) => entry.fmt(f),
            Self::Unreadable { file, line, bytes } => {
                write!(f, "{}:{line}: {bytes} bytes that are no record", file.display())
            }
        }
    }
}
