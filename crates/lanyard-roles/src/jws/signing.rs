//! Signing, for the registration authority's side: its tool, and tests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PSS_SHA256, RsaKeyPair,
};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;

use super::key::Algorithm;

/// A private key and its name.
pub struct SigningKey {
    kid: String,
    pair: Pair,
    random: SystemRandom,
}

enum Pair {
    P256(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

/// Why something was not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// No `PRIVATE KEY` (PKCS#8) in PEM form.
    #[error("no private key (PKCS#8) in PEM form is in it")]
    NotPem,
    /// Neither P-256 nor RSA of 2048 bits or more.
    #[error("neither a P-256 key nor an RSA key of at least 2048 bits: {0}")]
    Key(String),
    /// The system gave no randomness.
    #[error("the signature failed")]
    Failed,
    /// What is to be signed is no role document.
    #[error("no role document: {0}")]
    Document(#[from] crate::DocumentFault),
    /// A role in it would be left out by whoever reads it.
    #[error("{0}")]
    Role(#[from] crate::RoleProblem),
    /// It is no JSON object.
    #[error("no JSON object: {0}")]
    Json(String),
    /// It would be over before it begins.
    #[error("it would expire before it is issued")]
    Expired,
}

impl SigningKey {
    /// A key as PKCS#8 in PEM form, and the name under which others know it.
    ///
    /// # Errors
    /// [`SignError::NotPem`] or [`SignError::Key`].
    pub fn from_pem(kid: &str, pem: &[u8]) -> Result<Self, SignError> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(|_| SignError::NotPem)?;
        Self::from_pkcs8(kid, der.secret_pkcs8_der())
    }

    /// A key as PKCS#8 in DER form.
    ///
    /// # Errors
    /// [`SignError::Key`].
    pub fn from_pkcs8(kid: &str, der: &[u8]) -> Result<Self, SignError> {
        let random = SystemRandom::new();
        let p256 = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random);
        let pair = match p256 {
            Ok(pair) => Pair::P256(Box::new(pair)),
            Err(_) => match RsaKeyPair::from_pkcs8(der) {
                Ok(pair) => Pair::Rsa(Box::new(pair)),
                Err(error) => return Err(SignError::Key(error.to_string())),
            },
        };
        Ok(Self { kid: kid.into(), pair, random })
    }

    /// Its name.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// A statement of this kind in the compact form.
    ///
    /// # Errors
    /// [`SignError::Failed`].
    pub fn sign(&self, kind: &str, payload: &[u8]) -> Result<String, SignError> {
        let algorithm = match self.pair {
            Pair::P256(_) => Algorithm::Es256,
            Pair::Rsa(_) => Algorithm::Ps256,
        };
        let header = serde_json::json!({ "alg": algorithm, "kid": self.kid, "typ": kind });
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let signed = format!("{}.{}", encoded(header.to_string().as_bytes()), encoded(payload));
        let signature = self.signature(signed.as_bytes())?;
        Ok(format!("{signed}.{}", encoded(&signature)))
    }

    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.pair {
            Pair::P256(pair) => {
                let signature = pair.sign(&self.random, message).map_err(|_| SignError::Failed)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PSS_SHA256, &self.random, message, &mut signature)
                    .map_err(|_| SignError::Failed)?;
                Ok(signature)
            }
        }
    }

    /// The public half of a P-256 key as a `SubjectPublicKeyInfo`, in PEM form; of an RSA key, nothing:
    /// `openssl pkey -pubout` writes both.
    pub fn public_pem(&self) -> Option<String> {
        match &self.pair {
            Pair::P256(pair) => Some(super::key::p256_pem(pair.public_key().as_ref())),
            Pair::Rsa(_) => None,
        }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}
