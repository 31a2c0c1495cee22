//! Command APDUs (ISO/IEC 7816-4 §5.1): built by the terminal's side, parsed by the card's.
//!
//! Bodies built here are plain; secrets are said in a `SecretCommand`. What a card received may be a
//! passcode, and is a secret body by type, so that no trace and no `Debug` can show it. What a command does
//! is not known here.

use std::fmt;

use zeroize::Zeroizing;

/// The longest body a short command carries, in bytes.
pub const SHORT_BODY: usize = 255;

/// The longest response data a short command can ask for, in bytes.
pub const SHORT_RESPONSE: usize = 256;

/// The class bit that says "more of this command follows" (ISO/IEC 7816-4 §5.1.1.1).
const CHAINED: u8 = 0x10;

/// One command APDU as bytes; overwritten with zeroes when dropped, for one that a card received may hold a
/// passcode.
pub type Wire = Zeroizing<Vec<u8>>;

/// A command: four header bytes, a body, and how much answer is expected.
#[derive(Debug)]
pub struct Command {
    /// Class byte, without the chaining bit.
    pub class: u8,
    /// Instruction byte.
    pub instruction: u8,
    /// First parameter byte.
    pub p1: u8,
    /// Second parameter byte.
    pub p2: u8,
    /// The data sent.
    pub body: Body,
    /// The data expected back.
    pub expected: Expected,
}

/// The data a command carries.
pub enum Body {
    /// Nothing.
    Empty,
    /// Anything that may be seen in a trace.
    Plain(Vec<u8>),
    /// What a card received, be it a passcode: zeroed when dropped, never printed. The terminal's side
    /// has [`SecretCommand`](crate::SecretCommand) instead, which also locks its memory.
    Secret(Wire),
}

/// The response data a command asks for (the `Le` field).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A status word alone: no `Le` field.
    Nothing,
    /// As much as a response can hold.
    Most,
    /// This many bytes; 0 cannot be asked for and is sent as [`Expected::Nothing`].
    Exactly(u16),
}

/// Why bytes are not a command APDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// Fewer than the four header bytes.
    #[error("a command of {length} bytes has no complete header")]
    NoHeader {
        /// Bytes received.
        length: usize,
    },
    /// `Lc` and `Le` do not add up to the length of the command.
    #[error("the length fields of a command of {length} bytes do not fit its length")]
    LengthMismatch {
        /// Bytes received.
        length: usize,
    },
}

impl Command {
    /// A command without a body that expects no data.
    pub const fn new(instruction: u8, p1: u8, p2: u8) -> Self {
        let (body, expected) = (Body::Empty, Expected::Nothing);
        Self { class: 0, instruction, p1, p2, body, expected }
    }

    /// The same command with a body that may be seen.
    #[must_use]
    pub fn plain(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Plain(body.into());
        self
    }

    /// The same command, expecting as much as the card has.
    #[must_use]
    pub const fn expecting_most(mut self) -> Self {
        self.expected = Expected::Most;
        self
    }

    /// The short APDUs that carry this command: one, or a chain when the body is longer than
    /// [`SHORT_BODY`] (ISO/IEC 7816-4 §5.1.1.1). Only the last asks for data.
    pub fn segments(&self) -> Vec<Wire> {
        let body = self.body.bytes();
        let last = body.len().div_ceil(SHORT_BODY).saturating_sub(1);
        let chained = body.chunks(SHORT_BODY).take(last).map(|part| {
            let mut wire = self.header(self.class | CHAINED, part.len());
            push_short_body(&mut wire, part);
            wire
        });
        let mut segments: Vec<Wire> = chained.collect();
        let rest = body.chunks(SHORT_BODY).next_back().unwrap_or_default();
        let mut wire = self.header(self.class, rest.len());
        push_short_body(&mut wire, rest);
        match self.expected {
            Expected::Nothing | Expected::Exactly(0) => {}
            Expected::Exactly(length) => wire.push(u8::try_from(length).unwrap_or(0)),
            Expected::Most => wire.push(0),
        }
        segments.push(wire);
        segments
    }

    /// Reads a command as the card receives it, short or extended. The chaining bit stays in `class`.
    ///
    /// # Errors
    /// [`CommandError`] when the header is incomplete or the length fields lie.
    pub fn parse(wire: &[u8]) -> Result<Self, CommandError> {
        let length = wire.len();
        let Some((&[class, instruction, p1, p2], rest)) = wire.split_first_chunk() else {
            return Err(CommandError::NoHeader { length });
        };
        let mismatch = CommandError::LengthMismatch { length };
        let (body, expected) = split_body(rest).ok_or(mismatch)?;
        let body = if body.is_empty() { Body::Empty } else { Body::Secret(body.to_vec().into()) };
        Ok(Self { class, instruction, p1, p2, body, expected })
    }

    /// Whether more of this command follows in the next APDU.
    pub const fn is_chained(&self) -> bool {
        self.class & CHAINED != 0
    }

    fn header(&self, class: u8, body: usize) -> Wire {
        // Header, Lc and Le: reserved at once, so that no reallocation leaves a copy of a secret.
        let mut wire = Wire::new(Vec::with_capacity(4 + 1 + body + 1));
        wire.extend_from_slice(&[class, self.instruction, self.p1, self.p2]);
        wire
    }
}

fn push_short_body(wire: &mut Wire, body: &[u8]) {
    if let Ok(length @ 1..) = u8::try_from(body.len()) {
        wire.push(length);
        wire.extend_from_slice(body);
    }
}

/// The seven forms of what follows the header (ISO/IEC 7816-4 §5.1, table 1).
fn split_body(rest: &[u8]) -> Option<(&[u8], Expected)> {
    match rest {
        [] => Some((&[], Expected::Nothing)),
        [le] => Some((&[], expected(u16::from(*le)))),
        [0, high, low] => Some((&[], expected(u16::from_be_bytes([*high, *low])))),
        [0, high, low, rest @ ..] => {
            let lc = usize::from(u16::from_be_bytes([*high, *low]));
            match (lc, rest.split_at_checked(lc)?) {
                (0, _) => None,
                (_, (body, [])) => Some((body, Expected::Nothing)),
                (_, (body, [high, low])) => {
                    Some((body, expected(u16::from_be_bytes([*high, *low]))))
                }
                _ => None,
            }
        }
        [lc, rest @ ..] => match rest.split_at_checked(usize::from(*lc))? {
            (body, []) => Some((body, Expected::Nothing)),
            (body, [le]) => Some((body, expected(u16::from(*le)))),
            _ => None,
        },
    }
}

const fn expected(le: u16) -> Expected {
    if le == 0 { Expected::Most } else { Expected::Exactly(le) }
}

impl Body {
    /// The bytes themselves.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Empty => &[],
            Self::Plain(bytes) => bytes,
            Self::Secret(bytes) => bytes,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty"),
            Self::Plain(bytes) => write!(f, "{bytes:02X?}"),
            Self::Secret(_) => f.write_str("secret"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wire(command: &Command) -> Vec<Vec<u8>> {
        command.segments().iter().map(|segment| segment.to_vec()).collect()
    }

    #[test]
    fn the_four_cases_are_encoded_as_the_standard_says() {
        assert_eq!(wire(&Command::new(0x20, 0, 0x80)), [[0, 0x20, 0, 0x80]]);
        let most = Command::new(0xCA, 1, 2).expecting_most();
        assert_eq!(wire(&most), [[0, 0xCA, 1, 2, 0]]);
        let body = Command::new(0xDB, 1, 2).plain([7, 8]);
        assert_eq!(wire(&body), [[0, 0xDB, 1, 2, 2, 7, 8]]);
        let both = Command::new(0xCB, 1, 2).plain([7]).expecting_most();
        assert_eq!(wire(&both), [[0, 0xCB, 1, 2, 1, 7, 0]]);
    }

    #[test]
    fn a_long_body_is_chained_and_only_the_last_part_asks_for_data() {
        let segments = wire(&Command::new(0x87, 7, 0x9A).plain(vec![5; 266]).expecting_most());
        assert_eq!(segments.len(), 2);
        assert_eq!(segments[0][..5], [0x10, 0x87, 7, 0x9A, 255]);
        assert_eq!(segments[0].len(), 5 + 255);
        assert_eq!(segments[1][..5], [0, 0x87, 7, 0x9A, 11]);
        assert_eq!(segments[1].len(), 5 + 11 + 1);
    }

    #[test]
    fn a_body_of_exactly_one_segment_is_not_chained() {
        assert_eq!(wire(&Command::new(1, 2, 3).plain(vec![5; 255])).len(), 1);
    }

    #[test]
    fn extended_lengths_are_understood() {
        let mut extended = vec![0, 0xDB, 0x3F, 0xFF, 0, 1, 0];
        extended.extend([9; 256]);
        let command = Command::parse(&extended).unwrap();
        assert_eq!((command.body.bytes().len(), command.expected), (256, Expected::Nothing));
        extended.extend([1, 0]);
        assert_eq!(Command::parse(&extended).unwrap().expected, Expected::Exactly(256));
    }

    #[test]
    fn lying_lengths_are_refused() {
        for bad in [&[0u8, 1, 2][..], &[0, 1, 2, 3, 5, 9], &[0, 1, 2, 3, 1, 9, 0, 0]] {
            Command::parse(bad).unwrap_err();
        }
    }

    #[test]
    fn a_body_that_a_card_received_is_never_printed() {
        let command = Command::parse(&[0, 0x20, 0, 0x80, 4, 0x31, 0x32, 0x33, 0x34]).unwrap();
        assert!(!format!("{command:?}").contains("31"));
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_back(body in prop::collection::vec(any::<u8>(), 0..600)) {
            let command = Command::new(0xDB, 0x3F, 0xFF).plain(body.clone()).expecting_most();
            let mut joined = Vec::new();
            let segments = command.segments();
            for (i, segment) in segments.iter().enumerate() {
                let parsed = Command::parse(segment).unwrap();
                prop_assert_eq!(parsed.is_chained(), i + 1 < segments.len());
                joined.extend_from_slice(parsed.body.bytes());
            }
            prop_assert_eq!(joined, body);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = Command::parse(&bytes);
        }
    }
}
