//! OCSP requests (RFC 6960 §4.1) for one certificate, with or without a nonce (RFC 9654).

use ring::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512};

use crate::der::{object, oid, tag};
use crate::x509::Certificate;

/// A number that an answer repeats, so that it cannot be an old one. Randomness comes from the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonce(
    /// 32 bytes, as RFC 9654 §2.1 recommends.
    pub [u8; 32],
);

/// The hash by which a request names the issuer. It protects nothing, so SHA-1, which every responder
/// knows, is no weakness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertIdHash {
    /// What RFC 5019 §2.1.1 demands.
    #[default]
    Sha1,
    /// What RFC 9654 and newer profiles prefer.
    Sha256,
}

/// A request, ready to be posted as `application/ocsp-request`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    /// The body.
    pub der: Vec<u8>,
    /// What the answer should repeat.
    pub nonce: Option<Nonce>,
}

impl OcspRequest {
    /// Asks about a certificate of this issuer.
    pub fn new(
        certificate: &Certificate,
        issuer: &Certificate,
        hash: CertIdHash,
        nonce: Option<Nonce>,
    ) -> Self {
        let hash = match hash {
            CertIdHash::Sha1 => IdHash::SHA1,
            CertIdHash::Sha256 => IdHash::SHA256,
        };
        let algorithm = object(
            tag::SEQUENCE,
            &[&object(tag::OBJECT_IDENTIFIER, &[hash.oid]), &object(0x05, &[])],
        );
        let name = object(tag::OCTET_STRING, &[hash.of(issuer.subject().der()).as_ref()]);
        let key = object(tag::OCTET_STRING, &[hash.of(&issuer.key().bits).as_ref()]);
        let serial = object(tag::INTEGER, &[certificate.serial().as_bytes()]);
        let id = object(tag::SEQUENCE, &[&algorithm, &name, &key, &serial]);
        let list = object(tag::SEQUENCE, &[&object(tag::SEQUENCE, &[&id])]);
        let extensions = nonce.as_ref().map(extensions).unwrap_or_default();
        let tbs = object(tag::SEQUENCE, &[&list, &extensions]);
        Self { der: object(tag::SEQUENCE, &[&tbs]), nonce }
    }
}

/// `[2]` with the nonce alone.
fn extensions(nonce: &Nonce) -> Vec<u8> {
    let value = object(tag::OCTET_STRING, &[&object(tag::OCTET_STRING, &[&nonce.0])]);
    let oid = object(tag::OBJECT_IDENTIFIER, &[oid::OCSP_NONCE]);
    let extension = object(tag::SEQUENCE, &[&oid, &value]);
    object(tag::constructed(2), &[&object(tag::SEQUENCE, &[&extension])])
}

/// A hash as requests and answers name it.
#[derive(Clone, Copy, Debug)]
pub(super) struct IdHash {
    oid: &'static [u8],
    algorithm: &'static digest::Algorithm,
}

impl IdHash {
    pub(super) const SHA1: Self = Self { oid: oid::SHA1, algorithm: &SHA1_FOR_LEGACY_USE_ONLY };
    const SHA256: Self = Self { oid: oid::SHA256, algorithm: &SHA256 };
    const SHA384: Self = Self { oid: oid::SHA384, algorithm: &SHA384 };
    const SHA512: Self = Self { oid: oid::SHA512, algorithm: &SHA512 };

    /// The one with this identifier.
    pub(super) fn named(oid: &[u8]) -> Option<Self> {
        [Self::SHA1, Self::SHA256, Self::SHA384, Self::SHA512]
            .into_iter()
            .find(|hash| hash.oid == oid)
    }

    pub(super) fn of(self, bytes: &[u8]) -> digest::Digest {
        digest::digest(self.algorithm, bytes)
    }
}
