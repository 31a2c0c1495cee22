//! A whole folder, one holder after the other, for reports. A document is let go of when the next is read, so that
//! a folder of any size can be gone through.
//!
//! Which documents were seen before is not asked: one that was put in the place of a newer one is not noticed.

use std::fs::{DirEntry, ReadDir};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::file::Opened;
use super::key_folder::{self, KeyProblem};
use super::settings::{FolderSettings, Layout, Unsigned};
use crate::document::{Document, LONGEST_FILE_OF_DIRECTORY};
use crate::finding::Finding;
use crate::identifiers::Uuid;
use crate::keys::Keys;

/// A folder that is gone through once, in no order.
#[derive(Debug)]
pub struct Survey {
    settings: FolderSettings,
    keys: Keys,
    now: Timestamp,
    /// The folders that are being listed, the innermost last.
    open: Vec<ReadDir>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Surveyed {
    /// A holder's document, or what speaks against it.
    Holder(Uuid, Result<Document, Finding>),
    /// A document that nobody is asked for here: by its name, or since it lies in another's place.
    Misplaced(PathBuf),
}

impl Survey {
    /// Reads the keys, and begins.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn begin(settings: FolderSettings, now: Timestamp) -> io::Result<(Self, Vec<KeyProblem>)> {
        let open = vec![std::fs::read_dir(&settings.folder)?];
        let (keys, problems) = key_folder::load(&settings.keys, &settings.rights);
        Ok((Self { settings, keys, now, open }, problems))
    }

    /// What a file or folder is; nothing when it is no document, or was opened to be gone through.
    fn look_at(&mut self, entry: &DirEntry) -> io::Result<Option<Surveyed>> {
        let path = entry.path();
        let within = match self.settings.layout {
            Layout::Flat => 1,
            Layout::ByPrefix => 3,
        };
        if self.open.len() < within && is_prefix(&path) && path.is_dir() {
            self.open.push(std::fs::read_dir(&path)?);
            return Ok(None);
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        if !matches!(ending, Some("jws" | "json")) {
            return Ok(None);
        }
        let holder = path.file_stem().and_then(|stem| stem.to_str()).and_then(Uuid::parse);
        let Some(holder) = holder else { return Ok(Some(Surveyed::Misplaced(path))) };
        let signed = self.settings.signed_file(holder);
        if path == signed {
            return Ok(Some(Surveyed::Holder(holder, self.signed(&path, holder))));
        }
        if path != self.settings.unsigned_file(holder) {
            return Ok(Some(Surveyed::Misplaced(path)));
        }
        // Whose signed document is there too, is met by that one.
        let is_alone = std::fs::symlink_metadata(signed).is_err();
        Ok(is_alone.then(|| Surveyed::Holder(holder, self.unsigned(&path, holder))))
    }

    fn signed(&self, path: &Path, holder: Uuid) -> Result<Document, Finding> {
        Document::open(&read(path)?, holder, &self.keys, self.now)
    }

    fn unsigned(&self, path: &Path, holder: Uuid) -> Result<Document, Finding> {
        match self.settings.unsigned {
            Unsigned::Refused => Err(Finding::Unsigned),
            Unsigned::DangerAccepted => Document::danger_open_unsigned(&read(path)?, holder),
        }
    }
}

impl Iterator for Survey {
    type Item = io::Result<Surveyed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.open.last_mut()?.next() {
                None => {
                    self.open.pop();
                }
                Some(Err(error)) => return Some(Err(error)),
                Some(Ok(entry)) => match self.look_at(&entry).transpose() {
                    None => {}
                    surveyed => return surveyed,
                },
            }
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Finding> {
    let unreadable = |error: io::Error| Finding::Unreadable(error.kind());
    let opened = Opened::at(path).map_err(unreadable)?;
    let opened = opened.ok_or(Finding::Unreadable(io::ErrorKind::NotFound))?;
    opened.read(LONGEST_FILE_OF_DIRECTORY)
}

/// Two digits.
fn is_prefix(path: &Path) -> bool {
    let name = path.file_name().map(std::ffi::OsStr::as_encoded_bytes);
    name.is_some_and(|name| name.len() == 2 && name.iter().all(u8::is_ascii_digit))
}
