//! The public key of a certificate: which kind it is, what its owner's card must be given to sign, and
//! whether a signature is by it.
//!
//! RSA signs by PKCS#1 v1.5 with SHA-256 (RFC 8017 §8.2), which every card can; elliptic curves by ECDSA
//! with the hash of their size (SP 800-78-4 table 3-1).

use ring::{
    digest::{SHA256, SHA384, digest},
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_ASN1,
        ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
        VerificationAlgorithm,
    },
};
use x509_parser::{
    oid_registry::{
        OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_PKCS1_RSAENCRYPTION,
    },
    prelude::{FromDer, SubjectPublicKeyInfo, X509Certificate},
    public_key::PublicKey as ParsedKey,
};

use crate::Certificate;

/// The kinds of keys that prove possession.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with a modulus of 2048 bits.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
    /// RSA with a modulus of 4096 bits.
    Rsa4096,
    /// The curve P-256.
    P256,
    /// The curve P-384.
    P384,
}

/// Why a certificate's key proves nothing here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsuitableKey {
    /// An RSA key that can be broken.
    #[error("the certificate's RSA key of {bits} bits is too weak")]
    Weak {
        /// Bits of the modulus.
        bits: usize,
    },
    /// Another kind of key, another curve, or a modulus of unusual length.
    #[error("the certificate's key is of a kind not known here")]
    Unsupported,
}

/// The public key of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    kind: KeyKind,
    /// The subject public key: `RSAPublicKey` in DER, or an uncompressed point.
    bits: Vec<u8>,
}

impl PublicKey {
    /// The key of this certificate.
    ///
    /// # Errors
    /// [`UnsuitableKey`].
    pub fn of(certificate: &Certificate) -> Result<Self, UnsuitableKey> {
        let parsed = X509Certificate::from_der(certificate.der());
        let (_, parsed) = parsed.map_err(|_| UnsuitableKey::Unsupported)?;
        let key = parsed.public_key();
        let kind = kind(key)?;
        Ok(Self { kind, bits: key.subject_public_key.data.to_vec() })
    }

    /// Its kind.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Whether the signature is by this key and for this message.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(self.kind.verification(), &self.bits)
            .verify(message, signature)
            .is_ok()
    }

    /// Whether the signature, in the form that a JWS has, is by this key and for this signing input.
    pub fn has_signed_jws(&self, input: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(self.kind.jws_verification(), &self.bits)
            .verify(input, signature)
            .is_ok()
    }
}

impl KeyKind {
    /// How the card is told (SP 800-78-4 table 6-2). RSA-4096 is not in the standard; `16` is what cards
    /// have that know it, `YubiKey` 5.7 and `CanoKey`.
    pub(crate) const fn identifier(self) -> u8 {
        match self {
            Self::Rsa3072 => 0x05,
            Self::Rsa2048 => 0x07,
            Self::P256 => 0x11,
            Self::P384 => 0x14,
            Self::Rsa4096 => 0x16,
        }
    }

    /// What a card must be given so that it signs `message`: a digest, or a padded block.
    pub(crate) fn to_be_signed(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa2048 => padded(message, 256),
            Self::Rsa3072 => padded(message, 384),
            Self::Rsa4096 => padded(message, 512),
            Self::P256 => digest(&SHA256, message).as_ref().to_vec(),
            Self::P384 => digest(&SHA384, message).as_ref().to_vec(),
        }
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &RSA_PKCS1_2048_8192_SHA256,
            Self::P256 => &ECDSA_P256_SHA256_ASN1,
            Self::P384 => &ECDSA_P384_SHA384_ASN1,
        }
    }

    fn jws_verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &RSA_PKCS1_2048_8192_SHA256,
            Self::P256 => &ECDSA_P256_SHA256_FIXED,
            Self::P384 => &ECDSA_P384_SHA384_FIXED,
        }
    }
}

/// EMSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §9.2), as long as the modulus.
fn padded(message: &[u8], length: usize) -> Vec<u8> {
    /// `DigestInfo` up to the digest itself (RFC 8017 §9.2, note 1).
    const DIGEST_INFO: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
    let hash = digest(&SHA256, message);
    let tail = [&[0], &DIGEST_INFO[..], hash.as_ref()].concat();
    let mut block = vec![0, 1];
    block.resize(length.saturating_sub(tail.len()), 0xFF);
    block.extend(tail);
    block
}

fn kind(key: &SubjectPublicKeyInfo<'_>) -> Result<KeyKind, UnsuitableKey> {
    let algorithm = &key.algorithm.algorithm;
    if *algorithm == OID_PKCS1_RSAENCRYPTION {
        rsa_kind(key)
    } else if *algorithm == OID_KEY_TYPE_EC_PUBLIC_KEY {
        curve(key).ok_or(UnsuitableKey::Unsupported)
    } else {
        Err(UnsuitableKey::Unsupported)
    }
}

fn rsa_kind(key: &SubjectPublicKeyInfo<'_>) -> Result<KeyKind, UnsuitableKey> {
    let Ok(ParsedKey::RSA(rsa)) = key.parsed() else {
        return Err(UnsuitableKey::Unsupported);
    };
    let leading = rsa.modulus.iter().take_while(|byte| **byte == 0).count();
    let modulus = rsa.modulus.get(leading..).unwrap_or_default();
    let spare = modulus.first().map_or(0, |first| first.leading_zeros() as usize);
    match 8 * modulus.len() - spare {
        2048 => Ok(KeyKind::Rsa2048),
        3072 => Ok(KeyKind::Rsa3072),
        4096 => Ok(KeyKind::Rsa4096),
        bits @ ..2048 => Err(UnsuitableKey::Weak { bits }),
        _ => Err(UnsuitableKey::Unsupported),
    }
}

/// A named curve, and an uncompressed point that can lie on it.
fn curve(key: &SubjectPublicKeyInfo<'_>) -> Option<KeyKind> {
    let curve = key.algorithm.parameters.as_ref()?.as_oid().ok()?;
    match (curve, &*key.subject_public_key.data) {
        (curve, [4, point @ ..]) if curve == OID_EC_P256 && point.len() == 64 => {
            Some(KeyKind::P256)
        }
        (curve, [4, point @ ..]) if curve == OID_NIST_EC_P384 && point.len() == 96 => {
            Some(KeyKind::P384)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_as_long_as_the_modulus_and_padded_as_the_standard_says() {
        for (kind, length) in
            [(KeyKind::Rsa2048, 256), (KeyKind::Rsa3072, 384), (KeyKind::Rsa4096, 512)]
        {
            let block = kind.to_be_signed(b"abc");
            assert_eq!(block.len(), length);
            assert_eq!(block[..2], [0, 1]);
            assert!(block[2..length - 52].iter().all(|byte| *byte == 0xFF));
            assert_eq!(block[length - 52..length - 48], [0, 0x30, 0x31, 0x30]);
            assert_eq!(block[length - 32..length - 28], [0xBA, 0x78, 0x16, 0xBF]);
        }
    }

    #[test]
    fn each_curve_has_the_digest_of_its_size() {
        assert_eq!(KeyKind::P256.to_be_signed(b"abc").len(), 32);
        assert_eq!(KeyKind::P384.to_be_signed(b"abc").len(), 48);
    }
}
