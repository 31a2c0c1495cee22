//! The Card Holder Unique Identifier (SP 800-73-4 part 1 §3.1.2, appendix A table 9).
//!
//! Its signature may be empty: "signed" personas carry one by the issuing authority, over the right
//! bytes, but as plain CMS data and not with PIV's own content type, which OpenSSL's binding cannot say.

use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::sha::sha256;
use time::OffsetDateTime;

use super::{end, fasc_n};
use crate::bytes::object;
use crate::issue::IssueError;
use crate::persona::{Feature, Persona};
use crate::pki::Authority;

pub(super) const TAG: u32 = 0x5F_C102;

const ISSUER_SIGNATURE: u32 = 0x3E;

pub(super) fn content(
    persona: &Persona,
    expiry: OffsetDateTime,
    authority: &Authority,
) -> Result<Vec<u8>, IssueError> {
    let date = format!("{:04}{:02}{:02}", expiry.year(), u8::from(expiry.month()), expiry.day());
    let facts = [
        object(0x30, &fasc_n::encode(&person(persona))),
        object(0x34, &guid(persona)),
        object(0x35, date.as_bytes()),
    ]
    .concat();
    let signature =
        if persona.has(Feature::SignedChuid) { sign(&facts, authority)? } else { Vec::new() };
    Ok([facts, object(ISSUER_SIGNATURE, &signature), end()].concat())
}

/// The last ten digits of the holder's identifier.
pub(super) fn person(persona: &Persona) -> [u8; 10] {
    let digits = persona.holder_uuid.as_bytes();
    digits.last_chunk().copied().unwrap_or([b'0'; 10])
}

/// The card's serial, the same whenever this persona is issued: a UUID of the free version 8
/// (RFC 9562 §5.8) from its name.
pub(super) fn guid(persona: &Persona) -> [u8; 16] {
    let digest = sha256(format!("lanyard virtual card {}", persona.name).as_bytes());
    let number = u128::from_be_bytes(digest.first_chunk().copied().unwrap_or_default());
    let version = 0x8 << 76 | 0b10 << 62;
    let rest = !(0xF << 76 | 0b11 << 62);
    (number & rest | version).to_be_bytes()
}

fn sign(facts: &[u8], authority: &Authority) -> Result<Vec<u8>, IssueError> {
    let options = CMSOptions::DETACHED | CMSOptions::BINARY | CMSOptions::NOSMIMECAP;
    let (certificate, key) = (authority.x509()?, authority.key().private());
    let signed = CmsContentInfo::sign(Some(&certificate), Some(key), None, Some(facts), options)?;
    Ok(signed.to_der()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personas::Personas;

    #[test]
    fn the_guid_is_a_uuid_and_differs_from_card_to_card() {
        let personas = Personas::compiled_in().unwrap();
        let [gp, clone] = ["gp", "clone"].map(|name| guid(personas.named(name).unwrap()));
        assert_eq!((gp[6] >> 4, gp[8] >> 6), (8, 0b10));
        assert_ne!(gp, clone);
    }
}
