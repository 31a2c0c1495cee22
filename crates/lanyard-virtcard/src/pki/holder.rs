//! The holders' certificates, shaped like the public test certificates of the field: subject
//! `O=nhs, OU=people, CN=<12 digits>`, key usage, a policy, a revocation list named by a directory name,
//! no alternative name and no extended key usage.
//!
//! `rcgen` writes them, OpenSSL's keys sign; RFC 5280 §4.2 for the extensions written here.

use std::time::SystemTime;

use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, KeyUsagePurpose, SerialNumber,
};
use time::{Duration, OffsetDateTime};

use crate::der::{ia5, identifier, sequence, utf8};
use crate::issue::IssueError;
use crate::key::{Algorithm, Key};
use crate::persona::{Persona, Slot};
use crate::pki::authority::Authority;
use crate::pki::points::Point;
use crate::pki::serial;
use crate::pki::signer::Signer;

const CERTIFICATE_POLICIES: &[u64] = &[2, 5, 29, 32];
const CRL_DISTRIBUTION_POINTS: &[u64] = &[2, 5, 29, 31];
/// 2.999 is the arc for examples (ITU-T X.660): 2.999.1.
const EXAMPLE_POLICY: &[u8] = &[0x88, 0x37, 1];
/// id-qt-cps and id-qt-unotice (RFC 5280 §4.2.1.4).
const PRACTICE_STATEMENT: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 2, 1];
const USER_NOTICE: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 2, 2];
const STATEMENT: &str = "https://pki.example/practice-statement";
const NOTICE: &str = "A card for developers and tests: it proves nothing about anybody.";

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
    let serial = serial::of_holder(&persona.name, slot);
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.key_usages = key_usages(slot, key.algorithm());
    params.use_authority_key_identifier_extension = true;
    params.custom_extensions = vec![policy(), distribution_point(Point::of(persona))];
    let certificate = params.signed_by(&Signer::new(key)?, &authority.issuer()?)?;
    Ok(certificate.der().to_vec())
}

/// The extension that names the list in which a certificate would stand.
pub(super) fn distribution_point(point: Point) -> CustomExtension {
    CustomExtension::from_oid_content(CRL_DISTRIBUTION_POINTS, point.in_certificate())
}

/// The policy of the holders' certificates, as their authorities carry it: without qualifiers.
pub(super) fn plain_policy() -> CustomExtension {
    let information = sequence(&[&identifier(EXAMPLE_POLICY)]);
    CustomExtension::from_oid_content(CERTIFICATE_POLICIES, sequence(&[&information]))
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

/// RFC 5280 §4.2.1.4: one policy with both kinds of qualifiers, as real ones have them.
fn policy() -> CustomExtension {
    let qualifier = |kind, value: &[u8]| sequence(&[&identifier(kind), value]);
    let statement = qualifier(PRACTICE_STATEMENT, &ia5(STATEMENT));
    let notice = qualifier(USER_NOTICE, &sequence(&[&utf8(NOTICE)]));
    let qualifiers = sequence(&[&statement, &notice]);
    let information = sequence(&[&identifier(EXAMPLE_POLICY), &qualifiers]);
    CustomExtension::from_oid_content(CERTIFICATE_POLICIES, sequence(&[&information]))
}
