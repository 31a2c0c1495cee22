//! The few DER objects (ITU-T X.690) that neither `rcgen` nor OpenSSL's binding can say: policy qualifiers,
//! directory names, entries of revocation lists.
//!
//! A layer over the card's own writer of data objects, since both are BER-TLV.

use time::OffsetDateTime;

use crate::bytes::object;

/// Attribute types of names, as RFC 5280 appendix A.1 numbers them.
pub(crate) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
pub(crate) const ORGANIZATION: &[u8] = &[0x55, 4, 10];
pub(crate) const ORGANIZATIONAL_UNIT: &[u8] = &[0x55, 4, 11];

/// `SEQUENCE`.
pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    object(0x30, &parts.concat())
}

/// `[number]` around something.
pub(crate) fn context(number: u8, value: &[u8]) -> Vec<u8> {
    object(u32::from(0xA0 | number), value)
}

/// `INTEGER`, not negative.
pub(crate) fn integer(digits: &[u8]) -> Vec<u8> {
    let leading = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = digits.get(leading..).unwrap_or_default();
    match digits.first() {
        Some(..0x80) => object(0x02, digits),
        Some(_) | None => object(0x02, &[&[0], digits].concat()),
    }
}

/// `ENUMERATED`.
pub(crate) fn enumerated(value: u8) -> Vec<u8> {
    object(0x0A, &[value])
}

/// `OCTET STRING`.
pub(crate) fn octets(value: &[u8]) -> Vec<u8> {
    object(0x04, value)
}

/// `OBJECT IDENTIFIER` from its content.
pub(crate) fn identifier(content: &[u8]) -> Vec<u8> {
    object(0x06, content)
}

/// `UTF8String`.
pub(crate) fn utf8(text: &str) -> Vec<u8> {
    object(0x0C, text.as_bytes())
}

/// `IA5String`.
pub(crate) fn ia5(text: &str) -> Vec<u8> {
    object(0x16, text.as_bytes())
}

/// `Name`, one attribute a set.
pub(crate) fn name(attributes: &[(&[u8], &str)]) -> Vec<u8> {
    let set =
        |(kind, text): &(&[u8], &str)| object(0x31, &sequence(&[&identifier(kind), &utf8(text)]));
    object(0x30, &attributes.iter().flat_map(set).collect::<Vec<u8>>())
}

/// `Time`: RFC 5280 §4.1.2.5 wants `UTCTime` through 2049 and `GeneralizedTime` after.
pub(crate) fn time(at: OffsetDateTime) -> Vec<u8> {
    let (hour, minute, second) = at.to_hms();
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let rest = format!("{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
    match year {
        1950..2050 => object(0x17, format!("{:02}{rest}", year % 100).as_bytes()),
        _ => object(0x18, format!("{year:04}{rest}").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_as_short_as_can_be_and_never_negative() {
        assert_eq!(integer(&[0, 0, 0x7F]), [2, 1, 0x7F]);
        assert_eq!(integer(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[0, 0]), [2, 1, 0]);
    }

    #[test]
    fn times_change_their_form_with_the_half_of_the_century() {
        let at = |seconds| time(OffsetDateTime::from_unix_timestamp(seconds).unwrap());
        assert_eq!(at(2_524_607_999), [&[0x17, 13][..], b"491231235959Z"].concat());
        assert_eq!(at(2_524_608_000), [&[0x18, 15][..], b"20500101000000Z"].concat());
    }
}
