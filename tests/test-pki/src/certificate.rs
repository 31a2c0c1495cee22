//! Certificates as drafts: each field a DER object that a test may replace.

use crate::der::{authority, bits, context, generalized, integer, sequence};
use crate::extension;
use crate::key::{Algorithm, Key};

/// The fields of a certificate, in order, before it is signed.
#[derive(Clone, Debug)]
pub struct CertificateDraft {
    /// `[0] Version`.
    pub version: Vec<u8>,
    /// `INTEGER`.
    pub serial: Vec<u8>,
    /// `AlgorithmIdentifier` inside; the signature's own when empty.
    pub inner_algorithm: Vec<u8>,
    /// `Name`.
    pub issuer: Vec<u8>,
    /// `Time`.
    pub not_before: Vec<u8>,
    /// `Time`.
    pub not_after: Vec<u8>,
    /// `Name`.
    pub subject: Vec<u8>,
    /// `SubjectPublicKeyInfo`.
    pub key: Vec<u8>,
    /// Anything between key and extensions.
    pub unique_ids: Vec<u8>,
    /// Extensions; `[3]` is left out when there are none.
    pub extensions: Vec<Vec<u8>>,
    /// How it is signed; as the key usually does when nothing is said.
    pub algorithm: Option<Algorithm>,
}

impl CertificateDraft {
    /// A certificate of nobody special, valid from 2020 to 2049.
    pub fn new(subject: Vec<u8>, issuer: Vec<u8>, key: &Key, serial: u8) -> Self {
        Self {
            version: context(0, &[&integer(&[2])]),
            serial: integer(&[serial]),
            inner_algorithm: Vec::new(),
            issuer,
            not_before: generalized("20200101000000Z"),
            not_after: generalized("20491231235959Z"),
            subject,
            key: key.info(),
            unique_ids: Vec::new(),
            extensions: Vec::new(),
            algorithm: None,
        }
    }

    /// An authority's, which may sign certificates and lists.
    pub fn authority(name: &str, issuer: &str, key: &Key, serial: u8) -> Self {
        let mut draft = Self::new(authority(name), authority(issuer), key, serial);
        let usage = extension::KEY_CERT_SIGN | extension::CRL_SIGN;
        draft.extensions = vec![extension::basic_constraints(None), extension::key_usage(usage)];
        draft
    }

    /// Puts an extension in place of the one with the same identifier, or adds it.
    pub fn set(&mut self, extension: Vec<u8>) {
        self.remove(&extension);
        self.extensions.push(extension);
    }

    /// Takes away the extension with the same identifier as this one.
    pub fn remove(&mut self, like: &[u8]) {
        self.extensions.retain(|other| extension::identifier(other) != extension::identifier(like));
    }

    /// What is signed.
    pub fn tbs(&self, algorithm: Algorithm) -> Vec<u8> {
        let outer = algorithm.identifier();
        let inner = if self.inner_algorithm.is_empty() { &outer } else { &self.inner_algorithm };
        let validity = sequence(&[&self.not_before, &self.not_after]);
        let extensions = match self.extensions.concat() {
            none if none.is_empty() => none,
            some => context(3, &[&sequence(&[&some])]),
        };
        sequence(&[
            &self.version,
            &self.serial,
            inner,
            &self.issuer,
            &validity,
            &self.subject,
            &self.key,
            &self.unique_ids,
            &extensions,
        ])
    }

    /// The certificate, signed by this key.
    pub fn signed(&self, key: &Key) -> Vec<u8> {
        let algorithm = self.algorithm.unwrap_or_else(|| key.algorithm());
        signed(&self.tbs(algorithm), algorithm, key)
    }
}

/// What is signed, how, and the signature.
pub(crate) fn signed(tbs: &[u8], algorithm: Algorithm, key: &Key) -> Vec<u8> {
    sequence(&[tbs, &algorithm.identifier(), &bits(&key.sign(algorithm, tbs))])
}
