//! The card's asymmetric keys: made, kept as PEM, and used for the raw operations a PIV card offers.
//!
//! The card signs what it is given (a padded block for RSA, a digest for elliptic curves) and never
//! hashes. Algorithm identifiers are those of SP 800-78-5 table 5.

use openssl::bn::{BigNum, BigNumContext};
use openssl::derive::Deriver;
use openssl::ec::{EcGroup, EcKey, EcPoint, PointConversionForm};
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Padding, Rsa};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::bytes::object;

/// What kind of key a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// RSA with a modulus of 2048 bits.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
    /// Elliptic curve P-256.
    P256,
    /// Elliptic curve P-384.
    P384,
}

impl Algorithm {
    /// The algorithm with this identifier (SP 800-78-5 table 5), if the card has it.
    pub const fn from_identifier(identifier: u8) -> Option<Self> {
        match identifier {
            0x05 => Some(Self::Rsa3072),
            0x07 => Some(Self::Rsa2048),
            0x11 => Some(Self::P256),
            0x14 => Some(Self::P384),
            _ => None,
        }
    }

    /// The length in bytes of a modulus, or of a coordinate on the curve.
    pub const fn length(self) -> usize {
        match self {
            Self::Rsa2048 => 256,
            Self::Rsa3072 => 384,
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }

    /// The digest with which such a key signs certificates and lists.
    pub(crate) fn digest(self) -> MessageDigest {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::P256 => MessageDigest::sha256(),
            Self::P384 => MessageDigest::sha384(),
        }
    }

    const fn modulus_bits(self) -> u32 {
        match self {
            Self::Rsa3072 => 3072,
            Self::Rsa2048 | Self::P256 | Self::P384 => 2048,
        }
    }

    const fn curve(self) -> Option<Nid> {
        match self {
            Self::Rsa2048 | Self::Rsa3072 => None,
            Self::P256 => Some(Nid::X9_62_PRIME256V1),
            Self::P384 => Some(Nid::SECP384R1),
        }
    }
}

/// Why a key could not be used for what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// The block, digest or point does not suit the key.
    #[error("the data does not suit the key")]
    Unsuitable,
    /// OpenSSL could not do it.
    #[error(transparent)]
    Library(#[from] ErrorStack),
}

/// A private key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    algorithm: Algorithm,
    private: PKey<Private>,
}

impl Key {
    pub(crate) fn generate(algorithm: Algorithm) -> Result<Self, ErrorStack> {
        let private = match algorithm.curve() {
            Some(curve) => PKey::from_ec_key(EcKey::generate(&*EcGroup::from_curve_name(curve)?)?)?,
            None => PKey::from_rsa(Rsa::generate(algorithm.modulus_bits())?)?,
        };
        Ok(Self { algorithm, private })
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) const fn private(&self) -> &PKey<Private> {
        &self.private
    }

    /// The raw private operation: on a block as long as the modulus, or ECDSA over a digest no longer
    /// than the curve.
    pub(crate) fn sign(&self, input: &[u8]) -> Result<Vec<u8>, KeyError> {
        let length = self.algorithm.length();
        match self.algorithm {
            Algorithm::Rsa2048 | Algorithm::Rsa3072 => {
                let rsa = self.private.rsa()?;
                if input.len() != length || *BigNum::from_slice(input)? >= *rsa.n() {
                    return Err(KeyError::Unsuitable);
                }
                let mut output = vec![0; length];
                rsa.private_encrypt(input, &mut output, Padding::NONE)?;
                Ok(output)
            }
            Algorithm::P256 | Algorithm::P384 => {
                if input.is_empty() || input.len() > length {
                    return Err(KeyError::Unsuitable);
                }
                Ok(EcdsaSig::sign(input, &*self.private.ec_key()?)?.to_der()?)
            }
        }
    }

    /// The x coordinate shared with `point`, an uncompressed point on the same curve (elliptic curve
    /// cryptography cofactor Diffie-Hellman, SP 800-73-4 part 2 §3.2.4).
    pub(crate) fn agree(&self, point: &[u8]) -> Result<Vec<u8>, KeyError> {
        let curve = self.algorithm.curve().ok_or(KeyError::Unsuitable)?;
        if point.len() != 1 + 2 * self.algorithm.length() {
            return Err(KeyError::Unsuitable);
        }
        let group = EcGroup::from_curve_name(curve)?;
        let mut context = BigNumContext::new()?;
        let peer = EcPoint::from_bytes(&group, point, &mut context)
            .and_then(|point| EcKey::from_public_key(&group, &point))
            .and_then(|key| key.check_key().map(|()| key))
            .map_err(|_| KeyError::Unsuitable)?;
        let peer = PKey::from_ec_key(peer)?;
        let mut deriver = Deriver::new(&self.private)?;
        deriver.set_peer(&peer)?;
        Ok(deriver.derive_to_vec()?)
    }

    /// The public key as GENERATE ASYMMETRIC KEY PAIR returns it: the value of `7F 49`
    /// (SP 800-73-4 part 2 table 11).
    pub(crate) fn public_objects(&self) -> Result<Vec<u8>, ErrorStack> {
        match self.algorithm {
            Algorithm::Rsa2048 | Algorithm::Rsa3072 => {
                let rsa = self.private.rsa()?;
                Ok([object(0x81, &rsa.n().to_vec()), object(0x82, &rsa.e().to_vec())].concat())
            }
            Algorithm::P256 | Algorithm::P384 => Ok(object(0x86, &self.point()?)),
        }
    }

    /// The public key as a certificate holds it inside its bit string.
    pub(crate) fn public_bits(&self) -> Result<Vec<u8>, ErrorStack> {
        match self.algorithm {
            Algorithm::Rsa2048 | Algorithm::Rsa3072 => {
                self.private.rsa()?.public_key_to_der_pkcs1()
            }
            Algorithm::P256 | Algorithm::P384 => self.point(),
        }
    }

    fn point(&self) -> Result<Vec<u8>, ErrorStack> {
        let key = self.private.ec_key()?;
        let mut context = BigNumContext::new()?;
        key.public_key().to_bytes(key.group(), PointConversionForm::UNCOMPRESSED, &mut context)
    }

    pub(crate) fn to_pem(&self) -> Result<Vec<u8>, ErrorStack> {
        self.private.private_key_to_pem_pkcs8()
    }

    pub(crate) fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let private = PKey::private_key_from_pem(pem)?;
        let algorithm = match (private.rsa(), private.ec_key()) {
            (Ok(rsa), _) if rsa.size() == 256 => Algorithm::Rsa2048,
            (Ok(rsa), _) if rsa.size() == 384 => Algorithm::Rsa3072,
            (_, Ok(key)) => match key.group().curve_name() {
                Some(Nid::X9_62_PRIME256V1) => Algorithm::P256,
                Some(Nid::SECP384R1) => Algorithm::P384,
                _ => return Err(KeyError::Unsuitable),
            },
            _ => return Err(KeyError::Unsuitable),
        };
        Ok(Self { algorithm, private })
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pem = self.to_pem().map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&String::from_utf8_lossy(&pem))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pem = String::deserialize(deserializer)?;
        Self::from_pem(pem.as_bytes()).map_err(serde::de::Error::custom)
    }
}
