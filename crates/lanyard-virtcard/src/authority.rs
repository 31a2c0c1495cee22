//! The throwaway authorities that sign certificates: one that test configurations trust, and one that
//! nobody should.
//!
//! Kept in a folder they serve many cards: `DIR/trusted/root.pem` is the anchor to configure. No
//! revocation lists are made here.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::SystemTime;

use openssl::rand::rand_bytes;
use openssl::x509::X509;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyUsagePurpose};
use time::{Duration, OffsetDateTime};

use crate::certificate::Signer;
use crate::issue::IssueError;
use crate::key::{Algorithm, Key};
use crate::persona::AuthorityName;

const LIFE: Duration = Duration::days(3650);
const CERTIFICATE_FILE: &str = "root.pem";
const KEY_FILE: &str = "root.key";

/// Both authorities.
#[derive(Clone, Debug)]
pub struct Authorities {
    trusted: Authority,
    untrusted: Authority,
}

/// A self-signed root with its key.
#[derive(Clone, Debug)]
pub struct Authority {
    name: AuthorityName,
    key: Key,
    certificate: X509,
}

impl Authorities {
    /// New ones, kept in memory alone.
    ///
    /// # Errors
    /// [`IssueError`] when a key or certificate cannot be made.
    pub fn in_memory(now: SystemTime) -> Result<Self, IssueError> {
        Ok(Self {
            trusted: Authority::generate(AuthorityName::Trusted, now)?,
            untrusted: Authority::generate(AuthorityName::Untrusted, now)?,
        })
    }

    /// Those of a folder, made there first when it has none. Several processes may open it at once.
    ///
    /// # Errors
    /// [`IssueError`] when the folder cannot be used or holds something else.
    pub fn open(folder: &Path, now: SystemTime) -> Result<Self, IssueError> {
        Ok(Self {
            trusted: Authority::open(AuthorityName::Trusted, &folder.join("trusted"), now)?,
            untrusted: Authority::open(AuthorityName::Untrusted, &folder.join("untrusted"), now)?,
        })
    }

    /// One of the two.
    pub const fn named(&self, name: AuthorityName) -> &Authority {
        match name {
            AuthorityName::Trusted => &self.trusted,
            AuthorityName::Untrusted => &self.untrusted,
        }
    }
}

impl Authority {
    fn generate(name: AuthorityName, now: SystemTime) -> Result<Self, IssueError> {
        let key = Key::generate(Algorithm::Rsa2048)?;
        let mut params = params(name);
        params.not_before = OffsetDateTime::from(now) - Duration::days(1000);
        params.not_after = OffsetDateTime::from(now) + LIFE;
        let certificate = params.self_signed(&Signer::new(&key)?)?;
        let certificate = X509::from_der(certificate.der())?;
        Ok(Self { name, key, certificate })
    }

    fn open(name: AuthorityName, folder: &Path, now: SystemTime) -> Result<Self, IssueError> {
        if !folder.join(CERTIFICATE_FILE).exists() {
            Self::generate(name, now)?.keep(folder)?;
        }
        Ok(Self {
            name,
            key: Key::from_pem(&fs::read(folder.join(KEY_FILE))?)?,
            certificate: X509::from_pem(&fs::read(folder.join(CERTIFICATE_FILE))?)?,
        })
    }

    /// Puts the files into a folder beside and moves it into place as a whole. Whoever comes second
    /// leaves the first one's.
    fn keep(&self, folder: &Path) -> Result<(), IssueError> {
        let parent = folder.parent().unwrap_or(folder);
        fs::create_dir_all(parent)?;
        let mut number = [0; 8];
        rand_bytes(&mut number)?;
        let beside = parent.join(format!(".new-{:016x}", u64::from_ne_bytes(number)));
        fs::create_dir_all(&beside)?;
        write(&beside.join(KEY_FILE), &self.key.to_pem()?)?;
        write(&beside.join(CERTIFICATE_FILE), &self.certificate.to_pem()?)?;
        if fs::rename(&beside, folder).is_err() {
            fs::remove_dir_all(&beside)?;
        }
        Ok(())
    }

    /// The root certificate, DER.
    ///
    /// # Errors
    /// [`IssueError`] when OpenSSL cannot write it.
    pub fn certificate(&self) -> Result<Vec<u8>, IssueError> {
        Ok(self.certificate.to_der()?)
    }

    pub(crate) const fn x509(&self) -> &X509 {
        &self.certificate
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }

    /// The authority's name, as distribution points of its revocation lists begin with it.
    pub(crate) const fn common_name(&self) -> &'static str {
        common_name(self.name)
    }

    pub(crate) fn issuer(&self) -> Result<Issuer<'static, Signer<'_>>, IssueError> {
        Ok(Issuer::new(params(self.name), Signer::new(&self.key)?))
    }
}

fn params(name: AuthorityName) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    let subject = &mut params.distinguished_name;
    subject.push(DnType::OrganizationName, "nhs");
    subject.push(DnType::OrganizationalUnitName, "CA");
    subject.push(DnType::CommonName, common_name(name));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

const fn common_name(name: AuthorityName) -> &'static str {
    match name {
        AuthorityName::Trusted => "Lanyard throwaway root",
        AuthorityName::Untrusted => "Lanyard untrusted root",
    }
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(content)?;
    file.sync_data()
}
