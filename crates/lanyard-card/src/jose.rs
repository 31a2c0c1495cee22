//! Signatures in the form that JSON Web Signatures have (RFC 7518 §3.3, §3.4): RSA as cards give it; of
//! elliptic curves both numbers side by side, each as long as the curve's order.
//!
//! Cards give the DER form (SP 800-73-4 part 2 appendix A). It is turned here and verified elsewhere.

use lanyard_iso7816::tlv;

use crate::KeyKind;

const SEQUENCE: u32 = 0x30;
const INTEGER: u32 = 0x02;

impl KeyKind {
    /// `alg` of what such a key signs (RFC 7518 §3.1).
    pub const fn jws_algorithm(self) -> &'static str {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => "RS256",
            Self::P256 => "ES256",
            Self::P384 => "ES384",
        }
    }

    /// A card's signature as a JWS has it; nothing when it is not of this kind of key.
    pub(crate) fn jws_signature(self, by_card: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => Some(by_card.to_vec()),
            Self::P256 => side_by_side(by_card, 32),
            Self::P384 => side_by_side(by_card, 48),
        }
    }
}

/// `ECDSA-Sig-Value` (RFC 3279 §2.2.3) as two numbers of this many bytes.
fn side_by_side(der: &[u8], length: usize) -> Option<Vec<u8>> {
    let (both, rest) = value(der, SEQUENCE)?;
    let (r, s) = value(both, INTEGER)?;
    let (s, nothing) = value(s, INTEGER)?;
    if !(rest.is_empty() && nothing.is_empty()) {
        return None;
    }
    Some([padded(r, length)?, padded(s, length)?].concat())
}

fn value(input: &[u8], tag: u32) -> Option<(&[u8], &[u8])> {
    let (object, rest) = tlv::read(input).ok()?;
    (object.tag == tag).then_some((object.value, rest))
}

/// A number that is not negative, with zeros before it.
fn padded(number: &[u8], length: usize) -> Option<Vec<u8>> {
    if number.first().is_none_or(|first| *first >= 0x80) {
        return None;
    }
    let leading = number.iter().take_while(|byte| **byte == 0).count();
    let digits = number.get(leading..)?;
    let zeros = length.checked_sub(digits.len())?;
    Some([&vec![0; zeros], digits].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_side_by_side_with_zeros_before_them() {
        let der = [0x30, 7, 2, 1, 5, 2, 2, 0, 0x80];
        let turned = KeyKind::P256.jws_signature(&der).unwrap();
        assert_eq!(turned.len(), 64);
        assert_eq!((turned[31], turned[63]), (5, 0x80));
        assert_eq!(turned.iter().filter(|byte| **byte != 0).count(), 2);
        assert_eq!(KeyKind::P384.jws_signature(&der).unwrap().len(), 96);
    }

    #[test]
    fn what_is_no_signature_is_not_turned() {
        let long = [&[0x30, 38, 2, 33, 1][..], &[0; 32], &[2, 1, 1]].concat();
        for der in [
            &[][..],
            &[0x30, 3, 2, 1, 5],
            &[0x30, 6, 2, 1, 5, 2, 1, 0x80],
            &[0x30, 6, 2, 1, 5, 2, 1, 5, 0],
            &[0x30, 9, 2, 1, 5, 2, 1, 5, 2, 1, 5],
            &[0x31, 6, 2, 1, 5, 2, 1, 5],
            &[0x30, 5, 2, 0, 2, 1, 5],
            &long,
        ] {
            assert_eq!(KeyKind::P256.jws_signature(der), None, "{der:02X?}");
        }
    }
}
