//! A scripted PIN pad: a test says beforehand what the holder does at the keys, and sees afterwards what
//! was sent to the reader.
//!
//! Reads the structures of PC/SC part 10 v2.02.09 §2.5.2 and §2.5.3 by itself, byte for byte, and is content
//! with what it can carry out alone: ASCII, left in blocks of eight.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use lanyard_iso7816::Status;
use lanyard_reader::{ControlCode, Display, EntryEnds, PadProperties, PinPad};

use crate::lock;

const VERIFY: ControlCode = ControlCode(0x4233_0006);
const MODIFY: ControlCode = ControlCode(0x4233_0007);

/// Positions in bytes, offset 0, left justified, ASCII; blocks of eight; no length inserted.
const FORMAT: [u8; 3] = [0x82, 8, 0];
/// The holder ends an entry with a key.
const BY_KEY: u8 = 2;
/// The current passcode, and the new one twice.
const CURRENT_AND_NEW_TWICE: u8 = 3;

/// What the holder does when the reader asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtTheKeys {
    /// Types this passcode.
    Types(String),
    /// Types the current passcode, and twice the new one.
    Changes {
        /// The current passcode.
        current: String,
        /// The new one.
        new: String,
    },
    /// Types two new passcodes that differ.
    TypesTwoThatDiffer,
    /// Presses the key that cancels.
    Cancels,
    /// Does nothing.
    Waits,
}

/// The keys of a reader. Clones are the same keys.
#[derive(Clone, Debug, Default)]
pub struct VirtualPad(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    script: VecDeque<AtTheKeys>,
    sent: Vec<(ControlCode, Vec<u8>)>,
}

/// What comes of an entry.
pub(crate) enum Entered {
    /// This command goes to the card.
    Command(Vec<u8>),
    /// The reader answers itself.
    Answer(Status),
    /// The reader does not know this feature.
    Unknown,
}

impl VirtualPad {
    /// Keys at which nobody does anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what the holder does at the next entry that nothing was said of; without a word, nothing.
    pub fn then(&self, act: AtTheKeys) {
        lock(&self.0).script.push_back(act);
    }

    /// What was sent to the keys so far.
    pub fn sent(&self) -> Vec<(ControlCode, Vec<u8>)> {
        lock(&self.0).sent.clone()
    }

    pub(crate) const fn features() -> PinPad {
        let ends = EntryEnds { at_longest: true, by_key: true, by_time: true };
        let display = Some(Display { lines: 2, columns: 16 });
        let properties = Some(PadProperties { display, ends, counts_time_after_first_key: false });
        PinPad { verify: VERIFY, modify: Some(MODIFY), properties }
    }

    pub(crate) fn enter(&self, feature: ControlCode, block: &[u8]) -> Entered {
        let act = {
            let mut state = lock(&self.0);
            state.sent.push((feature, block.to_vec()));
            state.script.pop_front().unwrap_or(AtTheKeys::Waits)
        };
        let request = match feature {
            VERIFY => Request::verify(block),
            MODIFY => Request::modify(block),
            ControlCode(_) => return Entered::Unknown,
        };
        let Some(request) = request else {
            return Entered::Answer(Status::PIN_PAD_MISUNDERSTOOD);
        };
        match act {
            AtTheKeys::Types(passcode) => request.entered(&[&passcode]),
            AtTheKeys::Changes { current, new } => request.entered(&[&current, &new]),
            AtTheKeys::TypesTwoThatDiffer => Entered::Answer(Status::PIN_PAD_ENTRIES_DIFFER),
            AtTheKeys::Cancels => Entered::Answer(Status::PIN_PAD_CANCELLED),
            AtTheKeys::Waits => Entered::Answer(Status::PIN_PAD_TIMED_OUT),
        }
    }
}

/// What the reader was asked for.
struct Request {
    shortest: u8,
    longest: u8,
    /// Where in the command's body each passcode belongs.
    offsets: Vec<u8>,
    command: Vec<u8>,
}

impl Request {
    fn verify(structure: &[u8]) -> Option<Self> {
        let (fixed, command) = split::<19>(structure)?;
        let [_, _, format, block, length, longest, shortest, end, messages, _, _, index, ..] =
            *fixed;
        let format = [format, block, length];
        let understood = (format, end, messages, index) == (FORMAT, BY_KEY, 1, 0);
        understood.then(|| Self { shortest, longest, offsets: vec![0], command: command.to_vec() })
    }

    fn modify(structure: &[u8]) -> Option<Self> {
        let (fixed, command) = split::<24>(structure)?;
        let [_, _, format, block, length, old, new, rest @ ..] = *fixed;
        let [longest, shortest, confirm, end, messages, _, _, first, second, third, ..] = rest;
        let (format, texts) = ([format, block, length], [first, second, third]);
        let understood = (format, confirm, end) == (FORMAT, CURRENT_AND_NEW_TWICE, BY_KEY)
            && (messages, texts) == (3, [0, 1, 2]);
        let offsets = vec![old, new];
        understood.then(|| Self { shortest, longest, offsets, command: command.to_vec() })
    }

    /// The command with these passcodes in it.
    fn entered(mut self, passcodes: &[&str]) -> Entered {
        let fits = |passcode: &&str| {
            let lengths = usize::from(self.shortest)..=usize::from(self.longest);
            lengths.contains(&passcode.len())
        };
        if !passcodes.iter().all(fits) {
            return Entered::Answer(Status::PIN_PAD_WRONG_LENGTH);
        }
        let header = 5;
        for (passcode, offset) in passcodes.iter().zip(&self.offsets) {
            let start = header + usize::from(*offset);
            let place = self.command.get_mut(start..start + passcode.len());
            match place {
                Some(place) => place.copy_from_slice(passcode.as_bytes()),
                None => return Entered::Answer(Status::PIN_PAD_MISUNDERSTOOD),
            }
        }
        if passcodes.len() == self.offsets.len() {
            Entered::Command(self.command)
        } else {
            Entered::Answer(Status::PIN_PAD_TIMED_OUT)
        }
    }
}

/// The fixed part of a structure, which ends with the length of the command, and the command.
fn split<const FIXED: usize>(structure: &[u8]) -> Option<(&[u8; FIXED], &[u8])> {
    let (fixed, command) = structure.split_first_chunk::<FIXED>()?;
    let length = u32::from_le_bytes(*fixed.last_chunk()?);
    (usize::try_from(length) == Ok(command.len())).then_some((fixed, command))
}
