//! What a card keeps without power: passcode, PUK, keys, counters and data objects, as one JSON file.
//!
//! A change is in the file before the answer to the command that caused it leaves the card. The file is
//! replaced as a whole, never changed in place. Everything in it is a test secret in plain sight.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use lanyard_iso7816::Status;
use serde::{Deserialize, Serialize};

use crate::bytes::Hex;
use crate::files;
use crate::key::Key;
use crate::piv::ManagementAlgorithm;

/// The lasting content of a card.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Memory {
    /// The PIV Card Application PIN, key reference `80`.
    pub(crate) passcode: Reference,
    /// The unblocking key, key reference `81`.
    pub(crate) puk: Reference,
    /// The card management key, key reference `9B`.
    pub(crate) management: ManagementKey,
    /// Private keys by key reference.
    pub(crate) keys: BTreeMap<u8, Key>,
    /// Data objects by tag, without their outer tag and length.
    pub(crate) objects: BTreeMap<u32, Hex>,
}

/// A reference value that is compared with what the terminal sends, and its retry counter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reference {
    /// Eight bytes, padded with `FF`.
    pub(crate) value: Hex,
    /// How often a wrong value may still be sent.
    pub(crate) tries_left: u8,
    /// What the counter starts from again.
    pub(crate) tries: u8,
}

/// The symmetric key that administrators prove.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ManagementKey {
    pub(crate) algorithm: ManagementAlgorithm,
    pub(crate) key: Hex,
}

/// Where a card's memory is kept.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    /// In this process alone.
    Process,
    /// In this file.
    File(PathBuf),
}

impl Store {
    /// What the file holds, `None` when there is no such card yet.
    pub(crate) fn load(&self) -> io::Result<Option<Memory>> {
        let Self::File(path) = self else {
            return Ok(None);
        };
        match fs::read(path) {
            Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces the file and waits until the disk has it.
    pub(crate) fn save(&self, memory: &Memory) -> io::Result<()> {
        let Self::File(path) = self else {
            return Ok(());
        };
        files::replace(path, &serde_json::to_vec_pretty(memory)?)
    }

    /// The same, as a command reports it.
    pub(crate) fn commit(&self, memory: &Memory) -> Result<(), Status> {
        self.save(memory).map_err(|_| Status::MEMORY_FAILURE)
    }
}

impl Reference {
    /// A value with all its tries.
    pub(crate) fn new(value: [u8; 8], tries: u8) -> Self {
        let value = Hex(value.to_vec());
        Self { value, tries_left: tries, tries }
    }
}
