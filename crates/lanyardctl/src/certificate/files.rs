//! Files and folders that the command line names, read within limits: how many, and how long each.
//!
//! A folder's own files are read, in the order of their names; folders in it are not. What is in the files
//! is not asked here.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use rustix::fs::{Mode, OFlags};

use crate::Failure;

/// No site has so many authorities or lists.
const MOST_FILES: usize = 4096;

/// A bundle of all public authorities is 250 kB; one certificate in it may have 64 KiB.
pub(crate) const LONGEST_CERTIFICATES: u64 = 1024 * 1024;

/// A list of a million entries has about 40 MB.
pub(crate) const LONGEST_LIST: u64 = 64 * 1024 * 1024;

/// What can be wrong with a file or folder.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileFault {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is longer than what is looked at.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// Bytes.
        limit: u64,
    },
    /// It is a pipe, a device or a socket in a folder.
    #[error("not a file")]
    NotAFile,
    /// More files than are looked at.
    #[error("holds more than {MOST_FILES} files")]
    TooManyFiles,
    /// PEM that is cut, or no base64, where the certificate should be.
    #[error("the PEM form of the certificate is broken")]
    BrokenPem,
    /// PEM of something else.
    #[error("no certificate is in it")]
    NoCertificate,
}

impl FileFault {
    /// As the reason why nothing can be judged.
    pub(super) fn of(self, file: &Path) -> Failure {
        Failure::Unjudged { file: file.to_owned(), why: self }
    }
}

/// One file, and what is in it or why it cannot be read.
pub(crate) type Found = (PathBuf, Result<Vec<u8>, FileFault>);

/// A file that was named, whatever kind it is; pipes are read too.
pub(super) fn read(file: &Path, limit: u64) -> Result<Vec<u8>, FileFault> {
    within(File::open(file)?, limit)
}

/// The files that a path stands for: itself, or those of a folder. Each is read when it is its turn.
///
/// # Errors
/// When the path itself cannot be read: a file in a folder that cannot be is told in its turn.
pub(crate) fn all(path: &Path, limit: u64) -> Result<Box<dyn Iterator<Item = Found>>, FileFault> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(Box::new(std::iter::once((path.to_owned(), Ok(read(path, limit)?)))));
    }
    let files = names(path)?.into_iter();
    Ok(Box::new(files.filter_map(move |file| {
        let content = read_in_folder(&file, limit).transpose()?;
        Some((file, content))
    })))
}

fn names(folder: &Path) -> Result<BTreeSet<PathBuf>, FileFault> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_left_out(&entry.file_name()) {
            continue;
        }
        names.insert(entry.path());
        if names.len() > MOST_FILES {
            return Err(FileFault::TooManyFiles);
        }
    }
    Ok(names)
}

/// Hidden files, which tools write before they rename them, and what editors leave behind.
fn is_left_out(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".") || name.ends_with(b"~")
}

/// None when it is a folder.
fn read_in_folder(file: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileFault> {
    // A pipe without a writer would let an ordinary open wait for ever.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = File::from(rustix::fs::open(file, flags, Mode::empty()).map_err(io::Error::from)?);
    let kind = file.metadata()?.file_type();
    if kind.is_dir() {
        return Ok(None);
    }
    if kind.is_file() { within(file, limit).map(Some) } else { Err(FileFault::NotAFile) }
}

fn within(file: File, limit: u64) -> Result<Vec<u8>, FileFault> {
    let mut content = Vec::new();
    let length = file.take(limit.saturating_add(1)).read_to_end(&mut content)?;
    let is_long = u64::try_from(length).is_ok_and(|length| length > limit);
    if is_long { Err(FileFault::TooLong { limit }) } else { Ok(content) }
}
