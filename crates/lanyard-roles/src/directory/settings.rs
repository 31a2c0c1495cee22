//! What a site decides about its folder of role documents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::identifiers::Uuid;
use crate::keys::KeyRights;

/// A folder of role documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderSettings {
    /// The folder.
    pub folder: PathBuf,
    /// Where in it a holder's file lies.
    pub layout: Layout,
    /// The folder with public keys, `NAME.pem` for the key that signs as `NAME`.
    pub keys: PathBuf,
    /// What each key may say, by name. A key without an entry says nothing.
    pub rights: BTreeMap<String, KeyRights>,
    /// A file in which it is kept which documents were seen, so that no older one counts after a restart.
    pub seen: Option<PathBuf>,
    /// Whether documents count that nobody has signed.
    pub unsigned: Unsigned,
    /// How many documents are kept in memory, and their files watched.
    pub kept: usize,
    /// How long a document counts after the folder can no longer be read.
    pub longest_stale: Duration,
}

/// Where a holder's file lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// `656005750104.jws`: for some thousands of holders.
    #[default]
    Flat,
    /// `65/60/656005750104.jws`: for any number of them.
    ByPrefix,
}

/// Documents that nobody has signed, `656005750104.json`: `userinfo` answers as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unsigned {
    /// They do not count.
    #[default]
    Refused,
    /// They count when there is no signed one: whoever can write to the folder gives roles to anybody.
    DangerAccepted,
}

impl FolderSettings {
    /// A folder, and one with keys; no key may say anything yet.
    pub const fn new(folder: PathBuf, keys: PathBuf) -> Self {
        Self {
            folder,
            layout: Layout::Flat,
            keys,
            rights: BTreeMap::new(),
            seen: None,
            unsigned: Unsigned::Refused,
            kept: 1024,
            longest_stale: Duration::from_secs(12 * 60 * 60),
        }
    }

    /// Where the signed document of a holder lies.
    pub fn signed_file(&self, holder: Uuid) -> PathBuf {
        self.layout.file(&self.folder, holder, "jws")
    }

    /// Where the unsigned document of a holder lies.
    pub fn unsigned_file(&self, holder: Uuid) -> PathBuf {
        self.layout.file(&self.folder, holder, "json")
    }
}

impl Layout {
    fn file(self, folder: &Path, holder: Uuid, ending: &str) -> PathBuf {
        let digits = holder.to_string();
        let name = format!("{digits}.{ending}");
        match (self, digits.get(..2), digits.get(2..4)) {
            (Self::ByPrefix, Some(first), Some(second)) => {
                folder.join(first).join(second).join(name)
            }
            (Self::Flat | Self::ByPrefix, ..) => folder.join(name),
        }
    }
}
