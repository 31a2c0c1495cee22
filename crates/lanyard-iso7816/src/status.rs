//! Status words (ISO/IEC 7816-4 §5.1.3 and table 6; SP 800-73-4 part 2 §2.4.2 table 8).

use std::fmt;

/// The two bytes that end every response.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(
    /// `SW1` in the high byte, `SW2` in the low.
    pub u16,
);

/// One table for the names: constants, `Display` and documentation come from it.
macro_rules! statuses {
    ($($name:ident = $word:literal, $text:literal;)*) => {
        impl Status {
            $(#[doc = $text] pub const $name: Self = Self($word);)*

            const fn text(self) -> Option<&'static str> {
                match self.0 {
                    $($word => Some($text),)*
                    _ => None,
                }
            }
        }
    };
}

statuses! {
    SUCCESS = 0x9000, "success";
    VERIFICATION_FAILED = 0x6300, "verification failed";
    NO_INFORMATION = 0x6400, "execution error, state unchanged";
    PIN_PAD_CANCELLED = 0x6401, "entry cancelled at the PIN pad";
    PIN_PAD_ENTRIES_DIFFER = 0x6402, "the two new entries at the PIN pad differ";
    PIN_PAD_WRONG_LENGTH = 0x6403, "too few or too many digits entered at the PIN pad";
    MEMORY_FAILURE = 0x6581, "memory failure";
    WRONG_LENGTH = 0x6700, "wrong length";
    CHANNEL_NOT_SUPPORTED = 0x6881, "logical channel not supported";
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882, "secure messaging not supported";
    LAST_COMMAND_EXPECTED = 0x6883, "last command of the chain expected";
    CHAINING_NOT_SUPPORTED = 0x6884, "command chaining not supported";
    SECURITY_STATUS_NOT_SATISFIED = 0x6982, "security status not satisfied";
    AUTHENTICATION_METHOD_BLOCKED = 0x6983, "authentication method blocked";
    CONDITIONS_NOT_SATISFIED = 0x6985, "conditions of use not satisfied";
    INCORRECT_DATA = 0x6A80, "incorrect data in the command";
    FUNCTION_NOT_SUPPORTED = 0x6A81, "function not supported";
    NOT_FOUND = 0x6A82, "data object or application not found";
    NOT_ENOUGH_MEMORY = 0x6A84, "not enough memory";
    INCORRECT_PARAMETERS = 0x6A86, "incorrect parameter in P1 or P2";
    REFERENCE_NOT_FOUND = 0x6A88, "referenced data or key reference not found";
    PIN_PAD_MISUNDERSTOOD = 0x6B80, "the PIN pad does not take these parameters";
    INSTRUCTION_NOT_SUPPORTED = 0x6D00, "instruction not supported";
    CLASS_NOT_SUPPORTED = 0x6E00, "class not supported";
    NO_PRECISE_DIAGNOSIS = 0x6F00, "no precise diagnosis";
}

impl Status {
    /// Nobody finished an entry at a PIN pad in time (PC/SC part 10 v2.02.09, as for the names that begin
    /// so). A card's own word for an execution error is the same.
    pub const PIN_PAD_TIMED_OUT: Self = Self::NO_INFORMATION;

    /// `61 xx`: how many more bytes GET RESPONSE can fetch; 0 stands for 256 or more.
    pub const fn more_available(self) -> Option<u8> {
        self.low_byte_if(0x61)
    }

    /// `6C xx`: the `Le` the card wants instead.
    pub const fn correct_length(self) -> Option<u8> {
        self.low_byte_if(0x6C)
    }

    /// `63 Cx`: verification failed or was asked about, and x tries are left.
    pub const fn tries_left(self) -> Option<u8> {
        match self.low_byte_if(0x63) {
            Some(low) if low & 0xF0 == 0xC0 => Some(low & 0x0F),
            _ => None,
        }
    }

    /// `63 Cx` with x tries; more than 15 cannot be said and become 15.
    pub const fn with_tries_left(tries: u8) -> Self {
        let tries = if tries > 15 { 15 } else { tries };
        Self(0x63C0 | tries as u16)
    }

    /// `61 xx` for this many bytes still to fetch.
    pub fn with_more_available(bytes: usize) -> Self {
        Self(0x6100 | u16::from(u8::try_from(bytes).unwrap_or(0)))
    }

    const fn low_byte_if(self, high: u8) -> Option<u8> {
        let [sw1, sw2] = self.0.to_be_bytes();
        if sw1 == high { Some(sw2) } else { None }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)?;
        match (self.text(), self.tries_left(), self.more_available()) {
            (Some(text), ..) => write!(f, " ({text})"),
            (None, Some(tries), _) => write!(f, " ({tries} tries left)"),
            (None, None, Some(_)) => f.write_str(" (more data available)"),
            (None, None, None) => Ok(()),
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Status({:04X})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_read_only_from_63cx() {
        assert_eq!(Status(0x63C2).tries_left(), Some(2));
        assert_eq!(Status(0x63C0).tries_left(), Some(0));
        assert_eq!(Status(0x6300).tries_left(), None);
        assert_eq!(Status(0x6983).tries_left(), None);
        assert_eq!(Status::with_tries_left(3), Status(0x63C3));
    }

    #[test]
    fn waiting_data_is_read_only_from_61xx() {
        assert_eq!(Status(0x6110).more_available(), Some(16));
        assert_eq!(Status(0x9000).more_available(), None);
        assert_eq!(Status::with_more_available(300), Status(0x6100));
    }

    #[test]
    fn words_are_shown_with_their_meaning() {
        assert_eq!(Status(0x6A82).to_string(), "6A82 (data object or application not found)");
        assert_eq!(Status(0x63C2).to_string(), "63C2 (2 tries left)");
        assert_eq!(Status(0x1234).to_string(), "1234");
    }
}
