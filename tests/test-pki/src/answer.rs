//! OCSP answers as drafts (RFC 6960 §4.2.1).

use openssl::hash::{MessageDigest, hash};

use crate::der::{
    bits, context, enumerated, generalized, integer, object, octets, oid, primitive, sequence,
};
use crate::extension::{Critical, extension};
use crate::key::Key;

/// The fields of an answer, before it is signed.
#[derive(Clone, Debug)]
pub struct AnswerDraft {
    /// `OCSPResponseStatus`; anything but 0 leaves the rest out.
    pub status: u8,
    /// `ResponderID`.
    pub responder: Vec<u8>,
    /// `GeneralizedTime`.
    pub produced_at: Vec<u8>,
    /// What is said of each certificate.
    pub singles: Vec<SingleDraft>,
    /// Extensions of the answer.
    pub extensions: Vec<Vec<u8>>,
    /// Certificates sent along.
    pub certificates: Vec<Vec<u8>>,
}

/// What is said of one certificate.
#[derive(Clone, Debug)]
pub struct SingleDraft {
    /// The `Name` of its issuer.
    pub issuer: Vec<u8>,
    /// The `SubjectPublicKeyInfo` of its issuer.
    pub issuer_key: Vec<u8>,
    /// `INTEGER`.
    pub serial: Vec<u8>,
    /// `CertStatus`.
    pub status: Vec<u8>,
    /// `GeneralizedTime`.
    pub this_update: Vec<u8>,
    /// `GeneralizedTime`, or nothing.
    pub next_update: Vec<u8>,
}

/// `CertStatus` in its three forms.
pub mod status {
    use super::{context, enumerated, generalized, primitive};

    /// `good`.
    pub fn good() -> Vec<u8> {
        primitive(0, &[])
    }

    /// `revoked` in 2024, for this reason.
    pub fn revoked(reason: u8) -> Vec<u8> {
        context(1, &[&generalized("20240501120000Z"), &context(0, &[&enumerated(reason)])])
    }

    /// `unknown`.
    pub fn unknown() -> Vec<u8> {
        primitive(2, &[])
    }
}

impl SingleDraft {
    /// "Good" about a certificate with this serial number, from 2026-08-31 to 2026-09-02.
    pub fn good(issuer: Vec<u8>, issuer_key: &Key, serial: &[u8]) -> Self {
        Self {
            issuer,
            issuer_key: issuer_key.info(),
            serial: integer(serial),
            status: status::good(),
            this_update: generalized("20260831000000Z"),
            next_update: generalized("20260902000000Z"),
        }
    }

    fn written(&self) -> Vec<u8> {
        let sha1 = sequence(&[&oid("1.3.14.3.2.26"), &object(5, &[])]);
        let name = octets(&[&digest(&self.issuer)]);
        let key = octets(&[&digest(key_bits(&self.issuer_key))]);
        let id = sequence(&[&sha1, &name, &key, &self.serial]);
        let next = match &*self.next_update {
            [] => Vec::new(),
            next => context(0, &[next]),
        };
        sequence(&[&id, &self.status, &self.this_update, &next])
    }
}

impl AnswerDraft {
    /// An answer by a responder that names itself.
    pub fn by_name(name: &[u8], singles: Vec<SingleDraft>) -> Self {
        Self {
            status: 0,
            responder: context(1, &[name]),
            produced_at: generalized("20260831000000Z"),
            singles,
            extensions: Vec::new(),
            certificates: Vec::new(),
        }
    }

    /// Names the responder by its key instead.
    #[must_use]
    pub fn by_key(mut self, key: &Key) -> Self {
        self.responder = context(2, &[&octets(&[&digest(key_bits(&key.info()))])]);
        self
    }

    /// With a nonce extension of this value: the nonce in an octet string, by RFC 9654.
    #[must_use]
    pub fn with_nonce(mut self, nonce: &[u8]) -> Self {
        self.extensions.push(extension("1.3.6.1.5.5.7.48.1.2", Critical::No, nonce));
        self
    }

    /// The answer, signed by this key.
    pub fn signed(&self, key: &Key) -> Vec<u8> {
        if self.status != 0 {
            return sequence(&[&enumerated(self.status)]);
        }
        let singles: Vec<u8> = self.singles.iter().flat_map(SingleDraft::written).collect();
        let extensions = match self.extensions.concat() {
            none if none.is_empty() => none,
            some => context(1, &[&sequence(&[&some])]),
        };
        let tbs =
            sequence(&[&self.responder, &self.produced_at, &sequence(&[&singles]), &extensions]);
        let algorithm = key.algorithm();
        let certificates = match self.certificates.concat() {
            none if none.is_empty() => none,
            some => context(0, &[&sequence(&[&some])]),
        };
        let signature = bits(&key.sign(algorithm, &tbs));
        let basic = sequence(&[&tbs, &algorithm.identifier(), &signature, &certificates]);
        let bytes = sequence(&[&oid("1.3.6.1.5.5.7.48.1.1"), &octets(&[&basic])]);
        sequence(&[&enumerated(0), &context(0, &[&bytes])])
    }
}

fn digest(bytes: &[u8]) -> Vec<u8> {
    hash(MessageDigest::sha1(), bytes).expect("OpenSSL has SHA-1").to_vec()
}

/// The bits of the last object in a `SubjectPublicKeyInfo`: after its own header and the algorithm.
fn key_bits(info: &[u8]) -> &[u8] {
    let after = |bytes: &'_ [u8]| match bytes.get(1) {
        Some(0x82) => 4,
        Some(0x81) => 3,
        _ => 2,
    };
    let inner = info.get(after(info)..).unwrap_or_default();
    let algorithm = 2 + usize::from(inner.get(1).copied().unwrap_or_default());
    let bits = inner.get(algorithm..).unwrap_or_default();
    bits.get(after(bits) + 1..).unwrap_or_default()
}
