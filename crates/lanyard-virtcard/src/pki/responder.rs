//! The OCSP responder that the P-256 authority delegates to: its certificate and key. Answers are made by
//! whoever plays it.
//!
//! RFC 6960 §4.2.2.2 for the delegation, §4.2.2.2.1 for `id-pkix-ocsp-nocheck`.

use std::time::SystemTime;

use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    KeyUsagePurpose, SerialNumber,
};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::bytes::{Hex, object};
use crate::issue::IssueError;
use crate::key::{Algorithm, Key};
use crate::pki::authority::Authority;
use crate::pki::serial;
use crate::pki::signer::Signer;

const OCSP_NO_CHECK: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 48, 1, 5];

/// A responder that may speak for one authority, with its key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Responder {
    key: Key,
    certificate: Hex,
}

impl Responder {
    pub(super) fn make(authority: &Authority, now: SystemTime) -> Result<Self, IssueError> {
        let now = OffsetDateTime::from(now);
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        let subject = &mut params.distinguished_name;
        subject.push(DnType::OrganizationName, "nhs");
        subject.push(DnType::OrganizationalUnitName, "CA");
        subject.push(DnType::CommonName, "Lanyard Test OCSP Responder");
        params.serial_number = Some(SerialNumber::from_slice(&serial::of_responder()));
        params.not_before = now - Duration::days(180);
        params.not_after = now + Duration::days(550);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
        params.use_authority_key_identifier_extension = true;
        let null = object(0x05, &[]);
        params.custom_extensions = vec![CustomExtension::from_oid_content(OCSP_NO_CHECK, null)];
        let key = Key::generate(Algorithm::P256)?;
        let certificate = params.signed_by(&Signer::new(&key)?, &authority.issuer()?)?;
        Ok(Self { key, certificate: Hex(certificate.der().to_vec()) })
    }

    /// Its certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate.0
    }

    /// Its private key in PEM form (PKCS#8).
    ///
    /// # Errors
    /// [`IssueError::Library`] when OpenSSL cannot write it.
    pub fn key_pem(&self) -> Result<Vec<u8>, IssueError> {
        Ok(self.key.to_pem()?)
    }
}
