//! A reader's own keys for the passcode: finding them, and having them used inside a transaction (PC/SC part
//! 10, "IFDs with secure PIN entry capabilities", v2.02.09).
//!
//! What is entered there no program sees. Which command carries the passcode is the caller's to say.

mod properties;
mod structures;

use lanyard_iso7816::{ExchangeError, Response};

use crate::CardTransaction;

pub use properties::{Display, EntryEnds, PadProperties};
pub use structures::PadEntry;

/// The request for the list of features, `CM_IOCTL_GET_FEATURE_REQUEST` (PC/SC part 10 §2.2).
pub(crate) const GET_FEATURE_REQUEST: u32 = 3400;

/// The longest list of features that is read, in bytes: one entry for each of the 256 tags.
pub(crate) const LONGEST_LIST: usize = 256 * ENTRY;

/// A tag, the length 4, and a control code in big-endian order.
const ENTRY: usize = 6;
const CODE_LENGTH: u8 = 4;

const FEATURE_VERIFY_PIN_DIRECT: u8 = 0x06;
const FEATURE_MODIFY_PIN_DIRECT: u8 = 0x07;
const FEATURE_IFD_PIN_PROPERTIES: u8 = 0x0A;

/// The number by which a reader wants one of its features to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ControlCode(pub u32);

/// A reader's own keys: a passcode entered there is seen by no program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PinPad {
    /// Asks for the passcode and has the card verify it (`FEATURE_VERIFY_PIN_DIRECT`).
    pub verify: ControlCode,
    /// Asks for the old and the new passcode (`FEATURE_MODIFY_PIN_DIRECT`).
    pub modify: Option<ControlCode>,
    /// What the keys and the display can do, as far as the reader tells.
    pub properties: Option<PadProperties>,
}

impl PinPad {
    /// Has the holder enter the passcode, and the card verify it. Returns when that is done: as long as a
    /// person takes, at most 30 s, and nothing ends it before.
    ///
    /// The status is the card's, or the reader's own:
    /// [`PIN_PAD_TIMED_OUT`](lanyard_iso7816::Status::PIN_PAD_TIMED_OUT) and its kin, after which the card
    /// has seen nothing.
    ///
    /// # Errors
    /// [`ExchangeError`]; the card may have seen a passcode all the same.
    pub fn verify_passcode(
        &self,
        card: &mut dyn CardTransaction,
        entry: PadEntry,
    ) -> Result<Response, ExchangeError> {
        let answer = card.control(self.verify, &entry.verify_structure())?;
        Ok(Response::parse(answer)?)
    }

    /// Has the holder enter the passcode, and a new one twice, and the card change it; `None` when the
    /// reader cannot. All else as for [`PinPad::verify_passcode`].
    ///
    /// # Errors
    /// [`ExchangeError`]; the card may have seen a passcode, and changed it, all the same.
    pub fn change_passcode(
        &self,
        card: &mut dyn CardTransaction,
        entry: PadEntry,
    ) -> Result<Option<Response>, ExchangeError> {
        let Some(modify) = self.modify else {
            return Ok(None);
        };
        let answer = card.control(modify, &entry.modify_structure())?;
        Ok(Some(Response::parse(answer)?))
    }
}

/// What a list of features says of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Features {
    pub(crate) verify: ControlCode,
    pub(crate) modify: Option<ControlCode>,
    /// Tells what the keys can do (`FEATURE_IFD_PIN_PROPERTIES`).
    pub(crate) properties: Option<ControlCode>,
}

impl Features {
    /// The PIN pad in a list of features; none when the list does not name one, or is no such list.
    pub(crate) fn in_list(list: &[u8]) -> Option<Self> {
        let codes = parse(list)?;
        let code = |tag| codes.iter().find(|(t, _)| *t == tag).map(|(_, code)| *code);
        Some(Self {
            verify: code(FEATURE_VERIFY_PIN_DIRECT)?,
            modify: code(FEATURE_MODIFY_PIN_DIRECT),
            properties: code(FEATURE_IFD_PIN_PROPERTIES),
        })
    }

    pub(crate) const fn pin_pad(self, properties: Option<PadProperties>) -> PinPad {
        PinPad { verify: self.verify, modify: self.modify, properties }
    }
}

/// The entries of a list; `None` when a single one is not as the standard has it.
fn parse(list: &[u8]) -> Option<Vec<(u8, ControlCode)>> {
    let entry = |entry: &[u8]| match *entry {
        [tag, CODE_LENGTH, a, b, c, d] => {
            Some((tag, ControlCode(u32::from_be_bytes([a, b, c, d]))))
        }
        _ => None,
    };
    list.chunks(ENTRY).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As libccid announces a reader with keys: verify, modify, properties, TLV properties.
    const KEYS: [u8; 24] = [
        0x06, 4, 0x42, 0x33, 0, 0x06, 0x07, 4, 0x42, 0x33, 0, 0x07, 0x0A, 4, 0x42, 0x33, 0, 0x0A,
        0x12, 4, 0x42, 0x33, 0, 0x12,
    ];

    #[test]
    fn keys_are_found_with_their_control_codes() {
        let features = Features {
            verify: ControlCode(0x4233_0006),
            modify: Some(ControlCode(0x4233_0007)),
            properties: Some(ControlCode(0x4233_000A)),
        };
        assert_eq!(Features::in_list(&KEYS), Some(features));
    }

    #[test]
    fn a_reader_that_cannot_verify_has_no_pin_pad() {
        assert_eq!(Features::in_list(&[]), None);
        assert_eq!(Features::in_list(&KEYS[6..]), None);
    }

    #[test]
    fn a_list_that_is_cut_or_lies_about_a_length_is_no_list() {
        for length in 1..KEYS.len() {
            let cut = Features::in_list(&KEYS[..length]);
            assert_eq!(cut.is_some(), length % ENTRY == 0, "{length} bytes");
        }
        let mut lying = KEYS;
        lying[19] = 5;
        assert_eq!(Features::in_list(&lying), None);
    }

    proptest! {
        #[test]
        fn garbage_harms_nobody(list: Vec<u8>) {
            if let Some(entries) = parse(&list) {
                prop_assert_eq!(entries.len() * ENTRY, list.len());
            }
        }
    }
}
