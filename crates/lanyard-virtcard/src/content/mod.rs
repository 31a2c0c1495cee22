//! The data objects of a personalised card (SP 800-73-4 part 1 §3.1 to §3.3, appendix A).
//!
//! Written once when the card is issued; later PUT DATA may change them.

mod capabilities;
mod chuid;
mod fasc_n;
mod security_object;

use std::collections::BTreeMap;
use std::time::SystemTime;

use time::{Duration, OffsetDateTime};

use crate::bytes::{Hex, object};
use crate::issue::IssueError;
use crate::persona::Persona;
use crate::pki::Authority;

/// The error detection code that ends every container, empty since there are contact interfaces with
/// error detection of their own.
const ERROR_DETECTION_CODE: u32 = 0xFE;

const PRINTED_INFORMATION: u32 = 0x5F_C109;
const KEY_HISTORY: u32 = 0x5F_C10C;
const DISCOVERY: u32 = 0x7E;

/// Adds every object but the certificates.
pub(crate) fn fill(
    objects: &mut BTreeMap<u32, Hex>,
    persona: &Persona,
    authority: &Authority,
    now: SystemTime,
) -> Result<(), IssueError> {
    let expiry = OffsetDateTime::from(now) + Duration::days(persona.valid_to_days.into());
    objects.extend([
        discovery(),
        (chuid::TAG, Hex(chuid::content(persona, expiry, authority)?)),
        (capabilities::TAG, Hex(capabilities::content(persona))),
        (PRINTED_INFORMATION, Hex(printed_information(persona, expiry))),
        (KEY_HISTORY, Hex(key_history())),
    ]);
    let security_object = security_object::content(objects, authority)?;
    objects.insert(security_object::TAG, Hex(security_object));
    Ok(())
}

/// Part 1 §3.3.2: the PIV passcode satisfies the access rules, there is no global one.
pub(crate) fn discovery() -> (u32, Hex) {
    let usage_policy = [0x40, 0x00];
    let content = [object(0x4F, crate::piv::NAME), object(0x5F2F, &usage_policy)];
    (DISCOVERY, Hex(content.concat()))
}

/// Part 1 appendix A, table 10: an uncompressed certificate.
pub(crate) fn certificate_container(der: &[u8]) -> Vec<u8> {
    let uncompressed = [0];
    [object(0x70, der), object(0x71, &uncompressed), end()].concat()
}

fn printed_information(persona: &Persona, expiry: OffsetDateTime) -> Vec<u8> {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let month = MONTHS.get(usize::from(u8::from(expiry.month()) - 1)).unwrap_or(&"DEC");
    let date = format!("{:04}{month}{:02}", expiry.year(), expiry.day());
    [
        object(0x01, persona.holder_name.as_bytes()),
        object(0x02, b"TEST CARD"),
        object(0x04, date.as_bytes()),
        object(0x05, persona.holder_uuid.get(2..).unwrap_or_default().as_bytes()),
        object(0x06, b"LANYARDTEST0001"),
        end(),
    ]
    .concat()
}

/// Part 1 §3.3.3: no retired keys, on the card or off it.
fn key_history() -> Vec<u8> {
    [object(0xC1, &[0]), object(0xC2, &[0]), end()].concat()
}

fn end() -> Vec<u8> {
    object(ERROR_DETECTION_CODE, &[])
}
