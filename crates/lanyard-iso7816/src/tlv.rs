//! BER-TLV data objects as cards use them (ISO/IEC 7816-4 §5.2.2): tags of up to three bytes, definite
//! lengths of up to two bytes after the prefix `82`.
//!
//! Every length is checked against what is there; nothing is allocated on a card's word.

/// One data object, borrowed from the bytes it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag as it stands, most significant byte first: `0x53`, `0x5FC102`.
    pub tag: u32,
    /// The value field.
    pub value: &'a [u8],
}

/// Why bytes are not a data object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlvError {
    /// The tag is cut off or longer than three bytes.
    #[error("a tag is cut off or longer than three bytes")]
    Tag,
    /// The length field is cut off, indefinite, or longer than two bytes.
    #[error("a length field is cut off, indefinite or too long")]
    Length,
    /// The value is shorter than its length field says.
    #[error("a value of {stated} bytes has only {present}")]
    Value {
        /// Bytes that the length field states.
        stated: usize,
        /// Bytes that are there.
        present: usize,
    },
    /// The data object looked for is not there.
    #[error("data object {tag:X} is missing")]
    Missing {
        /// The tag looked for.
        tag: u32,
    },
}

/// Reads the first data object and returns it with what follows it.
///
/// # Errors
/// [`TlvError`] when it is malformed or incomplete.
pub fn read(input: &[u8]) -> Result<(Tlv<'_>, &[u8]), TlvError> {
    let (tag, stated, rest) = header(input)?;
    let present = rest.len();
    let (value, rest) = rest.split_at_checked(stated).ok_or(TlvError::Value { stated, present })?;
    Ok((Tlv { tag, value }, rest))
}

/// Reads the first data object although its end may be missing, as in the first part of a long answer.
/// Returns what is there of its value.
///
/// # Errors
/// [`TlvError`] when tag or length are malformed.
pub fn read_beginning(input: &[u8]) -> Result<Tlv<'_>, TlvError> {
    let (tag, stated, rest) = header(input)?;
    let value = rest.get(..stated).unwrap_or(rest);
    Ok(Tlv { tag, value })
}

/// The value of the first data object with this tag among those that follow each other in `input`.
///
/// # Errors
/// [`TlvError::Missing`] when none has it; another variant when an object before it is malformed.
pub fn find(mut input: &[u8], tag: u32) -> Result<&[u8], TlvError> {
    while !input.is_empty() {
        let (object, rest) = read(input)?;
        if object.tag == tag {
            return Ok(object.value);
        }
        input = rest;
    }
    Err(TlvError::Missing { tag })
}

/// Appends a data object. Values longer than 65,535 bytes cannot be written.
///
/// # Errors
/// [`TlvError::Length`] for such a value.
pub fn write(out: &mut Vec<u8>, tag: u32, value: &[u8]) -> Result<(), TlvError> {
    let length = u16::try_from(value.len()).map_err(|_| TlvError::Length)?;
    let bytes = tag.to_be_bytes();
    let leading = bytes.iter().take(3).take_while(|byte| **byte == 0).count();
    out.extend_from_slice(bytes.get(leading..).unwrap_or_default());
    match length.to_be_bytes() {
        [0, low @ ..=0x7F] => out.push(low),
        [0, low] => out.extend_from_slice(&[0x81, low]),
        [high, low] => out.extend_from_slice(&[0x82, high, low]),
    }
    out.extend_from_slice(value);
    Ok(())
}

/// Tag, stated length, and what follows the two.
fn header(input: &[u8]) -> Result<(u32, usize, &[u8]), TlvError> {
    let (tag, rest) = tag(input)?;
    let (length, rest) = match rest {
        [length @ ..=0x7F, rest @ ..] | [0x81, length, rest @ ..] => (usize::from(*length), rest),
        [0x82, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return Err(TlvError::Length),
    };
    Ok((tag, length, rest))
}

fn tag(input: &[u8]) -> Result<(u32, &[u8]), TlvError> {
    let long = |byte: u8| byte & 0x1F == 0x1F;
    let more = |byte: u8| byte & 0x80 != 0;
    match *input {
        [first, ref rest @ ..] if !long(first) => Ok((first.into(), rest)),
        [first, second, ref rest @ ..] if !more(second) => {
            Ok((u32::from_be_bytes([0, 0, first, second]), rest))
        }
        [first, second, third, ref rest @ ..] if !more(third) => {
            Ok((u32::from_be_bytes([0, first, second, third]), rest))
        }
        _ => Err(TlvError::Tag),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn objects_are_read_one_after_another() {
        let input = [0x70, 2, 1, 2, 0x71, 1, 0, 0xFE, 0];
        assert_eq!(find(&input, 0x70), Ok(&[1, 2][..]));
        assert_eq!(find(&input, 0xFE), Ok(&[][..]));
        assert_eq!(find(&input, 0x99), Err(TlvError::Missing { tag: 0x99 }));
    }

    #[test]
    fn long_tags_and_lengths_are_read() {
        let mut input = vec![0x5F, 0xC1, 0x02, 0x82, 1, 0];
        input.extend([7; 256]);
        let (object, rest) = read(&input).unwrap();
        assert_eq!((object.tag, object.value.len(), rest.len()), (0x5F_C102, 256, 0));
        let (object, _) = read(&[0x7F, 0x49, 0x81, 1, 9]).unwrap();
        assert_eq!((object.tag, object.value), (0x7F49, &[9][..]));
    }

    #[test]
    fn lying_lengths_are_named() {
        assert_eq!(read(&[0x53, 5, 1]), Err(TlvError::Value { stated: 5, present: 1 }));
        assert_eq!(read(&[0x53, 0x80, 1]), Err(TlvError::Length));
        assert_eq!(read(&[0x53, 0x84, 1, 1, 1, 1]), Err(TlvError::Length));
        assert_eq!(read(&[0x5F, 0x81, 0x82, 0x83, 1]), Err(TlvError::Tag));
        assert_eq!(read(&[]), Err(TlvError::Tag));
    }

    #[test]
    fn the_beginning_of_a_cut_object_can_be_read() {
        let beginning = read_beginning(&[0x53, 0x82, 9, 0, 0x34, 1]).unwrap();
        assert_eq!(beginning, Tlv { tag: 0x53, value: &[0x34, 1] });
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            tag in prop::sample::select(vec![0x53, 0x70, 0x7E, 0x7F49, 0x5F_C102]),
            value in prop::collection::vec(any::<u8>(), 0..70_000),
        ) {
            let mut out = Vec::new();
            match write(&mut out, tag, &value) {
                Ok(()) => prop_assert_eq!(read(&out), Ok((Tlv { tag, value: &value }, &[][..]))),
                Err(error) => {
                    prop_assert_eq!(error, TlvError::Length);
                    prop_assert!(value.len() > 65_535);
                }
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok((object, rest)) = read(&bytes) {
                prop_assert!(object.value.len() + rest.len() < bytes.len());
            }
            let _ = read_beginning(&bytes);
            let _ = find(&bytes, 0x53);
        }
    }
}
