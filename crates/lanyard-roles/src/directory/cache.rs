//! Documents that were verified, so many and no more: those that nobody asked for the longest go first.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::file::Identity;
use crate::document::Document;
use crate::identifiers::Uuid;

/// A document as it was read last.
#[derive(Clone, Debug)]
pub(super) struct Cached {
    pub(super) identity: Identity,
    /// Which keys it was verified by.
    pub(super) generation: u64,
    pub(super) document: Arc<Document>,
    pub(super) read: Timestamp,
}

/// The documents of some holders.
#[derive(Debug)]
pub(super) struct Cache {
    most: usize,
    /// Grows with each question.
    turn: u64,
    entries: HashMap<Uuid, (u64, Cached)>,
}

impl Cache {
    pub(super) fn new(most: usize) -> Self {
        Self { most, turn: 0, entries: HashMap::new() }
    }

    pub(super) fn find(&mut self, holder: Uuid) -> Option<Cached> {
        self.turn += 1;
        let (turn, cached) = self.entries.get_mut(&holder)?;
        *turn = self.turn;
        Some(cached.clone())
    }

    pub(super) fn keep(&mut self, holder: Uuid, cached: Cached) {
        if self.most == 0 {
            return;
        }
        self.turn += 1;
        if self.entries.len() >= self.most && !self.entries.contains_key(&holder) {
            let oldest = self.entries.iter().min_by_key(|(_, (turn, _))| *turn);
            if let Some(oldest) = oldest.map(|(holder, _)| *holder) {
                self.entries.remove(&oldest);
            }
        }
        self.entries.insert(holder, (self.turn, cached));
    }

    pub(super) fn forget(&mut self, holder: Uuid) {
        self.entries.remove(&holder);
    }
}
