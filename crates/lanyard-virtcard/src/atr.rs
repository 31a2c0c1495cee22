//! The answer to reset (ISO/IEC 7816-3 §8.2) and its historical bytes (ISO/IEC 7816-4 §8.1.1).
//!
//! T=1 or T=0 alone, with no interface parameters of its own. The historical bytes are COMPACT-TLV objects, so that a
//! terminal reads from them whether extended length may be used.

use crate::transport::Protocol;

const INITIAL: u8 = 0x3B;
/// Fifteen historical bytes and no interface byte, which means T=0.
const FORMAT: u8 = 0x0F;
/// TD1 follows.
const INTERFACE: u8 = 0x80;
/// Protocol T=1, nothing follows. A check byte is due with any protocol but T=0.
const PROTOCOL: u8 = 0x01;
/// Historical bytes in COMPACT-TLV, no status at their end.
const CATEGORY: u8 = 0x80;
/// Card service data: applications are selected by full and by partial name.
const SERVICES: [u8; 2] = [0x31, 0xC0];
/// Card capabilities, first two of three bytes: selection by name, data units of one byte.
const CAPABILITIES: [u8; 3] = [0x73, 0xC0, 0x01];
const CHAINING: u8 = 0x80;
const EXTENDED_LENGTH: u8 = 0x40;
/// Card issuer's data of seven bytes.
const ISSUER: &[u8; 8] = b"\x57LANYARD";

pub(crate) fn atr(protocol: Protocol) -> Vec<u8> {
    match protocol {
        Protocol::T0 => [&[INITIAL, FORMAT][..], &historical(false)].concat(),
        Protocol::T1 { extended } => {
            let start = [INITIAL, FORMAT | INTERFACE, PROTOCOL];
            let mut atr = [&start[..], &historical(extended)].concat();
            atr.push(atr.iter().skip(1).fold(0, |sum, byte| sum ^ byte));
            atr
        }
    }
}

fn historical(extended: bool) -> Vec<u8> {
    let lengths = if extended { CHAINING | EXTENDED_LENGTH } else { CHAINING };
    let parts = [&[CATEGORY][..], &SERVICES, &CAPABILITIES, &[lengths], ISSUER];
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_atr_counts_its_historical_bytes_and_ends_with_the_check_byte() {
        let plain = atr(Protocol::T1 { extended: false });
        assert_eq!(plain.len(), 3 + usize::from(plain[1] & 0x0F) + 1);
        assert_eq!(plain[1..].iter().fold(0, |sum, byte| sum ^ byte), 0);
        assert_eq!(plain[9] ^ atr(Protocol::T1 { extended: true })[9], EXTENDED_LENGTH);
    }

    #[test]
    fn the_atr_of_t0_has_neither_interface_nor_check_byte() {
        let t0 = atr(Protocol::T0);
        assert_eq!(t0[..2], [0x3B, 0x0F]);
        assert_eq!(t0.len(), 2 + 15);
    }
}
