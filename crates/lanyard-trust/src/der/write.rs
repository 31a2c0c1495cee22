//! Writing objects, for the few that leave this crate.

/// One object.
pub(crate) fn object(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut object = vec![tag];
    if length < 0x80 {
        object.extend(length.to_le_bytes().first());
    } else {
        let bytes = length.to_be_bytes();
        let digits: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
        object.extend(digits.len().to_le_bytes().first().map(|count| 0x80 | count));
        object.extend(digits);
    }
    object.extend(parts.concat());
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{only, tag};

    #[test]
    fn what_is_written_is_read_back() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let value = vec![7; length];
            assert_eq!(only(&object(4, &[&value]), tag::OCTET_STRING), Ok(&*value));
        }
    }
}
