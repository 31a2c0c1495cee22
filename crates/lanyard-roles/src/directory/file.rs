//! One file, opened and read within a limit. What is in it is not asked here.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags, open};

use crate::finding::Finding;

/// A file that was opened, not yet read.
#[derive(Debug)]
pub(super) struct Opened {
    file: File,
    pub(super) identity: Identity,
}

/// What changes when a file is replaced or written again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    place: (u64, u64),
    length: u64,
    written: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self {
            place: (metadata.dev(), metadata.ino()),
            length: metadata.len(),
            written: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl Opened {
    /// Opens a file; none when it is not there.
    pub(super) fn at(path: &Path) -> io::Result<Option<Self>> {
        // A pipe without a writer would let an ordinary open wait for ever.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let file = match open(path, flags, Mode::empty()).map_err(io::Error::from) {
            Ok(file) => File::from(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(Some(Self { file, identity: Identity::of(&metadata) }))
    }

    /// Everything in it, up to a limit in bytes.
    pub(super) fn read(self, limit: usize) -> Result<Vec<u8>, Finding> {
        let mut content = Vec::new();
        // It may have grown since it was opened.
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        let read = self.file.take(most).read_to_end(&mut content);
        read.map_err(|error| Finding::Unreadable(error.kind()))?;
        if content.len() > limit { Err(Finding::TooLarge { limit }) } else { Ok(content) }
    }
}
