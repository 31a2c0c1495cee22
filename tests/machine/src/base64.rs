//! Base64 (RFC 4648 §4), for lines that carry anything.
//!
//! Decoding takes what `base64 -w 0` prints and stops at the first byte that is none of its alphabet.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn encode(bytes: &[u8]) -> String {
    bytes.chunks(3).flat_map(group).collect()
}

fn group(chunk: &[u8]) -> [char; 4] {
    let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
    let all = byte(0) << 16 | byte(1) << 8 | byte(2);
    let letter = |at: usize| {
        let six = usize::try_from(all >> (18 - 6 * at) & 0x3F).unwrap_or(0);
        let letter = ALPHABET.get(six).copied().unwrap_or(b'=');
        if at <= chunk.len() { char::from(letter) } else { '=' }
    };
    [letter(0), letter(1), letter(2), letter(3)]
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    let value = |byte: u8| ALPHABET.iter().position(|letter| *letter == byte);
    let sixes: Vec<usize> = text.bytes().map_while(value).collect();
    let whole = sixes.len() * 6 / 8;
    let group = |group: &[usize]| -> [u8; 3] {
        let six = |at: usize| group.get(at).copied().unwrap_or(0);
        let all = six(0) << 18 | six(1) << 12 | six(2) << 6 | six(3);
        [16, 8, 0].map(|shift| u8::try_from(all >> shift & 0xFF).unwrap_or(0))
    };
    sixes.chunks(4).flat_map(group).take(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_rfc_hold_both_ways() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, text) in vectors {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text), plain.as_bytes());
        }
    }
}
