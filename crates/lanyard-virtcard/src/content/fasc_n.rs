//! The Federal Agency Smart Credential Number (SP 800-73-4 part 1 appendix A; "Technical Implementation
//! Guidance: Smart Card Enabled Physical Access Control Systems" §2.1): 40 characters of five bits.
//!
//! Issuers outside the federal agencies write 9999, 9999 and 999999; so do we.

const START: u8 = 0b11010;
const SEPARATOR: u8 = 0b10110;
const END: u8 = 0b11111;

/// The 25 bytes; the ten digits tell one person from another.
pub(super) fn encode(person: &[u8; 10]) -> [u8; 25] {
    let mut characters = vec![START];
    for field in [&b"9999"[..], b"9999", b"999999", b"0", b"1"] {
        characters.extend(field.iter().map(|digit| character(*digit)));
        characters.push(SEPARATOR);
    }
    // Person, organisational category "other government", organisation, association "none".
    for field in [&person[..], b"3", b"0000", b"1"] {
        characters.extend(field.iter().map(|digit| character(*digit)));
    }
    characters.push(END);
    // The last character makes every column of data bits even; its own parity bit is odd as always.
    let columns = characters.iter().fold(0, |sum, character| sum ^ (character >> 1));
    characters.push(with_parity(columns & 0xF));
    pack(&characters)
}

/// A digit, least significant bit first, and an odd parity bit.
fn character(digit: u8) -> u8 {
    let value = digit.wrapping_sub(b'0') & 0xF;
    with_parity(value.reverse_bits() >> 4)
}

const fn with_parity(bits: u8) -> u8 {
    let odd = bits.count_ones() % 2 == 1;
    bits << 1 | if odd { 0 } else { 1 }
}

fn pack(characters: &[u8]) -> [u8; 25] {
    let mut bytes = [0; 25];
    let bits =
        characters.iter().flat_map(|character| (0..5).rev().map(move |bit| character >> bit & 1));
    for (at, bit) in bits.enumerate() {
        if let Some(byte) = bytes.get_mut(at / 8) {
            *byte = *byte << 1 | bit;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_person_zero_is_the_one_that_unissued_cards_carry() {
        let known = [
            0xD4, 0xE7, 0x39, 0xDA, 0x73, 0x9C, 0xED, 0x39, 0xCE, 0x73, 0x9D, 0x83, 0x68, 0x58,
            0x21, 0x08, 0x42, 0x10, 0x84, 0x21, 0xC8, 0x42, 0x10, 0xC3, 0xEB,
        ];
        assert_eq!(encode(b"0000000000"), known);
    }

    #[test]
    fn every_column_is_even() {
        let bytes = encode(b"1234567890");
        let mut number = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
        let mut columns = [0; 4];
        for _ in 0..40 {
            let character: Vec<u8> = number.by_ref().take(5).collect();
            assert_eq!(character.iter().sum::<u8>() % 2, 1, "parity is odd");
            for (column, bit) in columns.iter_mut().zip(&character) {
                *column ^= bit;
            }
        }
        assert_eq!(columns, [0; 4]);
    }
}
