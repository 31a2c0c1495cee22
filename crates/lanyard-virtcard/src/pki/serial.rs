//! Serial numbers: sixteen bytes that follow from the name, so that a list can name a certificate that is
//! not yet issued, and one that is issued anew stays revoked.

use openssl::sha::sha256;

use crate::persona::Slot;
use crate::pki::office::Office;

/// A serial number, big-endian, positive and of full length (RFC 5280 §4.1.2.2).
pub(super) type Serial = [u8; 16];

/// Of the certificate in one slot of a persona's card.
pub(super) fn of_holder(persona: &str, slot: Slot) -> Serial {
    from_name(&format!("holder {persona} {:02X}", slot.reference()))
}

/// Of an authority's own certificate.
pub(super) fn of_authority(office: Office) -> Serial {
    from_name(&format!("authority {}", office.stem()))
}

/// Of the OCSP responder's certificate.
pub(super) fn of_responder() -> Serial {
    from_name("responder")
}

fn from_name(name: &str) -> Serial {
    let digest = sha256(format!("lanyard test certificate: {name}").as_bytes());
    let number = u128::from_be_bytes(digest.first_chunk().copied().unwrap_or_default());
    (number >> 2 | 1 << 125).to_be_bytes()
}
