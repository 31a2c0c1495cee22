//! Simple values: booleans, small numbers, bit strings (ITU-T X.690 §8.2, §8.3, §8.6, §11.1, §11.2).

use super::{DerError, Reader, tag};

/// A truth value that is there only when it is true; one that is written although it is the default is
/// tolerated, since widespread authorities write it.
pub(crate) fn boolean(reader: &mut Reader<'_>) -> Result<bool, DerError> {
    truth(reader.optional(tag::BOOLEAN)?)
}

/// The value of a truth value that may be missing.
pub(crate) const fn truth(value: Option<&[u8]>) -> Result<bool, DerError> {
    match value {
        None | Some([0]) => Ok(false),
        Some([0xFF]) => Ok(true),
        Some(_) => Err(DerError::Value),
    }
}

/// The value of a number that is not negative; what does not fit becomes the largest.
pub(crate) fn small_number(value: &[u8]) -> Result<u32, DerError> {
    is_number(value)?;
    match value {
        [0x80..=0xFF, ..] => Err(DerError::Value),
        [0, digits @ ..] | digits => Ok(match digits.len() {
            0..=4 => digits.iter().fold(0, |number, digit| number << 8 | u32::from(*digit)),
            _ => u32::MAX,
        }),
    }
}

/// A number has at least one byte, and none that could be left out.
pub(crate) const fn is_number(value: &[u8]) -> Result<(), DerError> {
    match value {
        [] | [0, 0..=0x7F, ..] | [0xFF, 0x80..=0xFF, ..] => Err(DerError::Value),
        _ => Ok(()),
    }
}

/// The bytes of a bit string whose bits are whole bytes.
pub(crate) const fn bit_string(value: &[u8]) -> Result<&[u8], DerError> {
    match value {
        [0, bytes @ ..] => Ok(bytes),
        _ => Err(DerError::Value),
    }
}

/// The bytes of a signature. One whose bits are no whole bytes is by nobody, as the empty one is.
pub(crate) const fn signature(value: &[u8]) -> &[u8] {
    match value {
        [0, bytes @ ..] => bytes,
        _ => &[],
    }
}

/// Up to sixteen named bits, bit 0 of the standard in the lowest place. Unused bits must be zero; zeros
/// at the end that X.690 §11.2.2 leaves out are tolerated.
pub(crate) fn named_bits(value: &[u8]) -> Result<u16, DerError> {
    let (&unused, bytes) = value.split_first().ok_or(DerError::Value)?;
    let stray = match bytes.last() {
        None => unused != 0,
        Some(last) => unused > 7 || last.trailing_zeros() < unused.into(),
    };
    if stray {
        return Err(DerError::Value);
    }
    let first_two = bytes.iter().take(2).enumerate();
    Ok(first_two.fold(0, |bits, (at, byte)| bits | u16::from(byte.reverse_bits()) << (8 * at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn true_has_one_form() {
        assert_eq!(truth(Some(&[0xFF])), Ok(true));
        assert_eq!(truth(Some(&[1])), Err(DerError::Value));
        assert_eq!(truth(None), Ok(false));
    }

    #[test]
    fn numbers_have_no_spare_bytes() {
        assert_eq!(small_number(&[0, 0x80]), Ok(128));
        assert_eq!(small_number(&[0]), Ok(0));
        assert_eq!(small_number(&[0, 1]), Err(DerError::Value));
        assert_eq!(small_number(&[0xFE]), Err(DerError::Value));
        assert_eq!(small_number(&[]), Err(DerError::Value));
        assert_eq!(small_number(&[1, 0, 0, 0, 0]), Ok(u32::MAX));
    }

    #[test]
    fn named_bits_count_from_the_left() {
        assert_eq!(named_bits(&[1, 0b0000_0110]), Ok(1 << 5 | 1 << 6));
        assert_eq!(named_bits(&[7, 0, 0x80]), Ok(1 << 8));
        assert_eq!(named_bits(&[1, 1]), Err(DerError::Value));
        assert_eq!(named_bits(&[8, 0]), Err(DerError::Value));
        assert_eq!(named_bits(&[0]), Ok(0));
        assert_eq!(named_bits(&[]), Err(DerError::Value));
    }
}
