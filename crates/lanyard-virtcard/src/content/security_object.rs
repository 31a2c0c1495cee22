//! The security object (SP 800-73-4 part 1 §3.1.6, appendix A table 12): digests of the unsigned objects,
//! signed by the issuer, in the form of ICAO 9303's LDS security object.
//!
//! Signed by the issuing authority as plain CMS data.

use std::collections::BTreeMap;

use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::sha::sha256;

use super::{PRINTED_INFORMATION, capabilities, chuid, end};
use crate::bytes::{Hex, object};
use crate::issue::IssueError;
use crate::pki::Authority;

pub(super) const TAG: u32 = 0x5F_C106;

/// Data group number, container identifier (part 1 table 2), tag.
const COVERED: [(u8, u16, u32); 3] =
    [(1, 0xDB00, capabilities::TAG), (2, 0x3000, chuid::TAG), (3, 0x3001, PRINTED_INFORMATION)];

/// The DER of `2.16.840.1.101.3.4.2.1`.
const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

pub(super) fn content(
    objects: &BTreeMap<u32, Hex>,
    authority: &Authority,
) -> Result<Vec<u8>, IssueError> {
    let mapping = COVERED.iter().flat_map(|(group, container, _)| {
        let [high, low] = container.to_be_bytes();
        [*group, high, low]
    });
    let mapping: Vec<u8> = mapping.collect();
    let digests = COVERED.iter().filter_map(|(group, _, tag)| {
        let digest = sha256(&objects.get(tag)?.0);
        let fields = [object(0x02, &[*group]), object(0x04, &digest)];
        Some(object(0x30, &fields.concat()))
    });
    let digests: Vec<u8> = digests.flatten().collect();
    let lds = [object(0x02, &[0]), object(0x30, &object(0x06, SHA_256)), object(0x30, &digests)];
    let signed = sign(&object(0x30, &lds.concat()), authority)?;
    Ok([object(0xBA, &mapping), object(0xBB, &signed), end()].concat())
}

fn sign(lds: &[u8], authority: &Authority) -> Result<Vec<u8>, IssueError> {
    let options = CMSOptions::BINARY | CMSOptions::NOSMIMECAP | CMSOptions::CMS_NOCERTS;
    let (certificate, key) = (authority.x509()?, authority.key().private());
    let signed = CmsContentInfo::sign(Some(&certificate), Some(key), None, Some(lds), options)?;
    Ok(signed.to_der()?)
}
