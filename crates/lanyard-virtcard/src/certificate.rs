//! The holders' certificates, shaped like the public test certificates of the field: subject
//! `O=nhs, OU=people, CN=<12 digits>`, key usage, a policy, a revocation list named by a directory name,
//! no alternative name and no extended key usage.
//!
//! `rcgen` writes them, OpenSSL's keys sign; RFC 5280 §4.2 for the extensions written here.

use std::time::SystemTime;

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::rand::rand_bytes;
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, KeyUsagePurpose, PublicKeyData,
    SerialNumber, SignatureAlgorithm, SigningKey,
};
use time::{Duration, OffsetDateTime};

use crate::authority::Authority;
use crate::bytes::object;
use crate::issue::IssueError;
use crate::key::{Algorithm, Key};
use crate::persona::{Persona, Slot};

const SEQUENCE: u32 = 0x30;
const SET: u32 = 0x31;
const OBJECT_IDENTIFIER: u32 = 0x06;
const UTF8_STRING: u32 = 0x0C;
const IA5_STRING: u32 = 0x16;

const CERTIFICATE_POLICIES: &[u64] = &[2, 5, 29, 32];
const CRL_DISTRIBUTION_POINTS: &[u64] = &[2, 5, 29, 31];
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANIZATION: &[u8] = &[0x55, 4, 10];
const ORGANIZATIONAL_UNIT: &[u8] = &[0x55, 4, 11];
/// 2.999 is the arc for examples (ITU-T X.660): 2.999.1.
const EXAMPLE_POLICY: &[u8] = &[0x88, 0x37, 1];
/// id-qt-cps and id-qt-unotice (RFC 5280 §4.2.1.4).
const PRACTICE_STATEMENT: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 2, 1];
const USER_NOTICE: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 2, 2];
const STATEMENT: &str = "https://pki.example/practice-statement";
const NOTICE: &str = "A card for developers and tests: it proves nothing about anybody.";

/// An OpenSSL key as `rcgen` wants to see it.
pub(crate) struct Signer<'a> {
    key: &'a Key,
    public: Vec<u8>,
}

impl<'a> Signer<'a> {
    pub(crate) fn new(key: &'a Key) -> Result<Self, ErrorStack> {
        let public = key.public_bits()?;
        Ok(Self { key, public })
    }
}

impl PublicKeyData for Signer<'_> {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        match self.key.algorithm() {
            Algorithm::Rsa2048 | Algorithm::Rsa3072 => &rcgen::PKCS_RSA_SHA256,
            Algorithm::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            Algorithm::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
        }
    }
}

impl SigningKey for Signer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let digest = match self.key.algorithm() {
            Algorithm::Rsa2048 | Algorithm::Rsa3072 | Algorithm::P256 => MessageDigest::sha256(),
            Algorithm::P384 => MessageDigest::sha384(),
        };
        openssl::sign::Signer::new(digest, self.key.private())
            .and_then(|mut signer| signer.sign_oneshot_to_vec(message))
            .map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

/// The certificate of one slot, DER.
pub(crate) fn issue(
    persona: &Persona,
    slot: Slot,
    key: &Key,
    authority: &Authority,
    now: SystemTime,
) -> Result<Vec<u8>, IssueError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    let subject = &mut params.distinguished_name;
    subject.push(DnType::OrganizationName, "nhs");
    subject.push(DnType::OrganizationalUnitName, "people");
    subject.push(DnType::CommonName, persona.holder_uuid.as_str());
    let today = OffsetDateTime::from(now);
    params.not_before = today + Duration::days(persona.valid_from_days.into());
    params.not_after = today + Duration::days(persona.valid_to_days.into());
    params.serial_number = Some(serial_number()?);
    params.key_usages = key_usages(slot, key.algorithm());
    params.use_authority_key_identifier_extension = true;
    params.custom_extensions = vec![policy(), distribution_point(authority)];
    let certificate = params.signed_by(&Signer::new(key)?, &authority.issuer()?)?;
    Ok(certificate.der().to_vec())
}

fn key_usages(slot: Slot, algorithm: Algorithm) -> Vec<KeyUsagePurpose> {
    match (slot, algorithm) {
        (Slot::Authentication | Slot::CardAuthentication, _) => {
            vec![KeyUsagePurpose::DigitalSignature]
        }
        (Slot::Signature, _) => {
            vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment]
        }
        (Slot::KeyManagement, Algorithm::Rsa2048 | Algorithm::Rsa3072) => {
            vec![KeyUsagePurpose::KeyEncipherment]
        }
        (Slot::KeyManagement, Algorithm::P256 | Algorithm::P384) => {
            vec![KeyUsagePurpose::KeyAgreement]
        }
    }
}

/// Sixteen random bytes that make a positive number (RFC 5280 §4.1.2.2).
fn serial_number() -> Result<SerialNumber, ErrorStack> {
    let mut bytes = [0; 16];
    rand_bytes(&mut bytes)?;
    let number = u128::from_be_bytes(bytes) >> 2 | 1 << 125;
    Ok(SerialNumber::from_slice(&number.to_be_bytes()))
}

/// RFC 5280 §4.2.1.4: one policy with both kinds of qualifiers, as real ones have them.
fn policy() -> CustomExtension {
    let statement = object(IA5_STRING, STATEMENT.as_bytes());
    let notice = object(SEQUENCE, &object(UTF8_STRING, NOTICE.as_bytes()));
    let qualifier =
        |kind, value: &[u8]| object(SEQUENCE, &[&object(OBJECT_IDENTIFIER, kind), value].concat());
    let qualifiers =
        [qualifier(PRACTICE_STATEMENT, &statement), qualifier(USER_NOTICE, &notice)].concat();
    let policy = object(OBJECT_IDENTIFIER, EXAMPLE_POLICY);
    let information = object(SEQUENCE, &[policy, object(SEQUENCE, &qualifiers)].concat());
    CustomExtension::from_oid_content(CERTIFICATE_POLICIES, object(SEQUENCE, &information))
}

/// RFC 5280 §4.2.1.13: one point, whose full name is one directory name.
fn distribution_point(authority: &Authority) -> CustomExtension {
    let list = format!("{} CRL 1", authority.common_name());
    let name = object(
        SEQUENCE,
        &[
            attribute(ORGANIZATION, "nhs"),
            attribute(ORGANIZATIONAL_UNIT, "CA"),
            attribute(COMMON_NAME, authority.common_name()),
            attribute(COMMON_NAME, &list),
        ]
        .concat(),
    );
    let full_name = object(0xA0, &object(0xA4, &name));
    let point = object(SEQUENCE, &object(0xA0, &full_name));
    CustomExtension::from_oid_content(CRL_DISTRIBUTION_POINTS, object(SEQUENCE, &point))
}

fn attribute(kind: &[u8], value: &str) -> Vec<u8> {
    let kind = object(OBJECT_IDENTIFIER, kind);
    let value = object(UTF8_STRING, value.as_bytes());
    object(SET, &object(SEQUENCE, &[kind, value].concat()))
}
