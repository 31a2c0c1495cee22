//! The folder itself: a file is opened when its holder is asked for, and at no other time.
//!
//! A document that was verified is kept with what tells its file from another; the next question costs an
//! open file. Everything here may wait for a disk or a network: the seam with a deadline is
//! [`super::FolderDirectory`].

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use jiff::Timestamp;

use super::cache::{Cache, Cached};
use super::file::{Identity, Opened};
use super::key_folder::{self, KeyProblem};
use super::seen::{Mark, Seen};
use super::settings::{FolderSettings, Unsigned};
use super::{Answer, Found, Freshness};
use crate::document::{Document, LONGEST_FILE_OF_DIRECTORY, Origin};
use crate::finding::Finding;
use crate::identifiers::Uuid;
use crate::keys::Keys;
use crate::statement::print_of;

/// A folder of role documents that is read by whoever asks.
#[derive(Debug)]
pub struct Folder {
    settings: FolderSettings,
    keys: RwLock<(u64, Arc<Keys>)>,
    cache: Mutex<Cache>,
    seen: Mutex<Seen>,
}

impl Folder {
    /// Reads the keys and what was seen; of the documents, nothing.
    pub fn open(settings: FolderSettings) -> (Self, Vec<KeyProblem>) {
        let (keys, problems) = key_folder::load(&settings.keys, &settings.rights);
        let seen = settings.seen.as_deref().map(Seen::open).unwrap_or_default();
        let cache = Mutex::new(Cache::new(settings.kept));
        let keys = RwLock::new((0, Arc::new(keys)));
        (Self { settings, keys, cache, seen: Mutex::new(seen) }, problems)
    }

    /// How the folder was set up.
    pub const fn settings(&self) -> &FolderSettings {
        &self.settings
    }

    /// Reads the keys again. Documents are verified anew when they are asked for.
    pub fn reload_keys(&self) -> Vec<KeyProblem> {
        let (keys, problems) = key_folder::load(&self.settings.keys, &self.settings.rights);
        let mut current = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        *current = (current.0 + 1, Arc::new(keys));
        problems
    }

    /// What the folder says of a holder. May wait for the disk.
    pub fn look_up(&self, holder: Uuid, now: Timestamp) -> Answer {
        let found = match self.read(holder, now) {
            Ok(found) => found,
            Err(Finding::Unreadable(kind)) => {
                return self
                    .kept(holder, now, kind)
                    .unwrap_or_else(|| current(Found::Refused(Finding::Unreadable(kind)), now));
            }
            Err(finding) => Found::Refused(finding),
        };
        if !matches!(found, Found::Document(_)) {
            self.cache().forget(holder);
        }
        current(found, now)
    }

    /// What was read last, while it counts: for when the folder cannot be read for this reason.
    pub fn kept(&self, holder: Uuid, now: Timestamp, why: io::ErrorKind) -> Option<Answer> {
        let cached = self.cache().find(holder);
        let Cached { document, read, generation, .. } = cached?;
        let limit = jiff::SignedDuration::try_from(self.settings.longest_stale).ok()?;
        let counts = now.duration_since(read) <= limit
            && document.expired(now).is_none()
            && generation == self.keys().0;
        let (found, freshness) = (Found::Document(document), Freshness::Stale(why));
        counts.then_some(Answer { found, as_of: read, freshness })
    }

    /// Why the file of what was seen lacks a document: told once.
    pub fn take_seen_fault(&self) -> Option<io::ErrorKind> {
        self.seen().take_fault()
    }

    fn read(&self, holder: Uuid, now: Timestamp) -> Result<Found, Finding> {
        let unreadable = |error: io::Error| Finding::Unreadable(error.kind());
        if let Some(opened) = Opened::at(&self.settings.signed_file(holder)).map_err(unreadable)? {
            return self.signed(opened, holder, now).map(Found::Document);
        }
        // A folder that is not there, as when it was not mounted, says nothing about anybody.
        std::fs::metadata(&self.settings.folder).map_err(unreadable)?;
        self.unsigned(holder)
    }

    fn signed(
        &self,
        opened: Opened,
        holder: Uuid,
        now: Timestamp,
    ) -> Result<Arc<Document>, Finding> {
        let (generation, keys) = self.keys();
        let identity = opened.identity;
        let cached = self.cache().find(holder);
        if let Some(cached) = cached
            && cached.identity == identity
            && cached.generation == generation
            && !cached.document.waits()
        {
            if let Some(at) = cached.document.expired(now) {
                return Err(Finding::Expired { at });
            }
            self.cache().keep(holder, Cached { read: now, ..cached.clone() });
            return Ok(cached.document);
        }
        let file = opened.read(LONGEST_FILE_OF_DIRECTORY)?;
        let document = Document::open(&file, holder, &keys, now)?;
        self.admit(&document, &file)?;
        Ok(self.keep(identity, generation, document, now))
    }

    /// Refuses documents older than one that was seen.
    fn admit(&self, document: &Document, file: &[u8]) -> Result<(), Finding> {
        let Origin::Signed { validity, .. } = document.origin() else { return Ok(()) };
        let mark = Mark { issued: validity.issued.as_second(), print: print_of(file) };
        self.seen().admit(document.holder(), mark)
    }

    fn unsigned(&self, holder: Uuid) -> Result<Found, Finding> {
        let unreadable = |error: io::Error| Finding::Unreadable(error.kind());
        let opened = Opened::at(&self.settings.unsigned_file(holder)).map_err(unreadable)?;
        match (opened, self.settings.unsigned) {
            (None, Unsigned::Refused | Unsigned::DangerAccepted) => Ok(Found::Nobody),
            (Some(_), Unsigned::Refused) => Err(Finding::Unsigned),
            (Some(opened), Unsigned::DangerAccepted) => {
                let file = opened.read(LONGEST_FILE_OF_DIRECTORY)?;
                let document = Document::danger_open_unsigned(&file, holder)?;
                Ok(Found::Document(Arc::new(document)))
            }
        }
    }

    fn keep(
        &self,
        identity: Identity,
        generation: u64,
        document: Document,
        read: Timestamp,
    ) -> Arc<Document> {
        let document = Arc::new(document);
        let cached = Cached { identity, generation, document: Arc::clone(&document), read };
        self.cache().keep(document.holder(), cached);
        document
    }

    fn keys(&self) -> (u64, Arc<Keys>) {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn current(found: Found, now: Timestamp) -> Answer {
    Answer { found, as_of: now, freshness: Freshness::Current }
}
