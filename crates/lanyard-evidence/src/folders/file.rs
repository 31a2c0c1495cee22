//! The files of one folder, read within limits: how many, how long each, how long together.
//!
//! What is in them is not asked here.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, open};

use crate::problem::ProblemFact;

/// No site has so many authorities or partitions of lists.
pub(crate) const MOST_FILES: usize = 4096;

/// A file that was opened, not yet read.
#[derive(Debug)]
pub(super) struct Opened {
    file: File,
    pub(super) identity: Identity,
}

/// What changes when a file is replaced or written again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Bytes.
    pub(super) fn length(&self) -> usize {
        usize::try_from(self.length).unwrap_or(usize::MAX)
    }
}

/// The files of a folder by name, and whether there are more than are looked at.
///
/// # Errors
/// Whatever stands against listing the folder.
pub(super) fn names(folder: &Path) -> io::Result<(Vec<PathBuf>, bool)> {
    let (mut names, mut more) = (BTreeSet::new(), false);
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if is_left_out(&name) {
            continue;
        }
        names.insert(name);
        if names.len() > MOST_FILES {
            names.pop_last();
            more = true;
        }
    }
    Ok((names.into_iter().map(|name| folder.join(name)).collect(), more))
}

/// Hidden files, which tools write before they rename them, and what editors leave behind.
fn is_left_out(name: &OsString) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".") || name.ends_with(b"~")
}

impl Opened {
    /// Opens a file; none when it is a folder, or gone since it was listed.
    pub(super) fn at(path: &Path) -> Result<Option<Self>, ProblemFact> {
        // A pipe without a writer would let an ordinary open wait for ever.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let file = match open(path, flags, Mode::empty()).map_err(io::Error::from) {
            Ok(file) => File::from(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {
                return Ok(None);
            }
            Err(error) => return Err(ProblemFact::Unreadable(error.kind())),
        };
        let metadata = file.metadata().map_err(|error| ProblemFact::Unreadable(error.kind()))?;
        if metadata.is_dir() {
            return Ok(None);
        }
        if !metadata.is_file() {
            return Err(ProblemFact::NotAFile);
        }
        Ok(Some(Self { file, identity: Identity::of(&metadata) }))
    }

    /// Everything in it, up to a limit in bytes.
    pub(super) fn read(self, limit: usize) -> Result<Vec<u8>, ProblemFact> {
        let too_long = || ProblemFact::TooLong { limit };
        let length = usize::try_from(self.identity.length).map_err(|_| too_long())?;
        if length > limit {
            return Err(too_long());
        }
        let mut content = Vec::with_capacity(length);
        // It may have grown since.
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        let read = self.file.take(most).read_to_end(&mut content);
        read.map_err(|error| ProblemFact::Unreadable(error.kind()))?;
        if content.len() > limit { Err(too_long()) } else { Ok(content) }
    }
}
