//! Certificates (RFC 5280 §4.1), parsed for judging.

use std::{fmt, sync::Arc};

use super::defect::Defect;
use super::extensions::Extensions;
use super::key::{KeyInfo, SignatureAlgorithm, Signed};
use super::name::Name;
use super::serial::{Serial, read_serial};
use crate::der::{DerError, Element, Oid, Reader, UnixTime, oid, only, read_time, signature, tag};

/// More bytes than any honest certificate has: what is longer is not looked at.
const LONGEST: usize = 64 * 1024;

/// The most bytes of a serial number (§4.1.2.2).
const LONGEST_SERIAL: usize = 20;

/// A certificate that could be read. Nothing is said about whether it may be believed. Cheap to clone.
#[derive(Clone)]
pub struct Certificate(Arc<Parts>);

struct Parts {
    der: Box<[u8]>,
    tbs: Box<[u8]>,
    serial: Serial,
    algorithm: SignatureAlgorithm,
    signature: Box<[u8]>,
    issuer: Name,
    subject: Name,
    not_before: UnixTime,
    not_after: UnixTime,
    key: KeyInfo,
    extensions: Extensions,
    defects: Vec<Defect>,
}

/// Bytes that cannot be read as a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CertificateError {
    /// The bytes are not the DER form of a certificate.
    #[error("the certificate is malformed: {0}")]
    Malformed(#[from] DerError),
    /// It is longer than 64 KiB.
    #[error("a certificate of {length} bytes")]
    TooLong {
        /// Bytes.
        length: usize,
    },
    /// A version that X.509 does not have.
    #[error("a certificate of an unknown version")]
    Version,
}

impl Certificate {
    /// Reads a certificate in DER form.
    ///
    /// # Errors
    /// [`CertificateError`] when the bytes are not exactly one certificate.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > LONGEST {
            return Err(CertificateError::TooLong { length: der.len() });
        }
        let mut outer = Reader::new(only(der, tag::SEQUENCE)?);
        let tbs = outer.element(tag::SEQUENCE)?;
        let algorithm = outer.value(tag::SEQUENCE)?;
        let signature = signature(outer.value(tag::BIT_STRING)?).into();
        outer.end()?;

        let mut parts = Parts::read(tbs, algorithm)?;
        (parts.der, parts.signature) = (der.into(), signature);
        parts.examine();
        Ok(Self(Arc::new(parts)))
    }

    /// The DER form, as it was given.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// Whom it speaks of.
    pub fn subject(&self) -> &Name {
        &self.0.subject
    }

    /// Who issued it, as it says.
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// The issuer's number for it.
    pub fn serial(&self) -> &Serial {
        &self.0.serial
    }

    /// The first second of its life.
    pub fn not_before(&self) -> UnixTime {
        self.0.not_before
    }

    /// The last second of its life.
    pub fn not_after(&self) -> UnixTime {
        self.0.not_after
    }

    /// What is wrong with its form.
    pub fn defects(&self) -> &[Defect] {
        &self.0.defects
    }

    /// Whether it says of itself that it is an authority's.
    pub fn is_authority(&self) -> bool {
        self.0.extensions.is_authority()
    }

    /// Whether its key usage says that it may sign revocation lists (RFC 5280 §4.2.1.3).
    pub fn may_sign_lists(&self) -> bool {
        let usage = self.0.extensions.key_usage;
        usage.is_some_and(|usage| usage.allows(super::KeyUsage::CRL_SIGNING))
    }

    /// Where its issuer offers revocation lists, so that they can be fetched: addresses as written.
    pub fn crl_addresses(&self) -> impl Iterator<Item = &str> {
        let points = self.0.extensions.crl_points.iter().chain(&self.0.extensions.freshest_crl);
        points.flat_map(super::points::DistributionPoint::addresses)
    }

    /// The directory names of its issuer's revocation lists, for who can ask a directory.
    pub fn crl_directory_names(&self) -> impl Iterator<Item = &Name> {
        let points = self.0.extensions.crl_points.iter().chain(&self.0.extensions.freshest_crl);
        points.flat_map(super::points::DistributionPoint::directory_names)
    }

    /// Where its issuer answers OCSP requests: addresses as written.
    pub fn ocsp_addresses(&self) -> impl Iterator<Item = &str> {
        self.0.extensions.ocsp_addresses.iter().map(|address| &**address)
    }

    /// The whole `SubjectPublicKeyInfo`, DER.
    pub fn public_key_info(&self) -> &[u8] {
        &self.0.key.der
    }

    pub(crate) fn key(&self) -> &KeyInfo {
        &self.0.key
    }

    pub(crate) fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    pub(crate) fn signed(&self) -> Signed<'_> {
        Signed {
            message: &self.0.tbs,
            algorithm: self.0.algorithm.clone(),
            signature: &self.0.signature,
        }
    }

    /// Subject and issuer are the same (RFC 5280 §6.1).
    pub(crate) fn is_self_issued(&self) -> bool {
        self.0.subject == self.0.issuer
    }

    /// Whether `now` lies in its life, both ends included.
    pub(crate) fn is_current(&self, now: UnixTime) -> bool {
        self.0.not_before <= now && now <= self.0.not_after
    }

    /// Something that is the same for clones alone, so that answers about pairs can be remembered.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl Parts {
    /// What is signed, and by which algorithm, as it stands outside.
    fn read(tbs: Element<'_>, algorithm: &[u8]) -> Result<Self, CertificateError> {
        let mut reader = Reader::new(tbs.value);
        let version = version(&mut reader)?;
        let serial = read_serial(&mut reader)?;
        let inner_algorithm = reader.value(tag::SEQUENCE)?;
        let issuer = Name::from_der(reader.element(tag::SEQUENCE)?.whole)?;
        let mut validity = reader.enter(tag::SEQUENCE)?;
        let (not_before, not_after) = (read_time(&mut validity)?, read_time(&mut validity)?);
        validity.end()?;
        let subject = Name::from_der(reader.element(tag::SEQUENCE)?.whole)?;
        let key = KeyInfo::from_der(reader.element(tag::SEQUENCE)?.whole)?;
        let mut defects = Vec::new();
        let extensions = tail(&mut reader, version, &mut defects)?;
        if inner_algorithm != algorithm {
            defects.push(Defect::AlgorithmsDiffer);
        }
        let (tbs, algorithm) = (tbs.whole.into(), SignatureAlgorithm::from_value(algorithm));
        let (der, signature) = Default::default();
        Ok(Self {
            der,
            tbs,
            serial,
            algorithm,
            signature,
            issuer,
            subject,
            not_before,
            not_after,
            key,
            extensions,
            defects,
        })
    }

    /// What can be said of the form alone.
    fn examine(&mut self) {
        let extensions = &self.extensions;
        let named = !self.subject.is_empty() || extensions.has_critical_alternative_names;
        let signs = extensions
            .key_usage
            .is_some_and(|usage| usage.allows(super::KeyUsage::CERTIFICATE_SIGNING));
        let length = self.serial.as_bytes().len();
        let findings = [
            (self.issuer.is_empty(), Defect::NoIssuer),
            (!named, Defect::NoSubject),
            (extensions.is_authority() && self.subject.is_empty(), Defect::NamelessAuthority),
            (length > LONGEST_SERIAL, Defect::LongSerial { length }),
            (signs && !extensions.is_authority(), Defect::SignsWithoutAuthority),
            (
                extensions.name_constraints.is_some() && !extensions.is_authority(),
                Defect::ConstrainsWithoutAuthority,
            ),
            (self.not_after < self.not_before, Defect::NeverValid),
        ];
        let found = findings.into_iter().filter(|(is, _)| *is).map(|(_, defect)| defect);
        self.defects.extend(found);
    }
}

/// 1, 2 or 3.
fn version(reader: &mut Reader<'_>) -> Result<u8, CertificateError> {
    match reader.optional(tag::constructed(0))? {
        None => Ok(1),
        Some(explicit) => match only(explicit, tag::INTEGER)? {
            [number @ 0..=2] => Ok(number + 1),
            _ => Err(CertificateError::Version),
        },
    }
}

/// What stands after the key: unique identifiers, which nobody uses, and extensions.
fn tail(
    reader: &mut Reader<'_>,
    version: u8,
    defects: &mut Vec<Defect>,
) -> Result<Extensions, CertificateError> {
    let mut unique = false;
    for number in [1, 2] {
        unique |= reader.optional(tag::primitive(number))?.is_some();
    }
    let extensions = reader.optional(tag::constructed(3))?;
    reader.end()?;
    if (unique && version < 2) || (extensions.is_some() && version < 3) {
        defects.push(Defect::Version);
    }
    match extensions {
        Some(list) => Ok(Extensions::read(only(list, tag::SEQUENCE)?, defects)?),
        None => Ok(Extensions::default()),
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, {})", self.0.subject, self.0.serial)
    }
}

/// What the subject says of itself, by the kinds of attribute that name a holder.
impl Certificate {
    pub(crate) fn common_names(&self) -> Vec<Option<&str>> {
        self.0.subject.texts(oid::COMMON_NAME).collect()
    }

    pub(crate) fn user_ids(&self) -> Vec<Option<&str>> {
        self.0.subject.texts(oid::USER_ID).collect()
    }

    /// Mail addresses in the subject (§4.1.2.6), for constraints on mail addresses.
    pub(crate) fn subject_mails(&self) -> Vec<Option<&str>> {
        self.0.subject.texts(oid::EMAIL_ADDRESS).collect()
    }

    /// Critical extensions that have no meaning here.
    pub(crate) fn unknown_critical(&self) -> &[Oid] {
        &self.0.extensions.unknown_critical
    }
}
