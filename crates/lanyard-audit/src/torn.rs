//! Bytes that are no record: what a crash or a full disk left between two records.
//!
//! They stay in the file. The mark that closes them says how many they are and what their hash is, so that
//! they cannot be changed any more either.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Hash;

/// What a mark says about the bytes between the record before it and itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Torn {
    /// How many; 0 when only the end of the record's line was missing.
    pub(crate) bytes: u64,
    /// Their SHA-256 value.
    pub(crate) sha256: Hash,
}

/// Bytes that are no record, as they are met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Region {
    bytes: u64,
    hash: Sha256,
}

impl Region {
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    pub(crate) fn torn(&self) -> Torn {
        Torn { bytes: self.bytes, sha256: Hash(self.hash.clone().finalize().into()) }
    }
}
