//! OCSP answers (RFC 6960 §4.2), read. Whether one may be believed is `ocsp_judge`'s duty.

use std::fmt;

use super::RevocationReason;
use super::ocsp_request::IdHash;
use crate::der::{DerError, Oid, Reader, UnixTime, generalized_time, oid, only, signature, tag};
use crate::x509::{
    Certificate, Name, Serial, SignatureAlgorithm, Signed, read_extensions, read_serial,
};

/// More than any answer about one certificate needs.
const LONGEST: usize = 256 * 1024;

/// So many certificates and single answers are read of one answer.
const MOST_PARTS: usize = 32;

/// What a responder sent.
#[derive(Clone, Debug)]
pub struct OcspAnswer {
    pub(super) status: ResponseStatus,
    pub(super) basic: Option<Basic>,
}

/// `OCSPResponseStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResponseStatus(
    /// Its number; 0 stands for an answer.
    pub u8,
);

/// Bytes that cannot be read as an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum OcspError {
    /// The bytes are not the DER form of an answer.
    #[error("the OCSP answer is malformed: {0}")]
    Malformed(#[from] DerError),
    /// It is longer than 256 KiB, or has more parts than are looked at.
    #[error("the OCSP answer is too long")]
    TooLong,
    /// It is of a type or version that is not known here.
    #[error("the OCSP answer is of an unknown type")]
    UnknownType,
}

/// `BasicOCSPResponse`.
#[derive(Clone, Debug)]
pub(super) struct Basic {
    tbs: Box<[u8]>,
    algorithm: SignatureAlgorithm,
    signature: Box<[u8]>,
    pub(super) certificates: Vec<Certificate>,
    pub(super) responder: Responder,
    pub(super) produced_at: UnixTime,
    pub(super) singles: Vec<Single>,
    pub(super) nonce: Option<Box<[u8]>>,
    pub(super) unknown_critical: Option<Oid>,
}

/// Who answers, as the answer says.
#[derive(Clone, Debug)]
pub(super) enum Responder {
    Name(Name),
    /// SHA-1 of the bits of the key.
    Key(Box<[u8]>),
}

/// What is said of one certificate.
#[derive(Clone, Debug)]
pub(super) struct Single {
    hash: Box<[u8]>,
    issuer_name: Box<[u8]>,
    issuer_key: Box<[u8]>,
    serial: Serial,
    pub(super) said: Said,
    pub(super) this_update: UnixTime,
    pub(super) next_update: Option<UnixTime>,
}

/// `CertStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Good,
    Revoked { reason: RevocationReason, since: UnixTime },
    Unknown,
}

impl OcspAnswer {
    /// Reads an answer in DER form.
    ///
    /// # Errors
    /// [`OcspError`] when the bytes are not exactly one answer.
    pub fn parse(der: &[u8]) -> Result<Self, OcspError> {
        if der.len() > LONGEST {
            return Err(OcspError::TooLong);
        }
        let mut reader = Reader::new(only(der, tag::SEQUENCE)?);
        let [status] = *reader.value(tag::ENUMERATED)? else {
            return Err(DerError::Value.into());
        };
        let bytes = reader.optional(tag::constructed(0))?;
        reader.end()?;
        let basic = bytes.map(response_bytes).transpose()?;
        if basic.is_some() != (status == 0) {
            return Err(DerError::Value.into());
        }
        Ok(Self { status: ResponseStatus(status), basic })
    }

    /// Whether there is an answer at all.
    pub const fn status(&self) -> ResponseStatus {
        self.status
    }
}

impl fmt::Display for ResponseStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            0 => "successful",
            1 => "malformedRequest",
            2 => "internalError",
            3 => "tryLater",
            5 => "sigRequired",
            6 => "unauthorized",
            _ => "unknown status",
        })
    }
}

fn response_bytes(explicit: &[u8]) -> Result<Basic, OcspError> {
    let mut reader = Reader::new(only(explicit, tag::SEQUENCE)?);
    let kind = reader.value(tag::OBJECT_IDENTIFIER)?;
    let response = reader.value(tag::OCTET_STRING)?;
    reader.end()?;
    if kind == oid::OCSP_BASIC { Basic::read(response) } else { Err(OcspError::UnknownType) }
}

impl Basic {
    fn read(response: &[u8]) -> Result<Self, OcspError> {
        let mut outer = Reader::new(only(response, tag::SEQUENCE)?);
        let tbs = outer.element(tag::SEQUENCE)?;
        let algorithm = SignatureAlgorithm::from_value(outer.value(tag::SEQUENCE)?);
        let signature = signature(outer.value(tag::BIT_STRING)?).into();
        let certificates = outer.optional(tag::constructed(0))?.map(certificates).transpose()?;
        outer.end()?;

        let mut reader = Reader::new(tbs.value);
        if reader.optional(tag::constructed(0))?.is_some_and(|version| *version != [2, 1, 0]) {
            return Err(OcspError::UnknownType);
        }
        let responder = Responder::read(&mut reader)?;
        let produced_at = generalized_time(reader.value(tag::GENERALIZED_TIME)?)?;
        let mut list = reader.enter(tag::SEQUENCE)?;
        let extensions = reader.optional(tag::constructed(1))?;
        reader.end()?;
        let mut unknown_critical = None;
        let mut singles = Vec::new();
        while !list.is_empty() {
            if singles.len() == MOST_PARTS {
                return Err(OcspError::TooLong);
            }
            singles.push(Single::read(&mut list, &mut unknown_critical)?);
        }
        let nonce = extensions.map(|list| nonce(list, &mut unknown_critical)).transpose()?;
        Ok(Self {
            tbs: tbs.whole.into(),
            algorithm,
            signature,
            certificates: certificates.unwrap_or_default(),
            responder,
            produced_at,
            singles,
            nonce: nonce.flatten(),
            unknown_critical,
        })
    }

    pub(super) fn signed(&self) -> Signed<'_> {
        Signed { message: &self.tbs, algorithm: self.algorithm.clone(), signature: &self.signature }
    }
}

impl Responder {
    fn read(reader: &mut Reader<'_>) -> Result<Self, DerError> {
        if let Some(name) = reader.optional(tag::constructed(1))? {
            return Name::from_der(name).map(Self::Name);
        }
        let key = reader.value(tag::constructed(2))?;
        Ok(Self::Key(only(key, tag::OCTET_STRING)?.into()))
    }

    /// Whether it is this certificate's subject.
    pub(super) fn is(&self, certificate: &Certificate) -> bool {
        match self {
            Self::Name(name) => name == certificate.subject(),
            Self::Key(hash) => IdHash::SHA1.of(&certificate.key().bits).as_ref() == &**hash,
        }
    }
}

impl Single {
    fn read(list: &mut Reader<'_>, unknown: &mut Option<Oid>) -> Result<Self, DerError> {
        let mut reader = list.enter(tag::SEQUENCE)?;
        let mut id = reader.enter(tag::SEQUENCE)?;
        let mut algorithm = id.enter(tag::SEQUENCE)?;
        let hash = algorithm.value(tag::OBJECT_IDENTIFIER)?.into();
        let issuer_name = id.value(tag::OCTET_STRING)?.into();
        let issuer_key = id.value(tag::OCTET_STRING)?.into();
        let serial = read_serial(&mut id)?;
        id.end()?;
        let said = Said::read(&mut reader)?;
        let this_update = generalized_time(reader.value(tag::GENERALIZED_TIME)?)?;
        let next = reader.optional(tag::constructed(0))?;
        let next_update =
            next.map(|time| generalized_time(only(time, tag::GENERALIZED_TIME)?)).transpose()?;
        if let Some(extensions) = reader.optional(tag::constructed(1))? {
            remember_unknown(extensions, &[], unknown)?;
        }
        reader.end()?;
        Ok(Self { hash, issuer_name, issuer_key, serial, said, this_update, next_update })
    }

    /// Whether it is about this certificate of this issuer.
    pub(super) fn is_about(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Some(hash) = IdHash::named(&self.hash) else { return false };
        self.serial == *certificate.serial()
            && hash.of(issuer.subject().der()).as_ref() == &*self.issuer_name
            && hash.of(&issuer.key().bits).as_ref() == &*self.issuer_key
    }
}

impl Said {
    fn read(reader: &mut Reader<'_>) -> Result<Self, DerError> {
        let status = reader.any()?;
        if status.tag == tag::primitive(0) && status.value.is_empty() {
            return Ok(Self::Good);
        }
        if status.tag == tag::primitive(2) && status.value.is_empty() {
            return Ok(Self::Unknown);
        }
        if status.tag != tag::constructed(1) {
            return Err(DerError::Tag { expected: tag::constructed(1), found: status.tag });
        }
        let mut revoked = Reader::new(status.value);
        let since = generalized_time(revoked.value(tag::GENERALIZED_TIME)?)?;
        let reason = match revoked.optional(tag::constructed(0))? {
            None => RevocationReason::UNSPECIFIED,
            Some(reason) => match only(reason, tag::ENUMERATED)? {
                [number] => RevocationReason(*number),
                _ => return Err(DerError::Value),
            },
        };
        revoked.end()?;
        Ok(Self::Revoked { reason, since })
    }
}

/// Those that cannot be read are left out: they are helpers, and none of them is demanded.
fn certificates(explicit: &[u8]) -> Result<Vec<Certificate>, OcspError> {
    let mut list = Reader::new(only(explicit, tag::SEQUENCE)?);
    let mut certificates = Vec::new();
    while !list.is_empty() {
        if certificates.len() == MOST_PARTS {
            return Err(OcspError::TooLong);
        }
        certificates.extend(Certificate::parse(list.element(tag::SEQUENCE)?.whole));
    }
    Ok(certificates)
}

fn nonce(explicit: &[u8], unknown: &mut Option<Oid>) -> Result<Option<Box<[u8]>>, DerError> {
    remember_unknown(explicit, oid::OCSP_NONCE, unknown)?;
    let extensions = read_extensions(only(explicit, tag::SEQUENCE)?)?;
    let nonce = extensions.into_iter().find(|extension| extension.oid == oid::OCSP_NONCE);
    Ok(nonce.map(|nonce| nonce.value.into()))
}

fn remember_unknown(
    explicit: &[u8],
    known: &[u8],
    unknown: &mut Option<Oid>,
) -> Result<(), DerError> {
    for extension in read_extensions(only(explicit, tag::SEQUENCE)?)? {
        if extension.critical && extension.oid != known {
            *unknown = Some(Oid::from_value(extension.oid)?);
        }
    }
    Ok(())
}
