//! Attribute values made comparable (RFC 5280 §7.1, which prepares strings by RFC 4518): letters without
//! case, spaces at the ends dropped and inside folded to one, control characters left out.
//!
//! Unicode normalisation (NFKC) is left out: two encodings of one accented letter are different names.

use std::borrow::Cow;

use crate::der::tag;

/// The text of a string of one of the types of RFC 5280; nothing for others, and for bytes that are none.
pub(crate) fn text(tag: u8, value: &[u8]) -> Option<Cow<'_, str>> {
    match tag {
        tag::UTF8_STRING => std::str::from_utf8(value).ok().map(Cow::from),
        tag::PRINTABLE_STRING | tag::IA5_STRING | tag::TELETEX_STRING => {
            value.is_ascii().then(|| String::from_utf8_lossy(value))
        }
        tag::BMP_STRING => {
            let (units, []) = value.as_chunks::<2>() else { return None };
            let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
            char::decode_utf16(units).collect::<Result<String, _>>().ok().map(Cow::from)
        }
        tag::UNIVERSAL_STRING => {
            let (units, []) = value.as_chunks::<4>() else { return None };
            let units = units.iter().map(|unit| char::from_u32(u32::from_be_bytes(*unit)));
            units.collect::<Option<String>>().map(Cow::from)
        }
        _ => None,
    }
}

/// The text as names are compared.
pub(crate) fn prepared(text: &str) -> String {
    let mut prepared = String::with_capacity(text.len());
    let mut space = false;
    for letter in text.chars().filter(|letter| !is_left_out(*letter)) {
        if letter.is_whitespace() {
            space = true;
            continue;
        }
        if space && !prepared.is_empty() {
            prepared.push(' ');
        }
        space = false;
        if letter.is_ascii() {
            prepared.push(letter.to_ascii_lowercase());
        } else {
            prepared.extend(letter.to_uppercase().flat_map(char::to_lowercase));
        }
    }
    prepared
}

/// "Mapped to nothing" (RFC 4518 §2.2), but for the controls that are spaces.
fn is_left_out(letter: char) -> bool {
    let invisible = matches!(
        letter,
        '\u{AD}' | '\u{34F}' | '\u{1806}' | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2063}' | '\u{206A}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}'
    );
    invisible || (letter.is_control() && !letter.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_spaces_do_not_count() {
        assert_eq!(prepared("  Good   CA \t One "), "good ca one");
        assert_eq!(prepared("Straße"), prepared("STRASSE"));
        assert_eq!(prepared("a\u{AD}b"), "ab");
        assert_eq!(prepared("   "), "");
        assert_ne!(prepared("ab"), prepared("a b"));
    }

    #[test]
    fn strings_of_all_types_are_read() {
        assert_eq!(text(tag::BMP_STRING, &[0, b'a', 0x20, 0xAC]).as_deref(), Some("a€"));
        assert_eq!(text(tag::UNIVERSAL_STRING, &[0, 0, 0, b'a']).as_deref(), Some("a"));
        assert_eq!(text(tag::UTF8_STRING, &[0xFF]), None);
        assert_eq!(text(tag::PRINTABLE_STRING, &[0xE9]), None);
        assert_eq!(text(tag::BMP_STRING, &[0xD8, 0]), None);
    }
}
