//! The folder of public keys, `NAME.pem` each. A key that the settings do not speak of is left out.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::file::Opened;
use crate::finding::Finding;
use crate::jws::{KeyError, PublicKey};
use crate::keys::{KeyRights, Keys};

/// An RSA key of 8192 bits is 1.5 kB.
const LONGEST_KEY: usize = 16 * 1024;

/// More keys than all authorities have.
const MOST_KEYS: usize = 4096;

/// Something wrong with the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyProblem {
    /// The file or folder.
    pub place: PathBuf,
    /// What.
    pub fact: KeyFact,
}

/// What can be wrong with the keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFact {
    /// The folder cannot be listed: no key counts.
    #[error("the folder cannot be read: {0}")]
    Folder(io::ErrorKind),
    /// There are more files than are read.
    #[error("the folder holds more than {MOST_KEYS} keys; the last by name are left out")]
    TooMany,
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(Finding),
    /// It is no key.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The settings do not say what it may sign: it is left out.
    #[error("the settings do not say what this key may sign")]
    NoRights,
    /// The settings speak of it, and there is no such file.
    #[error("the settings speak of this key, and there is no such file")]
    NoFile,
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place.display(), self.fact)
    }
}

/// The keys of a folder that may sign something, and what is wrong.
pub(super) fn load(folder: &Path, rights: &BTreeMap<String, KeyRights>) -> (Keys, Vec<KeyProblem>) {
    let (mut keys, mut problems) = (Keys::default(), Vec::new());
    let mut tell = |place: &Path, fact| problems.push(KeyProblem { place: place.into(), fact });
    let mut names = match names(folder) {
        Ok(names) => names,
        Err(error) => {
            tell(folder, KeyFact::Folder(error.kind()));
            return (keys, problems);
        }
    };
    if names.len() > MOST_KEYS {
        tell(folder, KeyFact::TooMany);
        names.truncate(MOST_KEYS);
    }
    for kid in &names {
        let file = folder.join(format!("{kid}.pem"));
        match (rights.get(kid), key(&file)) {
            (None, _) => tell(&file, KeyFact::NoRights),
            (Some(_), Err(fact)) => tell(&file, fact),
            (Some(rights), Ok(public)) => keys.insert(kid, public, rights.clone()),
        }
    }
    for kid in rights.keys().filter(|kid| !names.contains(kid)) {
        tell(&folder.join(format!("{kid}.pem")), KeyFact::NoFile);
    }
    (keys, problems)
}

/// What stands before `.pem`, in order; hidden files are left out.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = PathBuf::from(entry?.file_name());
        let stem = path.file_stem().and_then(OsStr::to_str).filter(|stem| !stem.starts_with('.'));
        if let Some(stem) = stem.filter(|_| path.extension() == Some(OsStr::new("pem"))) {
            names.push(stem.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn key(file: &Path) -> Result<PublicKey, KeyFact> {
    let unreadable = |error: io::Error| KeyFact::Unreadable(Finding::Unreadable(error.kind()));
    let opened = Opened::at(file).map_err(unreadable)?;
    let opened = opened.ok_or_else(|| unreadable(io::ErrorKind::NotFound.into()))?;
    let pem = opened.read(LONGEST_KEY).map_err(KeyFact::Unreadable)?;
    Ok(PublicKey::from_pem(&pem)?)
}
