//! Public keys on P-256 as JSON Web Keys (RFC 7517, RFC 7518 §6.2.1): how a statement names the key of its
//! session (`cnf`, RFC 7800 §3.2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

/// Bytes of a coordinate.
const COORDINATE: usize = 32;

/// A public key on P-256. Whether its point lies on the curve shows when it verifies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Jwk {
    kty: Kind,
    crv: Curve,
    x: String,
    y: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    #[serde(rename = "EC")]
    EllipticCurve,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Curve {
    #[serde(rename = "P-256")]
    P256,
}

impl Jwk {
    /// The key with this uncompressed point (SEC 1 §2.3.3), or nothing.
    pub(crate) fn of(point: &[u8]) -> Option<Self> {
        let (x, y) = point.strip_prefix(&[4])?.split_at_checked(COORDINATE)?;
        let encoded = |number| URL_SAFE_NO_PAD.encode(number);
        (y.len() == COORDINATE).then(|| Self {
            kty: Kind::EllipticCurve,
            crv: Curve::P256,
            x: encoded(x),
            y: encoded(y),
        })
    }

    /// Whether both coordinates have their length.
    pub(crate) fn is_whole(&self) -> bool {
        self.point().is_some()
    }

    /// Whether the signature over this signing input is by this key (ES256).
    pub(crate) fn has_signed(&self, input: &[u8], signature: &[u8]) -> bool {
        self.point().is_some_and(|point| {
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
            key.verify(input, signature).is_ok()
        })
    }

    fn point(&self) -> Option<Vec<u8>> {
        let coordinate = |text: &str| {
            let number = URL_SAFE_NO_PAD.decode(text).ok()?;
            (number.len() == COORDINATE).then_some(number)
        };
        Some([vec![4], coordinate(&self.x)?, coordinate(&self.y)?].concat())
    }
}
