//! What a PIN pad tells of itself: `PIN_PROPERTIES_STRUCTURE`, the answer to `FEATURE_IFD_PIN_PROPERTIES`
//! (PC/SC part 10 v2.02.09; pcsc-lite's `reader.h`).
//!
//! Four bytes or nothing: older drivers answered otherwise, and what they meant is not guessed.

// Bits of `bEntryValidationCondition`.
const LONGEST_REACHED: u8 = 0x01;
const KEY_PRESSED: u8 = 0x02;
const TIME_OUT: u8 = 0x04;
const ALL_ENDS: u8 = LONGEST_REACHED | KEY_PRESSED | TIME_OUT;

/// What the keys and the display of a reader can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PadProperties {
    /// Its display, when it has one.
    pub display: Option<Display>,
    /// What can end an entry.
    pub ends: EntryEnds,
    /// Whether the time after the first key is counted apart from the time before it.
    pub counts_time_after_first_key: bool,
}

/// A display for text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Display {
    /// Lines.
    pub lines: u8,
    /// Characters in each.
    pub columns: u8,
}

/// What can end an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntryEnds {
    /// The longest passcode is complete.
    pub at_longest: bool,
    /// A key that says so.
    pub by_key: bool,
    /// The time is over.
    pub by_time: bool,
}

impl PadProperties {
    /// Reads the structure. `wLcdLayout` has the lines in its high and the characters in its low byte, in the
    /// order of this machine's memory: that is how libccid writes it and OpenSC reads it.
    pub(crate) fn parse(structure: &[u8]) -> Option<Self> {
        let &[a, b, ends @ 1..=ALL_ENDS, time @ 0..=1] = structure else {
            return None;
        };
        let [lines, columns] = u16::from_ne_bytes([a, b]).to_be_bytes();
        let has_display = lines > 0 && columns > 0;
        Some(Self {
            display: has_display.then_some(Display { lines, columns }),
            ends: EntryEnds {
                at_longest: ends & LONGEST_REACHED != 0,
                by_key: ends & KEY_PRESSED != 0,
                by_time: ends & TIME_OUT != 0,
            },
            counts_time_after_first_key: time == 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn structure(layout: u16, ends: u8, time: u8) -> Vec<u8> {
        [&layout.to_ne_bytes()[..], &[ends, time]].concat()
    }

    #[test]
    fn a_reader_with_two_lines_and_all_ends_is_understood() {
        let properties = PadProperties::parse(&structure(0x0210, 0x07, 0)).unwrap();
        assert_eq!(properties.display, Some(Display { lines: 2, columns: 16 }));
        let all = EntryEnds { at_longest: true, by_key: true, by_time: true };
        assert_eq!(properties.ends, all);
        assert!(!properties.counts_time_after_first_key);
    }

    #[test]
    fn a_reader_without_display_that_wants_a_key_is_understood() {
        let properties = PadProperties::parse(&structure(0, 0x02, 1)).unwrap();
        assert_eq!(properties.display, None);
        let key = EntryEnds { at_longest: false, by_key: true, by_time: false };
        assert_eq!(properties.ends, key);
        assert!(properties.counts_time_after_first_key);
    }

    #[test]
    fn what_is_not_by_the_standard_is_not_guessed() {
        for bad in [structure(0, 0, 0), structure(0, 8, 0), structure(0, 2, 2)] {
            assert_eq!(PadProperties::parse(&bad), None, "{bad:02X?}");
        }
        let whole = structure(0x0210, 0x07, 0);
        assert!((0..4).all(|length| PadProperties::parse(&whole[..length]).is_none()));
        assert_eq!(PadProperties::parse(&[&whole[..], &[0]].concat()), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            prop_assert!(PadProperties::parse(&bytes).is_none() || bytes.len() == 4);
        }
    }
}
