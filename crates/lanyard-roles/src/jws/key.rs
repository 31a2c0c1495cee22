//! Public keys of registration authorities: P-256, and RSA of 2048 to 8192 bits, as `PUBLIC KEY` in PEM
//! (RFC 5280 §4.1.2.7, RFC 7468 §13). `ring` does the arithmetic.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{self, UnparsedPublicKey};
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};

/// How something is signed (RFC 7518 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

/// A key that can be verified with.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    kind: Kind,
    /// A point (SEC 1 §2.3.3), or an `RSAPublicKey` (RFC 8017 §A.1.1).
    bytes: Box<[u8]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    P256,
    Rsa,
}

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No `PUBLIC KEY` in PEM form.
    #[error("no public key in PEM form is in it")]
    NotPem,
    /// Neither P-256 nor RSA of 2048 to 8192 bits, or not DER.
    #[error("neither a P-256 key nor an RSA key of 2048 to 8192 bits")]
    Unsupported,
}

/// All of a `SubjectPublicKeyInfo` on P-256 before the point.
const P256: &[u8] = b"\x30\x59\x30\x13\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07\x03\x42\x00";

/// The `AlgorithmIdentifier` of RSA.
const RSA: &[u8] = b"\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00";

impl PublicKey {
    /// The first public key in a PEM file.
    ///
    /// # Errors
    /// [`KeyError`] when there is none, or none that counts.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let der = SubjectPublicKeyInfoDer::from_pem_slice(pem).map_err(|_| KeyError::NotPem)?;
        Self::from_der(&der)
    }

    /// From a `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`].
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if let Some(point) = der.strip_prefix(P256) {
            let whole = point.len() == 65 && point.first() == Some(&4);
            let key = || Self { kind: Kind::P256, bytes: point.into() };
            return whole.then(key).ok_or(KeyError::Unsupported);
        }
        let bytes = rsa_key(der).ok_or(KeyError::Unsupported)?;
        let bits = modulus_bits(bytes).ok_or(KeyError::Unsupported)?;
        let key = || Self { kind: Kind::Rsa, bytes: bytes.into() };
        (2048..=8192).contains(&bits).then(key).ok_or(KeyError::Unsupported)
    }

    /// Whether the signature over these bytes is by this key; not, when the algorithm does not go with it.
    pub fn has_signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let verification: &dyn signature::VerificationAlgorithm = match (self.kind, algorithm) {
            (Kind::P256, Algorithm::Es256) => &signature::ECDSA_P256_SHA256_FIXED,
            (Kind::Rsa, Algorithm::Ps256) => &signature::RSA_PSS_2048_8192_SHA256,
            (Kind::Rsa, Algorithm::Rs256) => &signature::RSA_PKCS1_2048_8192_SHA256,
            (Kind::P256, Algorithm::Ps256 | Algorithm::Rs256) | (Kind::Rsa, Algorithm::Es256) => {
                return false;
            }
        };
        UnparsedPublicKey::new(verification, &self.bytes).verify(message, signature).is_ok()
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({:?})", self.kind)
    }
}

/// A point as `PUBLIC KEY` in PEM form.
pub(super) fn p256_pem(point: &[u8]) -> String {
    let text = STANDARD.encode([P256, point].concat());
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

/// The `RSAPublicKey` of a `SubjectPublicKeyInfo`.
fn rsa_key(der: &[u8]) -> Option<&[u8]> {
    let inner = only(der, 0x30)?.strip_prefix(RSA)?;
    only(inner, 0x03)?.strip_prefix(&[0])
}

/// Bits of the modulus of an `RSAPublicKey`.
fn modulus_bits(key: &[u8]) -> Option<usize> {
    let (modulus, exponent) = element(only(key, 0x30)?, 0x02)?;
    only(exponent, 0x02)?;
    let digits = modulus.strip_prefix(&[0]).unwrap_or(modulus);
    let spare = digits.first()?.leading_zeros() as usize;
    Some(8 * digits.len() - spare)
}

/// The value of the one DER element with this tag (X.690 §8.1, §10.1).
fn only(der: &[u8], tag: u8) -> Option<&[u8]> {
    element(der, tag).and_then(|(value, rest)| rest.is_empty().then_some(value))
}

/// Lengths are written as short as they can be.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match *der.strip_prefix(&[tag])? {
        [short, ref rest @ ..] if short < 0x80 => (usize::from(short), rest),
        [0x81, length, ref rest @ ..] if length >= 0x80 => (usize::from(length), rest),
        [0x82, high, low, ref rest @ ..] if high > 0 => {
            (usize::from(u16::from_be_bytes([high, low])), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use openssl::ec::{EcGroup, EcKey};
    use openssl::nid::Nid;
    use openssl::pkey::PKey;
    use openssl::rsa::Rsa;

    use super::*;

    fn rsa(bits: u32) -> Vec<u8> {
        PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap().public_key_to_der().unwrap()
    }

    #[test]
    fn keys_that_openssl_writes_are_read() {
        for (curve, fits) in [(Nid::X9_62_PRIME256V1, true), (Nid::SECP384R1, false)] {
            let key = EcKey::generate(&EcGroup::from_curve_name(curve).unwrap()).unwrap();
            let key = PKey::from_ec_key(key).unwrap();
            let pem = key.public_key_to_pem().unwrap();
            assert_eq!(PublicKey::from_pem(&pem).is_ok(), fits);
        }
        assert!(PublicKey::from_der(&rsa(2048)).is_ok());
        assert_eq!(PublicKey::from_der(&rsa(1024)), Err(KeyError::Unsupported));
    }

    #[test]
    fn bytes_that_are_no_key_are_refused() {
        let der = rsa(2048);
        for length in 0..der.len() {
            assert_eq!(PublicKey::from_der(&der[..length]), Err(KeyError::Unsupported));
        }
        assert!(PublicKey::from_der(&[der.as_slice(), &[0]].concat()).is_err());
        assert_eq!(PublicKey::from_pem(b"no key"), Err(KeyError::NotPem));
    }
}
