//! The Card Holder Unique Identifier (SP 800-73-4 part 1 §3.1.2, table 9): the card's own number.
//!
//! A signed CHUID is 2 kB and more, and all of it costs seconds on a slow line. The number stands at the
//! beginning, so only the first part of the answer is fetched. The signature is not checked: the number
//! tells cards apart, it proves nothing.

use lanyard_iso7816::{
    CardChannel, exchange_first,
    tlv::{self, TlvError},
};

use super::{DATA, ReadError, get_data};
use crate::CardSerial;

const TAG: [u8; 3] = [0x5F, 0xC1, 0x02];
const FASC_N: u32 = 0x30;
const GUID: u32 = 0x34;

/// Reads the card's number with one command.
///
/// # Errors
/// [`ReadError::Absent`] when the card has no CHUID, [`ReadError::Malformed`] or [`ReadError::Serial`]
/// when it names no card.
pub fn read_chuid(channel: &mut dyn CardChannel) -> Result<CardSerial, ReadError> {
    let beginning = get_data(channel, TAG, exchange_first)?;
    if beginning.is_empty() {
        return Err(ReadError::Absent);
    }
    parse_chuid(&beginning)
}

/// Takes the number from a CHUID whose end may be missing.
///
/// # Errors
/// [`ReadError::Malformed`] or [`ReadError::Serial`], as above.
pub fn parse_chuid(beginning: &[u8]) -> Result<CardSerial, ReadError> {
    let data = tlv::read_beginning(beginning)?;
    if data.tag != DATA {
        return Err(TlvError::Missing { tag: DATA }.into());
    }
    if data.value.is_empty() {
        return Err(ReadError::Absent);
    }
    // Cards from before SP 800-73-3 have a GUID of zeroes or none. A cut answer proves neither: it must
    // not give a card a second number.
    let is_whole = tlv::read(beginning).is_ok();
    match tlv::find(data.value, GUID).map(CardSerial::new) {
        Ok(Ok(guid)) => Ok(guid),
        Err(TlvError::Missing { .. }) if is_whole => {
            Ok(CardSerial::new(tlv::find(data.value, FASC_N)?)?)
        }
        Ok(Err(_)) => Ok(CardSerial::new(tlv::find(data.value, FASC_N)?)?),
        Err(malformed) => Err(malformed.into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chuid(guid: [u8; 16]) -> Vec<u8> {
        let mut value = Vec::new();
        tlv::write(&mut value, FASC_N, &[0xD4; 25]).unwrap();
        tlv::write(&mut value, GUID, &guid).unwrap();
        tlv::write(&mut value, 0x35, b"20301231").unwrap();
        tlv::write(&mut value, 0x3E, &[1; 2000]).unwrap();
        let mut object = Vec::new();
        tlv::write(&mut object, DATA, &value).unwrap();
        object
    }

    #[test]
    fn the_guid_is_found_in_the_first_part_of_a_signed_chuid() {
        let whole = chuid([7; 16]);
        assert_eq!(parse_chuid(&whole[..256]).unwrap(), CardSerial::new(&[7; 16]).unwrap());
        assert_eq!(parse_chuid(&whole).unwrap(), CardSerial::new(&[7; 16]).unwrap());
    }

    #[test]
    fn a_guid_of_zeroes_gives_way_to_the_fasc_n() {
        assert_eq!(parse_chuid(&chuid([0; 16])).unwrap(), CardSerial::new(&[0xD4; 25]).unwrap());
    }

    #[test]
    fn an_empty_object_is_absent_and_another_object_is_malformed() {
        assert_eq!(parse_chuid(&[0x53, 0]), Err(ReadError::Absent));
        assert!(matches!(parse_chuid(&[0x54, 1, 0]), Err(ReadError::Malformed(_))));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse_chuid(&bytes);
        }

        #[test]
        fn a_cut_chuid_never_gives_another_number(end in 0..300_usize) {
            let whole = chuid([7; 16]);
            if let Ok(serial) = parse_chuid(&whole[..end]) {
                prop_assert_eq!(serial, CardSerial::new(&[7; 16]).unwrap());
            }
        }
    }
}
