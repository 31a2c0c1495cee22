//! Keys and signatures: which algorithms count by policy, and whether a signature is by a key.
//!
//! `ring` does the arithmetic. RSA of 2048 to 8192 bits (PKCS#1 v1.5 and PSS) and ECDSA on P-256 and P-384,
//! all with SHA-2 (RFC 4055, RFC 5758, RFC 8017); weaker RSA only where a setting called danger says so.

use ring::signature::{self as known, UnparsedPublicKey, VerificationAlgorithm};

use crate::der::{DerError, Reader, bit_string, only, tag};

/// Which signatures and keys count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithms {
    /// RSA of at least 2048 bits, P-256 and P-384, with SHA-2.
    #[default]
    Strong,
    /// Beside them what can be forged with money and patience: SHA-1, and RSA of 1024 to 2047 bits.
    DangerWeakToo,
}

/// Why a signature proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SignatureFault {
    /// It is not by this key, or not for these bytes.
    #[error("the signature is wrong")]
    Wrong,
    /// The algorithm can be forged.
    #[error("the signature's algorithm or the signer's key is too weak")]
    Weak,
    /// The algorithm is not known here, or does not go with the key.
    #[error("the signature's algorithm is not known here, or does not go with the signer's key")]
    Unsupported,
    /// More signatures than one judgement looks at.
    #[error("too many signatures were to be checked")]
    TooMany,
}

/// The algorithm of a signature, recognised by all its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignatureAlgorithm(Box<[u8]>);

/// A public key as a certificate has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyInfo {
    /// The whole `SubjectPublicKeyInfo`.
    pub(crate) der: Box<[u8]>,
    kind: KeyKind,
    /// The content of the bit string.
    pub(crate) bits: Box<[u8]>,
}

/// What is signed, and how.
#[derive(Clone, Debug)]
pub(crate) struct Signed<'a> {
    pub(crate) message: &'a [u8],
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) signature: &'a [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum KeyKind {
    Rsa { bits: usize },
    P256,
    P384,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    RsaSha1,
    Rsa(Hash),
    RsaPss(Hash),
    Ecdsa(Hash),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// The content of each `AlgorithmIdentifier` that is known, whole.
const SCHEMES: [(&[u8], Scheme); 14] = [
    (b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x05\x05\x00", Scheme::RsaSha1),
    (b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x05", Scheme::RsaSha1),
    (b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B\x05\x00", Scheme::Rsa(Hash::Sha256)),
    (b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B", Scheme::Rsa(Hash::Sha256)),
    (b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0C\x05\x00", Scheme::Rsa(Hash::Sha384)),
    (b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0C", Scheme::Rsa(Hash::Sha384)),
    (b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0D\x05\x00", Scheme::Rsa(Hash::Sha512)),
    (b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0D", Scheme::Rsa(Hash::Sha512)),
    (b"\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02", Scheme::Ecdsa(Hash::Sha256)),
    (b"\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x03", Scheme::Ecdsa(Hash::Sha384)),
    (b"\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x04", Scheme::Ecdsa(Hash::Sha512)),
    (&pss(0x01, 0x20), Scheme::RsaPss(Hash::Sha256)),
    (&pss(0x02, 0x30), Scheme::RsaPss(Hash::Sha384)),
    (&pss(0x03, 0x40), Scheme::RsaPss(Hash::Sha512)),
];

/// RSASSA-PSS with one SHA-2 hash for both uses and a salt of its length (RFC 4055 §3.1). The last byte of
/// the hash's identifier tells which.
const fn pss(hash: u8, salt: u8) -> [u8; 65] {
    let mut bytes = *b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0A\x30\x34\
        \xA0\x0F\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x00\x05\x00\
        \xA1\x1C\x30\x1A\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x08\
        \x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x00\x05\x00\
        \xA2\x03\x02\x01\x00";
    bytes[27] = hash;
    bytes[57] = hash;
    bytes[64] = salt;
    bytes
}

const RSA: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00";
const P256: &[u8] = b"\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07";
const P384: &[u8] = b"\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x05\x2B\x81\x04\x00\x22";

impl SignatureAlgorithm {
    /// From the content of an `AlgorithmIdentifier`.
    pub(crate) fn from_value(value: &[u8]) -> Self {
        Self(value.into())
    }

    fn scheme(&self) -> Option<Scheme> {
        let known = SCHEMES.iter().find(|(bytes, _)| *bytes == &*self.0);
        known.map(|(_, scheme)| *scheme)
    }
}

impl KeyInfo {
    /// From the whole of a `SubjectPublicKeyInfo`.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut reader = Reader::new(only(der, tag::SEQUENCE)?);
        let algorithm = reader.value(tag::SEQUENCE)?;
        let bits = bit_string(reader.value(tag::BIT_STRING)?)?;
        reader.end()?;
        let kind = match (algorithm, bits) {
            (RSA, bits) => KeyKind::Rsa { bits: modulus_bits(bits)? },
            (P256, [4, point @ ..]) if point.len() == 64 => KeyKind::P256,
            (P384, [4, point @ ..]) if point.len() == 96 => KeyKind::P384,
            _ => KeyKind::Unknown,
        };
        Ok(Self { der: der.into(), kind, bits: bits.into() })
    }

    /// Whether the key itself is one that counts.
    ///
    /// # Errors
    /// [`SignatureFault::Weak`] or [`SignatureFault::Unsupported`].
    pub(crate) const fn counts(&self, algorithms: Algorithms) -> Result<(), SignatureFault> {
        match (self.kind, algorithms) {
            (KeyKind::P256 | KeyKind::P384 | KeyKind::Rsa { bits: 2048..=8192 }, _)
            | (KeyKind::Rsa { bits: 1024..2048 }, Algorithms::DangerWeakToo) => Ok(()),
            (KeyKind::Rsa { bits: ..2048 }, _) => Err(SignatureFault::Weak),
            (KeyKind::Rsa { .. } | KeyKind::Unknown, _) => Err(SignatureFault::Unsupported),
        }
    }

    /// Whether the signature is by this key and for this message. A weak one is never looked at unless
    /// it may count.
    ///
    /// # Errors
    /// [`SignatureFault`].
    pub(crate) fn has_signed(
        &self,
        signed: &Signed<'_>,
        algorithms: Algorithms,
    ) -> Result<(), SignatureFault> {
        let algorithm = self.suits(&signed.algorithm, algorithms)?;
        UnparsedPublicKey::new(algorithm, &self.bits)
            .verify(signed.message, signed.signature)
            .map_err(|_| SignatureFault::Wrong)
    }

    /// Whether a signature of this algorithm by this key could count: then how it is verified.
    ///
    /// # Errors
    /// [`SignatureFault::Weak`] or [`SignatureFault::Unsupported`].
    pub(crate) fn suits(
        &self,
        algorithm: &SignatureAlgorithm,
        algorithms: Algorithms,
    ) -> Result<&'static dyn VerificationAlgorithm, SignatureFault> {
        self.counts(algorithms)?;
        let scheme = algorithm.scheme().ok_or(SignatureFault::Unsupported)?;
        if scheme == Scheme::RsaSha1 && algorithms == Algorithms::Strong {
            return Err(SignatureFault::Weak);
        }
        verification(self.kind, scheme).ok_or(SignatureFault::Unsupported)
    }
}

/// What `ring` offers for a key and a scheme.
fn verification(key: KeyKind, scheme: Scheme) -> Option<&'static dyn VerificationAlgorithm> {
    use {
        Hash::{Sha256, Sha384, Sha512},
        Scheme::{Ecdsa, Rsa, RsaPss, RsaSha1},
    };
    let short = matches!(key, KeyKind::Rsa { bits: ..2048 });
    Some(match (key, scheme) {
        (KeyKind::Rsa { .. }, RsaSha1) => &known::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (KeyKind::Rsa { .. }, Rsa(Sha256)) if short => {
            &known::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
        }
        (KeyKind::Rsa { .. }, Rsa(Sha512)) if short => {
            &known::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
        }
        (KeyKind::Rsa { .. }, Rsa(Sha256)) => &known::RSA_PKCS1_2048_8192_SHA256,
        (KeyKind::Rsa { .. }, Rsa(Sha384)) => &known::RSA_PKCS1_2048_8192_SHA384,
        (KeyKind::Rsa { .. }, Rsa(Sha512)) => &known::RSA_PKCS1_2048_8192_SHA512,
        (KeyKind::Rsa { .. }, RsaPss(Sha256)) => &known::RSA_PSS_2048_8192_SHA256,
        (KeyKind::Rsa { .. }, RsaPss(Sha384)) => &known::RSA_PSS_2048_8192_SHA384,
        (KeyKind::Rsa { .. }, RsaPss(Sha512)) => &known::RSA_PSS_2048_8192_SHA512,
        (KeyKind::P256, Ecdsa(Sha256)) => &known::ECDSA_P256_SHA256_ASN1,
        (KeyKind::P256, Ecdsa(Sha384)) => &known::ECDSA_P256_SHA384_ASN1,
        (KeyKind::P384, Ecdsa(Sha256)) => &known::ECDSA_P384_SHA256_ASN1,
        (KeyKind::P384, Ecdsa(Sha384)) => &known::ECDSA_P384_SHA384_ASN1,
        _ => return None,
    })
}

/// Bits of the modulus of an `RSAPublicKey` (RFC 8017 §A.1.1).
fn modulus_bits(key: &[u8]) -> Result<usize, DerError> {
    let mut reader = Reader::new(only(key, tag::SEQUENCE)?);
    let modulus = reader.value(tag::INTEGER)?;
    reader.value(tag::INTEGER)?;
    reader.end()?;
    let digits = match modulus {
        [0, digits @ ..] | digits => digits,
    };
    let spare = digits.first().map_or(0, |first| first.leading_zeros() as usize);
    Ok(8 * digits.len() - spare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_is_well_formed_and_stands_once() {
        for (number, (bytes, _)) in SCHEMES.iter().enumerate() {
            let mut reader = Reader::new(bytes);
            reader.value(tag::OBJECT_IDENTIFIER).unwrap();
            if !reader.is_empty() {
                let parameters = reader.any().unwrap();
                let mut inner = Reader::new(parameters.value);
                while !inner.is_empty() {
                    inner.any().unwrap();
                }
            }
            reader.end().unwrap();
            assert!(!SCHEMES[..number].iter().any(|(other, _)| other == bytes));
        }
    }
}
