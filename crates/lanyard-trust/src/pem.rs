//! The textual form of certificates and lists (RFC 7468): base64 between two lines.
//!
//! Everything outside such lines is left out, as programs that write explanations there expect.

use std::borrow::Cow;

/// What can stand in a file, in DER form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block<'a> {
    Der(Cow<'a, [u8]>),
    /// A block that does not end, or is no base64.
    Broken,
}

const DASHES: &str = "-----";

/// The blocks of these labels; a file without any PEM is taken as DER.
pub(crate) fn blocks<'a>(file: &'a [u8], labels: &[&str]) -> Vec<Block<'a>> {
    if !is_pem(file) {
        return vec![Block::Der(file.into())];
    }
    let text = String::from_utf8_lossy(file);
    let mut blocks = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(label) = label(line, "BEGIN ") else { continue };
        let mut body = String::new();
        let closed = lines.by_ref().any(|line| {
            let ends = line.starts_with(DASHES);
            if !ends {
                body.push_str(line);
            }
            ends && self::label(line, "END ") == Some(label)
        });
        if labels.contains(&label) {
            let der = closed.then(|| decoded(&body)).flatten();
            blocks.push(der.map_or(Block::Broken, |der| Block::Der(der.into())));
        }
    }
    blocks
}

/// The first bytes of a long DER object are no text, so that long lists need not be searched.
fn is_pem(file: &[u8]) -> bool {
    let beginning = b"-----BEGIN ";
    let is_der = matches!(file, [0x30, 0x80..=0xFF, ..]);
    !is_der && file.windows(beginning.len()).any(|window| window == beginning)
}

fn label<'a>(line: &'a str, which: &str) -> Option<&'a str> {
    line.strip_prefix(DASHES)?.strip_prefix(which)?.strip_suffix(DASHES)
}

/// RFC 4648 §4, with its padding; white space was left out by lines.
fn decoded(body: &str) -> Option<Vec<u8>> {
    let letters = body.trim_end_matches('=');
    let padding = body.len() - letters.len();
    if padding > 2 || !body.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in letters.bytes() {
        bits = (bits << 6 | sextet(letter)?) & 0xFF_FFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.extend((bits >> count).to_le_bytes().first());
        }
    }
    Some(bytes)
}

fn sextet(letter: u8) -> Option<u32> {
    Some(u32::from(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_between_explanations() {
        let file = b"Subject: x\r\n-----BEGIN CERTIFICATE-----\r\nAAEC\r\n/w==\r\n-----END CERTIFICATE-----\r\n\
            -----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n\
            -----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nAAEC\n";
        let found = blocks(file, &["CERTIFICATE"]);
        assert_eq!(found, [Block::Der(vec![0, 1, 2, 0xFF].into()), Block::Broken, Block::Broken]);
    }

    #[test]
    fn anything_else_is_der() {
        assert_eq!(blocks(&[0x30, 0], &["CERTIFICATE"]), [Block::Der(vec![0x30, 0].into())]);
    }
}
