//! Revocation lists (RFC 5280 §5), read once and kept compact.
//!
//! Whose signature a list bears is found out when it is loaded, among the authorities known then: its bytes
//! are not kept. Only short lists keep them, for signers that a card brings along.

use super::entries::{Entries, Entry};
use super::list_number::ListNumber;
use super::scope::Scope;
use crate::der::{
    DerError, Oid, Reader, UnixTime, oid, only, read_time, signature, small_number, tag,
};
use crate::pem::{Block, blocks};
use crate::signatures::Signatures;
use crate::x509::{
    Algorithms, Certificate, Name, RawExtension, Serial, SignatureAlgorithm, SignatureFault,
    Signed, read_extensions,
};

/// No list of the field comes near: a million entries with reasons are 50 MB.
const LONGEST: usize = 512 * 1024 * 1024;

/// Lists up to this length keep what is signed.
const KEPT: usize = 256 * 1024;

/// A list of revoked certificates that could be read.
#[derive(Debug)]
pub struct Crl {
    pub(super) issuer: Name,
    pub(super) this_update: UnixTime,
    pub(super) next_update: Option<UnixTime>,
    pub(super) number: Option<ListNumber>,
    /// The number of the list that this one changes, when it is a delta list.
    pub(super) base: Option<ListNumber>,
    pub(super) scope: Scope,
    pub(super) authority_key_id: Option<Box<[u8]>>,
    pub(super) unknown_critical: Option<Oid>,
    entries: Entries,
    algorithm: SignatureAlgorithm,
    /// Keys that are known to have signed it, each a whole `SubjectPublicKeyInfo`.
    signers: Vec<Box<[u8]>>,
    /// What is signed, and the signature, of short lists.
    kept: Option<Kept>,
}

/// The bytes that are signed, and the signature.
#[derive(Debug)]
struct Kept {
    message: Box<[u8]>,
    signature: Box<[u8]>,
}

/// Bytes that cannot be read as a revocation list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CrlError {
    /// The bytes are not the DER form of a list.
    #[error("the revocation list is malformed: {0}")]
    Malformed(#[from] DerError),
    /// It is longer, or names more issuers, than can be kept.
    #[error("the revocation list is too long")]
    TooLong,
    /// The signature's algorithm is another inside than outside (§5.1.1.2).
    #[error("the algorithm that is signed is not the one of the signature")]
    AlgorithmsDiffer,
    /// The PEM form is cut or no base64.
    #[error("the PEM form of the revocation list is broken")]
    BrokenPem,
    /// Extensions in a version that has none, or a version that does not exist (§5.1.2.1).
    #[error("the version of the list is unknown or has no such fields")]
    Version,
}

impl Crl {
    /// Reads the lists of a file: any number in PEM form, or one in DER form, as [`Crl::load`] does.
    pub fn load_file(file: &[u8], authorities: &[&Certificate]) -> Vec<Result<Self, CrlError>> {
        let load = |block| match block {
            Block::Der(der) => Self::load(&der, authorities.iter().copied()),
            Block::Broken => Err(CrlError::BrokenPem),
        };
        blocks(file, &["X509 CRL"]).into_iter().map(load).collect()
    }

    /// Reads a list in DER form, and finds out which of the authorities have signed it. Of a list longer
    /// than 256 KiB no other signer is believed later.
    ///
    /// # Errors
    /// [`CrlError`] when the bytes are not exactly one list.
    pub fn load<'a>(
        der: &[u8],
        authorities: impl IntoIterator<Item = &'a Certificate>,
    ) -> Result<Self, CrlError> {
        if der.len() > LONGEST {
            return Err(CrlError::TooLong);
        }
        let mut outer = Reader::new(only(der, tag::SEQUENCE)?);
        let tbs = outer.element(tag::SEQUENCE)?;
        let algorithm = outer.value(tag::SEQUENCE)?;
        let signature = signature(outer.value(tag::BIT_STRING)?);
        outer.end()?;
        let mut list = Self::read(tbs.value, algorithm)?;
        let signed = Signed { message: tbs.whole, algorithm: list.algorithm.clone(), signature };
        list.signers = list.signers_among(authorities, &signed);
        if tbs.whole.len() <= KEPT {
            list.kept = Some(Kept { message: tbs.whole.into(), signature: signature.into() });
        }
        Ok(list)
    }

    fn read(tbs: &[u8], algorithm: &[u8]) -> Result<Self, CrlError> {
        let mut reader = Reader::new(tbs);
        let version = reader.optional(tag::INTEGER)?.map(small_number).transpose()?;
        if reader.value(tag::SEQUENCE)? != algorithm {
            return Err(CrlError::AlgorithmsDiffer);
        }
        let issuer = Name::from_der(reader.element(tag::SEQUENCE)?.whole)?;
        let this_update = read_time(&mut reader)?;
        let next_update = next_update(&mut reader)?;
        let revoked = reader.optional(tag::SEQUENCE)?.unwrap_or_default();
        let extensions = reader.optional(tag::constructed(0))?;
        reader.end()?;
        if !matches!((version, extensions), (Some(1), _) | (None, None)) {
            return Err(CrlError::Version);
        }
        let entries = Entries::read(revoked, &issuer)?;
        let mut list = Self {
            issuer,
            this_update,
            next_update,
            number: None,
            base: None,
            scope: Scope::default(),
            authority_key_id: None,
            unknown_critical: entries.unknown_critical.clone(),
            entries,
            algorithm: SignatureAlgorithm::from_value(algorithm),
            signers: Vec::new(),
            kept: None,
        };
        if let Some(extensions) = extensions {
            list.take_all(extensions)?;
        }
        Ok(list)
    }

    fn take_all(&mut self, extensions: &[u8]) -> Result<(), DerError> {
        let mut each = read_extensions(only(extensions, tag::SEQUENCE)?)?.into_iter();
        each.try_for_each(|extension| self.take(extension))
    }

    fn take(&mut self, extension: RawExtension<'_>) -> Result<(), DerError> {
        let value = extension.value;
        match extension.oid {
            oid::CRL_NUMBER if extension.critical => return Err(DerError::Value),
            oid::CRL_NUMBER => {
                self.number = Some(ListNumber::from_value(only(value, tag::INTEGER)?)?);
            }
            oid::DELTA_CRL_INDICATOR => {
                self.base = Some(ListNumber::from_value(only(value, tag::INTEGER)?)?);
            }
            oid::ISSUING_DISTRIBUTION_POINT => self.scope = Scope::read(value)?,
            oid::AUTHORITY_KEY_ID => {
                let mut reader = Reader::new(only(value, tag::SEQUENCE)?);
                self.authority_key_id = reader.optional(tag::primitive(0))?.map(Into::into);
            }
            other if extension.critical => self.unknown_critical = Some(Oid::from_value(other)?),
            _ => {}
        }
        Ok(())
    }

    /// Whatever counts by any setting is remembered; whether it counts is asked again when it is used.
    fn signers_among<'a>(
        &self,
        authorities: impl IntoIterator<Item = &'a Certificate>,
        signed: &Signed<'_>,
    ) -> Vec<Box<[u8]>> {
        let named = authorities.into_iter().filter(|authority| *authority.subject() == self.issuer);
        let signs = |authority: &&Certificate| {
            authority.key().has_signed(signed, Algorithms::DangerWeakToo).is_ok()
        };
        named.filter(signs).map(|authority| authority.public_key_info().into()).collect()
    }

    /// Who issued it.
    pub const fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// When it was made.
    pub const fn this_update(&self) -> UnixTime {
        self.this_update
    }

    /// When the next one will be out at the latest.
    pub const fn next_update(&self) -> Option<UnixTime> {
        self.next_update
    }

    /// How many certificates it names.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it names none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it only tells changes to another list.
    pub const fn is_delta(&self) -> bool {
        self.base.is_some()
    }

    /// Whether one of the authorities known at loading has signed it.
    pub const fn has_known_signer(&self) -> bool {
        !self.signers.is_empty()
    }

    /// Whether it names the certificate with this issuer and serial number.
    pub fn names(&self, issuer: &Name, serial: &Serial) -> bool {
        self.find(issuer, serial).is_some()
    }

    pub(super) fn find(&self, issuer: &Name, serial: &Serial) -> Option<Entry> {
        self.entries.find(issuer, serial.as_bytes())
    }

    /// Whether this authority's key signed it, in a way that counts.
    pub(super) fn is_signed_by(
        &self,
        authority: &Certificate,
        signatures: &Signatures,
    ) -> Result<(), SignatureFault> {
        let key = authority.key();
        if self.signers.iter().any(|signer| **signer == *key.der) {
            return key.suits(&self.algorithm, signatures.algorithms()).map(|_| ());
        }
        let Kept { message, signature } = self.kept.as_ref().ok_or(SignatureFault::Wrong)?;
        let signed = Signed { message, algorithm: self.algorithm.clone(), signature };
        signatures.of_evidence(&signed, authority)
    }
}

/// A date where the entries do not begin yet.
fn next_update(reader: &mut Reader<'_>) -> Result<Option<UnixTime>, DerError> {
    let mut ahead = *reader;
    match ahead.any() {
        Ok(next) if matches!(next.tag, tag::UTC_TIME | tag::GENERALIZED_TIME) => {
            read_time(reader).map(Some)
        }
        Ok(_) | Err(_) => Ok(None),
    }
}
