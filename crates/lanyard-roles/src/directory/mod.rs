//! Where role documents come from: one seam for all kinds of directories, and the first of them, a folder
//! with a file for each holder.
//!
//! An answer comes by its deadline or not at all, and says how old it is. Directories behind LDAP or HTTPS
//! are not here.

mod cache;
mod desk;
mod file;
mod folder;
mod followed;
mod key_folder;
mod seen;
mod service;
mod settings;
mod survey;
mod watch;
mod watcher;

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

pub use folder::Folder;
pub use key_folder::{KeyFact, KeyProblem};
pub use service::{FolderDirectory, News};
pub use settings::{FolderSettings, Layout, Unsigned};
pub use survey::{Survey, Surveyed};

use crate::document::Document;
use crate::finding::Finding;
use crate::identifiers::Uuid;

/// Somewhere role documents are kept.
pub trait RoleDirectory: Send + Sync + fmt::Debug {
    /// What the directory says of a holder. The answer comes within `patience`, also when the directory
    /// hangs; `now` decides what is over. To be awaited where tokio's time runs.
    fn look_up(&self, holder: Uuid, now: Timestamp, patience: Duration) -> LookUp<'_>;
}

/// A question under way. Whoever drops it is not answered; nothing else happens.
pub type LookUp<'a> = Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>>;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NoAnswer {
    /// The directory did not answer in time, and nothing of before is known.
    #[error("the role directory did not answer in time")]
    TimedOut,
    /// Too many questions are waiting.
    #[error("too many questions to the role directory are waiting")]
    Busy,
    /// The directory is closed.
    #[error("the role directory is closed")]
    Closed,
}

/// What a directory says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it found.
    pub found: Found,
    /// When it was known to be so.
    pub as_of: Timestamp,
    /// Whether it was looked up just now.
    pub freshness: Freshness,
}

/// What a directory has about a holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A document that counts.
    Document(Arc<Document>),
    /// Nothing. Whoever has no role has a document too, or not: both are no role.
    Nobody,
    /// Something that does not count.
    Refused(Finding),
}

/// How an answer came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Freshness {
    /// The directory was read.
    Current,
    /// It could not be read for this reason: it is what it said last.
    Stale(io::ErrorKind),
}

impl Answer {
    /// How old it is.
    pub fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.as_of)
    }

    /// The document, when there is one that counts.
    pub const fn document(&self) -> Option<&Arc<Document>> {
        match &self.found {
            Found::Document(document) => Some(document),
            Found::Nobody | Found::Refused(_) => None,
        }
    }
}
