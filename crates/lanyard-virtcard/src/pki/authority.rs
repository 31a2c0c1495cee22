//! One authority: its key, its certificate, and what it needs to sign others.

use std::time::SystemTime;

use openssl::error::ErrorStack;
use openssl::x509::X509;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyUsagePurpose,
    SerialNumber,
};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::bytes::Hex;
use crate::issue::IssueError;
use crate::key::Key;
use crate::pki::holder::{distribution_point, plain_policy};
use crate::pki::office::Office;
use crate::pki::points::Point;
use crate::pki::serial;
use crate::pki::signer::Signer;

/// Older than every holder's certificate, so that `expired` is refused for its own dates alone.
const AGE: Duration = Duration::days(1000);
const LIFE_OF_A_ROOT: Duration = Duration::days(3650);
const LIFE_BELOW: Duration = Duration::days(1825);

/// An authority with its key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authority {
    office: Office,
    key: Key,
    certificate: Hex,
}

impl Authority {
    /// One that signs itself.
    pub(super) fn root(office: Office, now: SystemTime) -> Result<Self, IssueError> {
        let key = Key::generate(office.algorithm())?;
        let certificate = params(office, now).self_signed(&Signer::new(&key)?)?;
        Ok(Self { office, key, certificate: Hex(certificate.der().to_vec()) })
    }

    /// One that this one signs.
    pub(super) fn below(&self, office: Office, now: SystemTime) -> Result<Self, IssueError> {
        let key = Key::generate(office.algorithm())?;
        let certificate = params(office, now).signed_by(&Signer::new(&key)?, &self.issuer()?)?;
        Ok(Self { office, key, certificate: Hex(certificate.der().to_vec()) })
    }

    /// Its name: the CN of its certificate.
    pub const fn name(&self) -> &'static str {
        self.office.common_name()
    }

    /// Its certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate.0
    }

    /// Its private key in PEM form (PKCS#8), for tests that sign something themselves.
    ///
    /// # Errors
    /// [`IssueError::Library`] when OpenSSL cannot write it.
    pub fn key_pem(&self) -> Result<Vec<u8>, IssueError> {
        Ok(self.key.to_pem()?)
    }

    pub(crate) fn x509(&self) -> Result<X509, ErrorStack> {
        X509::from_der(&self.certificate.0)
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }

    pub(super) fn issuer(&self) -> Result<Issuer<'static, Signer<'_>>, IssueError> {
        Ok(Issuer::new(named(self.office), Signer::new(&self.key)?))
    }
}

/// What its own certificate says.
fn params(office: Office, now: SystemTime) -> CertificateParams {
    let now = OffsetDateTime::from(now);
    let mut params = named(office);
    params.serial_number = Some(SerialNumber::from_slice(&serial::of_authority(office)));
    params.not_before = now - AGE;
    params.use_authority_key_identifier_extension = !office.is_root();
    // A root too: OpenSSL's `-crl_check_all` asks for everybody's list.
    params.custom_extensions = vec![distribution_point(Point::of_authority(office))];
    if office.is_root() {
        params.not_after = now + LIFE_OF_A_ROOT;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    } else {
        params.not_after = now + LIFE_BELOW;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.custom_extensions.push(plain_policy());
    }
    params
}

/// What those below it must know of it.
fn named(office: Office) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    let subject = &mut params.distinguished_name;
    subject.push(DnType::OrganizationName, "nhs");
    subject.push(DnType::OrganizationalUnitName, "CA");
    subject.push(DnType::CommonName, office.common_name());
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}
