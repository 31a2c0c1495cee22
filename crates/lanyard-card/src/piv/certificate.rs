//! Certificates of the PIV keys (SP 800-73-4 part 1 §3.3, table 10; compression: part 1 appendix A).

use std::io::Read;

use flate2::read::GzDecoder;
use lanyard_iso7816::{
    CardChannel, exchange,
    tlv::{self, TlvError},
};

use super::{DATA, ReadError, get_data};
use crate::Certificate;

const CERTIFICATE: u32 = 0x70;
const INFORMATION: u32 = 0x71;
const COMPRESSED: u8 = 0x01;

/// The longest certificate that is unpacked, in bytes; real ones are below 2,000.
const LONGEST_CERTIFICATE: u64 = 65_536;

/// A key of the PIV application, named by its reference (SP 800-73-4 part 1 table 4b).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// `9A`, PIV authentication.
    Authentication,
    /// `9C`, digital signature.
    Signature,
}

impl Slot {
    /// The key's reference.
    pub(super) const fn reference(self) -> u8 {
        match self {
            Self::Authentication => 0x9A,
            Self::Signature => 0x9C,
        }
    }

    const fn certificate_tag(self) -> [u8; 3] {
        match self {
            Self::Authentication => [0x5F, 0xC1, 0x05],
            Self::Signature => [0x5F, 0xC1, 0x0A],
        }
    }
}

/// Reads the certificate of a key.
///
/// # Errors
/// [`ReadError::Absent`] when the key has none; another variant when it cannot be read.
pub fn read_certificate(
    channel: &mut dyn CardChannel,
    slot: Slot,
) -> Result<Certificate, ReadError> {
    parse_certificate_object(&get_data(channel, slot.certificate_tag(), exchange)?)
}

/// Takes the certificate out of its data object, and decompresses it where the object says so.
///
/// # Errors
/// [`ReadError`], as above.
pub fn parse_certificate_object(object: &[u8]) -> Result<Certificate, ReadError> {
    if object.is_empty() {
        return Err(ReadError::Absent);
    }
    let data = tlv::find(object, DATA)?;
    if data.is_empty() {
        return Err(ReadError::Absent);
    }
    let certificate = tlv::find(data, CERTIFICATE)?;
    let information = match tlv::find(data, INFORMATION) {
        Ok([information, ..]) => *information,
        Ok([]) | Err(TlvError::Missing { .. }) => 0,
        Err(malformed) => return Err(malformed.into()),
    };
    if information & COMPRESSED == 0 {
        Ok(Certificate::parse(certificate)?)
    } else {
        Ok(Certificate::parse(&decompress(certificate)?)?)
    }
}

fn decompress(gzip: &[u8]) -> Result<Vec<u8>, ReadError> {
    let mut der = Vec::new();
    let bounded = &mut GzDecoder::new(gzip).take(LONGEST_CERTIFICATE + 1);
    let length = bounded.read_to_end(&mut der).map_err(|_| ReadError::Compression)?;
    if length as u64 > LONGEST_CERTIFICATE { Err(ReadError::Compression) } else { Ok(der) }
}
