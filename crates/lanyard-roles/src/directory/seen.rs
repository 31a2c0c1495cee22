//! Which document of each holder was the newest, so that no older one is put in its place.
//!
//! Kept in memory, and in a file if there is one: a line for each document that was newer than the one
//! before it. The file is written anew when it is opened. It is not synced: after a power cut the last
//! seconds may be forgotten, and documents expire.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use jiff::Timestamp;

use crate::finding::Finding;
use crate::identifiers::Uuid;

/// More holders than ever come to one workstation. Beyond that the oldest document is forgotten.
const MOST: usize = 65_536;

/// A document: when it was issued, and which of that second it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// In seconds since 1970.
    pub(super) issued: i64,
    /// The beginning of the SHA-256 of what was signed.
    pub(super) print: u64,
}

/// The newest document of each holder.
#[derive(Debug, Default)]
pub(super) struct Seen {
    marks: HashMap<Uuid, Mark>,
    file: Option<File>,
    fault: Option<io::ErrorKind>,
}

impl Seen {
    /// Reads what is in the file, and goes on writing to it. What cannot be kept for the next start is kept in
    /// memory all the same, and [told](Self::take_fault). Lines that cannot be read are passed over.
    pub(super) fn open(path: &Path) -> Self {
        let mut seen = Self::default();
        if let Err(error) = seen.read_and_keep(path) {
            seen.fault = Some(error.kind());
        }
        seen
    }

    fn read_and_keep(&mut self, path: &Path) -> io::Result<()> {
        match File::open(path) {
            Ok(file) => {
                for line in BufReader::new(file).lines() {
                    if let Some((holder, mark)) = parse(&line?) {
                        self.remember(holder, mark);
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let anew = path.with_extension("new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&anew)?;
        let lines: String = self.marks.iter().map(|(holder, mark)| line(*holder, *mark)).collect();
        file.write_all(lines.as_bytes())?;
        file.sync_all()?;
        fs::rename(&anew, path)?;
        self.file = Some(file);
        Ok(())
    }

    /// Whether a document may take the place of those seen before; then it is the newest.
    ///
    /// # Errors
    /// [`Finding::ReplayedOlder`]; two documents of one second are one too many.
    pub(super) fn admit(&mut self, holder: Uuid, mark: Mark) -> Result<(), Finding> {
        match self.marks.get(&holder) {
            Some(known) if *known == mark => Ok(()),
            Some(known) if mark.issued <= known.issued => Err(Finding::ReplayedOlder {
                issued: instant(mark.issued),
                seen: instant(known.issued),
            }),
            Some(_) | None => {
                self.remember(holder, mark);
                self.write(&line(holder, mark));
                Ok(())
            }
        }
    }

    fn remember(&mut self, holder: Uuid, mark: Mark) {
        let newer = self.marks.get(&holder).is_none_or(|known| known.issued < mark.issued);
        if !newer {
            return;
        }
        if self.marks.len() >= MOST && !self.marks.contains_key(&holder) {
            let oldest = self.marks.iter().min_by_key(|(_, mark)| mark.issued);
            if let Some(oldest) = oldest.map(|(holder, _)| *holder) {
                self.marks.remove(&oldest);
            }
        }
        self.marks.insert(holder, mark);
    }

    /// Why the file lacks a document, told once.
    pub(super) fn take_fault(&mut self) -> Option<io::ErrorKind> {
        self.fault.take()
    }

    fn write(&mut self, line: &str) {
        let written = self.file.as_mut().map_or(Ok(()), |file| file.write_all(line.as_bytes()));
        if let Err(error) = written {
            self.fault = Some(error.kind());
        }
    }
}

fn line(holder: Uuid, mark: Mark) -> String {
    format!("{holder} {} {:016x}\n", mark.issued, mark.print)
}

fn parse(line: &str) -> Option<(Uuid, Mark)> {
    let mut parts = line.split(' ');
    let holder = Uuid::parse(parts.next()?)?;
    let issued = parts.next()?.parse().ok()?;
    let print = u64::from_str_radix(parts.next()?, 16).ok()?;
    parts.next().is_none().then_some((holder, Mark { issued, print }))
}

fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLDER: &str = "999900000102";

    fn mark(issued: i64, print: u64) -> Mark {
        Mark { issued, print }
    }

    #[test]
    fn only_a_newer_document_takes_the_place_of_another() {
        let holder = Uuid::parse(HOLDER).unwrap();
        let mut seen = Seen::default();
        assert_eq!(seen.admit(holder, mark(100, 1)), Ok(()));
        assert_eq!(seen.admit(holder, mark(100, 1)), Ok(()));
        assert_eq!(seen.admit(holder, mark(100, 2)).unwrap_err().word(), "replayed-older");
        assert_eq!(seen.admit(holder, mark(99, 1)).unwrap_err().word(), "replayed-older");
        assert_eq!(seen.admit(holder, mark(101, 2)), Ok(()));
        assert_eq!(seen.admit(holder, mark(100, 1)).unwrap_err().word(), "replayed-older");
    }

    #[test]
    fn what_was_seen_is_known_after_a_restart() {
        let holder = Uuid::parse(HOLDER).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seen");
        for issued in [5, 7, 9] {
            Seen::open(&path).admit(holder, mark(issued, 1)).unwrap();
        }
        fs::write(&path, [fs::read(&path).unwrap(), b"half a li".to_vec()].concat()).unwrap();
        let mut seen = Seen::open(&path);
        assert_eq!(seen.admit(holder, mark(8, 1)).unwrap_err().word(), "replayed-older");
        assert_eq!(seen.admit(holder, mark(9, 1)), Ok(()));
        let lines = fs::read_to_string(&path).unwrap();
        assert_eq!(lines, "999900000102 9 0000000000000001\n");
    }

    #[test]
    fn beyond_the_limit_the_oldest_is_forgotten() {
        let mut seen = Seen::default();
        let holder = |number: i64| Uuid::parse(&format!("{number:012}")).unwrap();
        let most = i64::try_from(MOST).unwrap();
        for number in 0..=most {
            seen.admit(holder(number), mark(number, 0)).unwrap();
        }
        assert_eq!(seen.marks.len(), MOST);
        assert!(seen.admit(holder(0), mark(0, 0)).is_ok());
        assert!(seen.admit(holder(most), mark(0, 0)).is_err());
    }
}
