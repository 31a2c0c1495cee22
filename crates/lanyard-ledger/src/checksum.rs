//! CRC-64/XZ (the polynomial of ECMA-182, reflected), bit by bit: records are short.
//!
//! It finds accidents, every change within 64 neighbouring bits among them. It is no protection against
//! somebody who can write the file.

/// The polynomial x^64 + x^62 + x^57 + … + 1, lowest bit first.
const POLYNOMIAL: u64 = 0xC96C_5795_D787_0F42;

/// The checksum of `bytes`.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    !bytes.iter().fold(u64::MAX, |sum, byte| {
        (0..8).fold(sum ^ u64::from(*byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ POLYNOMIAL } else { sum >> 1 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_check_value_is_met() {
        assert_eq!(checksum(b"123456789"), 0x995D_C9BB_DF19_39FA);
    }
}
