//! Writing DER objects (ITU-T X.690), and what is not quite DER.

/// An object with this tag and these parts in it.
pub fn object(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    [vec![tag], length(value.len()), value].concat()
}

/// `SEQUENCE`.
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    object(0x30, parts)
}

/// `[number] EXPLICIT`, or an implicit constructed one.
pub fn context(number: u8, parts: &[&[u8]]) -> Vec<u8> {
    object(0xA0 | number, parts)
}

/// `[number] IMPLICIT` of a primitive type.
pub fn primitive(number: u8, value: &[u8]) -> Vec<u8> {
    object(0x80 | number, &[value])
}

/// `INTEGER` with this value, as it stands.
pub fn integer(value: &[u8]) -> Vec<u8> {
    object(2, &[value])
}

/// `OCTET STRING`.
pub fn octets(parts: &[&[u8]]) -> Vec<u8> {
    object(4, parts)
}

/// `BIT STRING` of whole bytes.
pub fn bits(bytes: &[u8]) -> Vec<u8> {
    object(3, &[&[0], bytes])
}

/// `ENUMERATED`.
pub fn enumerated(value: u8) -> Vec<u8> {
    object(10, &[&[value]])
}

/// `UTF8String`.
pub fn utf8(text: &str) -> Vec<u8> {
    object(0x0C, &[text.as_bytes()])
}

/// `PrintableString`.
pub fn printable(text: &str) -> Vec<u8> {
    object(0x13, &[text.as_bytes()])
}

/// `UTCTime` with this text.
pub fn utc(text: &str) -> Vec<u8> {
    object(0x17, &[text.as_bytes()])
}

/// `GeneralizedTime` with this text.
pub fn generalized(text: &str) -> Vec<u8> {
    object(0x18, &[text.as_bytes()])
}

/// `OBJECT IDENTIFIER`, from its dotted form.
pub fn oid(dotted: &str) -> Vec<u8> {
    let numbers: Vec<u64> = dotted.split('.').map(|n| n.parse().expect("a number")).collect();
    let (top, rest) = numbers.split_at(2);
    let first = top.iter().fold(0, |sum, number| sum * 40 + number);
    let mut value = Vec::new();
    for number in std::iter::once(&first).chain(rest) {
        let mut groups = vec![(number & 0x7F).to_le_bytes()[0]];
        let mut more = number >> 7;
        while more > 0 {
            groups.push((more & 0x7F).to_le_bytes()[0] | 0x80);
            more >>= 7;
        }
        value.extend(groups.iter().rev());
    }
    object(6, &[&value])
}

/// A name of one attribute a set: `("2.5.4.3", "CN's text")`, as UTF-8.
pub fn name(attributes: &[(&str, &str)]) -> Vec<u8> {
    let sets: Vec<Vec<u8>> = attributes
        .iter()
        .map(|(kind, text)| object(0x31, &[&attribute(kind, &utf8(text))]))
        .collect();
    sequence(&sets.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// One attribute with a value of any type.
pub fn attribute(kind: &str, value: &[u8]) -> Vec<u8> {
    sequence(&[&oid(kind), value])
}

/// `O=nhs, CN=…`: how authorities are called here.
pub fn authority(common_name: &str) -> Vec<u8> {
    name(&[("2.5.4.10", "nhs"), ("2.5.4.3", common_name)])
}

/// `O=nhs, OU=people, CN=…`: how holders are called.
pub fn holder(common_name: &str) -> Vec<u8> {
    name(&[("2.5.4.10", "nhs"), ("2.5.4.11", "people"), ("2.5.4.3", common_name)])
}

fn length(length: usize) -> Vec<u8> {
    if let Ok(short @ ..0x80) = u8::try_from(length) {
        return vec![short];
    }
    let digits: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let count = u8::try_from(digits.len()).expect("eight at most");
    [vec![0x80 | count], digits].concat()
}
