//! An OpenSSL key as `rcgen` wants to see it.

use openssl::error::ErrorStack;
use rcgen::{PublicKeyData, SignatureAlgorithm, SigningKey};

use crate::key::{Algorithm, Key};

/// A key that signs certificates.
pub(super) struct Signer<'a> {
    key: &'a Key,
    public: Vec<u8>,
}

impl<'a> Signer<'a> {
    pub(super) fn new(key: &'a Key) -> Result<Self, ErrorStack> {
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
        openssl::sign::Signer::new(self.key.algorithm().digest(), self.key.private())
            .and_then(|mut signer| signer.sign_oneshot_to_vec(message))
            .map_err(|_| rcgen::Error::RemoteKeyError)
    }
}
