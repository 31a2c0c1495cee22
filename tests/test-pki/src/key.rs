//! Keys, made by OpenSSL, and what they sign.

use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;

use crate::der::{object, oid, sequence};

/// A private key.
#[derive(Clone, Debug)]
pub struct Key(PKey<Private>);

/// How something is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `ecdsa-with-SHA256`.
    EcdsaSha256,
    /// `ecdsa-with-SHA384`.
    EcdsaSha384,
    /// `sha256WithRSAEncryption`.
    RsaSha256,
    /// `sha1WithRSAEncryption`.
    RsaSha1,
}

impl Algorithm {
    /// The `AlgorithmIdentifier`.
    pub fn identifier(self) -> Vec<u8> {
        match self {
            Self::EcdsaSha256 => sequence(&[&oid("1.2.840.10045.4.3.2")]),
            Self::EcdsaSha384 => sequence(&[&oid("1.2.840.10045.4.3.3")]),
            Self::RsaSha256 => sequence(&[&oid("1.2.840.113549.1.1.11"), &object(5, &[])]),
            Self::RsaSha1 => sequence(&[&oid("1.2.840.113549.1.1.5"), &object(5, &[])]),
        }
    }

    fn digest(self) -> MessageDigest {
        match self {
            Self::EcdsaSha256 | Self::RsaSha256 => MessageDigest::sha256(),
            Self::EcdsaSha384 => MessageDigest::sha384(),
            Self::RsaSha1 => MessageDigest::sha1(),
        }
    }
}

impl Key {
    /// On the curve P-256.
    pub fn p256() -> Self {
        Self::on(Nid::X9_62_PRIME256V1)
    }

    /// On the curve P-384.
    pub fn p384() -> Self {
        Self::on(Nid::SECP384R1)
    }

    /// On a curve that nobody here takes.
    pub fn p521() -> Self {
        Self::on(Nid::SECP521R1)
    }

    /// RSA with so many bits.
    pub fn rsa(bits: u32) -> Self {
        let rsa = Rsa::generate(bits).expect("OpenSSL makes RSA keys");
        Self(PKey::from_rsa(rsa).expect("it is a key"))
    }

    /// A key that is kept as PEM (PKCS#8).
    pub fn from_pem(pem: &[u8]) -> Self {
        Self(PKey::private_key_from_pem(pem).expect("a key in PEM form"))
    }

    fn on(curve: Nid) -> Self {
        let group = EcGroup::from_curve_name(curve).expect("OpenSSL knows the curve");
        let key = EcKey::generate(&group).expect("OpenSSL makes keys");
        Self(PKey::from_ec_key(key).expect("it is a key"))
    }

    /// The `SubjectPublicKeyInfo`.
    pub fn info(&self) -> Vec<u8> {
        self.0.public_key_to_der().expect("a key has a public key")
    }

    /// The usual way it signs.
    pub fn algorithm(&self) -> Algorithm {
        if self.0.rsa().is_ok() {
            Algorithm::RsaSha256
        } else if self.0.bits() == 384 {
            Algorithm::EcdsaSha384
        } else {
            Algorithm::EcdsaSha256
        }
    }

    /// A signature over these bytes.
    pub fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        let mut signer = Signer::new(algorithm.digest(), &self.0).expect("the digest suits");
        signer.sign_oneshot_to_vec(message).expect("OpenSSL signs")
    }

    /// For a bench or test that gives it to OpenSSL itself.
    pub const fn private(&self) -> &PKey<Private> {
        &self.0
    }
}
