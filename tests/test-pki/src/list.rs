//! Revocation lists as drafts.

use crate::certificate::signed;
use crate::der::{context, generalized, integer, sequence};
use crate::key::{Algorithm, Key};

/// The fields of a list, in order, before it is signed.
#[derive(Clone, Debug)]
pub struct ListDraft {
    /// `INTEGER`.
    pub version: Vec<u8>,
    /// `AlgorithmIdentifier` inside; the signature's own when empty.
    pub inner_algorithm: Vec<u8>,
    /// `Name`.
    pub issuer: Vec<u8>,
    /// `Time`.
    pub this_update: Vec<u8>,
    /// `Time`, or nothing.
    pub next_update: Vec<u8>,
    /// The revoked certificates.
    pub entries: Vec<EntryDraft>,
    /// Extensions; `[0]` is left out when there are none.
    pub extensions: Vec<Vec<u8>>,
    /// How it is signed; as the key usually does when nothing is said.
    pub algorithm: Option<Algorithm>,
}

/// One revoked certificate.
#[derive(Clone, Debug)]
pub struct EntryDraft {
    /// `INTEGER`.
    pub serial: Vec<u8>,
    /// `Time`.
    pub since: Vec<u8>,
    /// Extensions of the entry.
    pub extensions: Vec<Vec<u8>>,
}

impl EntryDraft {
    /// Revoked in 2024, for no reason given.
    pub fn new(serial: &[u8]) -> Self {
        let since = generalized("20240501120000Z");
        Self { serial: integer(serial), since, extensions: Vec::new() }
    }

    /// With an extension.
    #[must_use]
    pub fn with(mut self, extension: Vec<u8>) -> Self {
        self.extensions.push(extension);
        self
    }

    fn written(&self) -> Vec<u8> {
        let extensions = match self.extensions.concat() {
            none if none.is_empty() => none,
            some => sequence(&[&some]),
        };
        sequence(&[&self.serial, &self.since, &extensions])
    }
}

impl ListDraft {
    /// An empty list that counts from 2024 to 2049.
    pub fn new(issuer: Vec<u8>) -> Self {
        Self {
            version: integer(&[1]),
            inner_algorithm: Vec::new(),
            issuer,
            this_update: generalized("20240601000000Z"),
            next_update: generalized("20491231000000Z"),
            entries: Vec::new(),
            extensions: Vec::new(),
            algorithm: None,
        }
    }

    /// The list, signed by this key.
    pub fn signed(&self, key: &Key) -> Vec<u8> {
        let algorithm = self.algorithm.unwrap_or_else(|| key.algorithm());
        let outer = algorithm.identifier();
        let inner = if self.inner_algorithm.is_empty() { &outer } else { &self.inner_algorithm };
        let entries = match &*self.entries {
            [] => Vec::new(),
            some => sequence(&[&some.iter().flat_map(EntryDraft::written).collect::<Vec<u8>>()]),
        };
        let extensions = match self.extensions.concat() {
            none if none.is_empty() => none,
            some => context(0, &[&sequence(&[&some])]),
        };
        let tbs = sequence(&[
            &self.version,
            inner,
            &self.issuer,
            &self.this_update,
            &self.next_update,
            &entries,
            &extensions,
        ]);
        signed(&tbs, algorithm, key)
    }
}
