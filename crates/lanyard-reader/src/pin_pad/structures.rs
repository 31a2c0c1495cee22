//! What is sent to a PIN pad: `PIN_VERIFY_STRUCTURE` and `PIN_MODIFY_STRUCTURE` (PC/SC part 10 v2.02.09
//! §2.5.2, §2.5.3), for passcodes in ASCII, left in blocks of eight bytes filled with `FF`.
//!
//! Values are those that OpenSC (`part10_build_verify_pin_block`) and `scdaemon`
//! (`pcsc_pinpad_verify`) send to such cards; where the two differ, the field says who is followed. Numbers
//! are little-endian on every machine: libccid (`SecurePINVerify`) takes them so, and swaps a big-endian
//! caller's only when its lengths say that they are not.

/// How long the holder may take, in seconds: to begin, and from the first key on (libccid leaves the latter
/// out). OpenSC's value. libccid itself waits at least 90 s for the reader.
const SECONDS: u8 = 30;

/// `bmFormatString`: positions in bytes, offset 0, left justified, ASCII. (OpenSC's modify structure says
/// bits, which at offset 0 is the same.)
const FORMAT: u8 = 0x82;

/// Bytes of a passcode with its padding.
const BLOCK: u8 = 8;
const PADDING: u8 = 0xFF;

/// `bmPINLengthFormat`: the length of the passcode is not inserted.
const NO_LENGTH: u8 = 0;

/// `bEntryValidationCondition`: the validation key. Some readers refuse every other (libccid corrects it).
const BY_KEY: u8 = 0x02;

/// `bNumberMessage` for one entry and for three, as `scdaemon` has it; OpenSC says "default" or "none" by the display, but
/// some readers take nothing else than these (libccid corrects it for them, and for readers without display).
const ONE_MESSAGE: u8 = 1;
const THREE_MESSAGES: u8 = 3;

/// `wLangId`: English, United Kingdom (`0x0809`).
const LANGUAGE: [u8; 2] = 0x0809_u16.to_le_bytes();

/// `bConfirmPIN`: the current passcode is asked for, and the new one twice.
const CURRENT_AND_NEW_TWICE: u8 = 0x03;

/// `bTeoPrologue`, which libccid fills for cards that speak T=1.
const PROLOGUE: [u8; 3] = [0; 3];

/// A passcode to be entered at a reader's keys, and the command that takes it to the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PadEntry {
    header: [u8; 4],
    shortest: u8,
    longest: u8,
}

impl PadEntry {
    /// An entry for the command with this class, instruction and parameters; `None` unless at least one
    /// digit and at most eight are asked for.
    pub const fn new(header: [u8; 4], shortest: u8, longest: u8) -> Option<Self> {
        if shortest >= 1 && shortest <= longest && longest <= BLOCK {
            Some(Self { header, shortest, longest })
        } else {
            None
        }
    }

    /// `PIN_VERIFY_STRUCTURE`.
    pub(crate) fn verify_structure(self) -> Vec<u8> {
        let apdu = self.apdu(1);
        let parts: [&[u8]; 8] = [
            &[SECONDS, SECONDS, FORMAT, BLOCK, NO_LENGTH],
            &self.lengths(),
            &[BY_KEY, ONE_MESSAGE],
            &LANGUAGE,
            // bMsgIndex.
            &[0],
            &PROLOGUE,
            &data_length(&apdu),
            &apdu,
        ];
        parts.concat()
    }

    /// `PIN_MODIFY_STRUCTURE`.
    pub(crate) fn modify_structure(self) -> Vec<u8> {
        let apdu = self.apdu(2);
        let parts: [&[u8]; 9] = [
            &[SECONDS, SECONDS, FORMAT, BLOCK, NO_LENGTH],
            // bInsertionOffsetOld and bInsertionOffsetNew, within the data.
            &[0, BLOCK],
            &self.lengths(),
            &[CURRENT_AND_NEW_TWICE, BY_KEY, THREE_MESSAGES],
            &LANGUAGE,
            // bMsgIndex1 to bMsgIndex3: current, new, new again.
            &[0, 1, 2],
            &PROLOGUE,
            &data_length(&apdu),
            &apdu,
        ];
        parts.concat()
    }

    /// `wPINMaxExtraDigit`: the shortest in the high byte, the longest in the low.
    const fn lengths(self) -> [u8; 2] {
        u16::from_be_bytes([self.shortest, self.longest]).to_le_bytes()
    }

    /// The command, with padding where passcodes will be.
    fn apdu(self, blocks: u8) -> Vec<u8> {
        let length = BLOCK * blocks;
        [&self.header[..], &[length], &vec![PADDING; length.into()]].concat()
    }
}

/// `ulDataLength`.
fn data_length(apdu: &[u8]) -> [u8; 4] {
    // Twenty-one bytes at most.
    u32::try_from(apdu.len()).unwrap_or(u32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFY: [u8; 4] = [0x00, 0x20, 0x00, 0x80];
    const CHANGE: [u8; 4] = [0x00, 0x24, 0x00, 0x80];

    /// SP 800-73-4 part 2 §3.2.1: six to eight digits, reference `80`.
    #[test]
    fn a_piv_pin_is_verified_with_every_field_as_the_standard_has_it() {
        let structure = PadEntry::new(VERIFY, 6, 8).unwrap().verify_structure();
        #[rustfmt::skip]
        let expected = [
            30, 30,                 // bTimeOut, bTimeOut2
            0x82, 0x08, 0x00,       // bmFormatString, bmPINBlockString, bmPINLengthFormat
            8, 6,                   // wPINMaxExtraDigit
            0x02,                   // bEntryValidationCondition
            1, 0x09, 0x08, 0,       // bNumberMessage, wLangId, bMsgIndex
            0, 0, 0,                // bTeoPrologue
            13, 0, 0, 0,            // ulDataLength
            0x00, 0x20, 0x00, 0x80, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        ];
        assert_eq!(structure, expected);
        assert_eq!(structure.len(), 19 + 13);
    }

    /// SP 800-73-4 part 2 §3.2.2.
    #[test]
    fn a_piv_pin_is_changed_with_every_field_as_the_standard_has_it() {
        let structure = PadEntry::new(CHANGE, 6, 8).unwrap().modify_structure();
        #[rustfmt::skip]
        let expected = [
            30, 30,                 // bTimeOut, bTimeOut2
            0x82, 0x08, 0x00,       // bmFormatString, bmPINBlockString, bmPINLengthFormat
            0, 8,                   // bInsertionOffsetOld, bInsertionOffsetNew
            8, 6,                   // wPINMaxExtraDigit
            0x03, 0x02,             // bConfirmPIN, bEntryValidationCondition
            3, 0x09, 0x08, 0, 1, 2, // bNumberMessage, wLangId, bMsgIndex1 to 3
            0, 0, 0,                // bTeoPrologue
            21, 0, 0, 0,            // ulDataLength
        ];
        assert_eq!(structure[..24], expected);
        assert_eq!(structure[24..29], [0x00, 0x24, 0x00, 0x80, 16]);
        assert_eq!(structure[29..], [0xFF; 16]);
    }

    #[test]
    fn an_entry_that_no_block_can_hold_is_none() {
        for (shortest, longest) in [(0, 8), (7, 6), (4, 9), (0, 0)] {
            assert_eq!(PadEntry::new(VERIFY, shortest, longest), None, "{shortest} to {longest}");
        }
        assert!(PadEntry::new(VERIFY, 4, 4).is_some());
    }
}
