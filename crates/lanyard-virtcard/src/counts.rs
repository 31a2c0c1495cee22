//! What went through the card: commands, bytes and time, counted at the card itself.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// How many headers are kept: more than any program needs to log in and sign.
const MOST_HEADERS: usize = 256;

/// Totals since the card was opened or the counts were reset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Command APDUs received.
    pub apdus: u64,
    /// Bytes of command APDUs received.
    pub bytes_in: u64,
    /// Bytes of response APDUs sent.
    pub bytes_out: u64,
    /// Command APDUs by instruction byte.
    pub instructions: BTreeMap<u8, u64>,
    /// The headers of the first 256 commands, in order; never what was in them.
    pub headers: Vec<[u8; 4]>,
    /// How long the card has worked on them, where somebody with a clock has said so.
    pub worked: Duration,
    /// When the last answer was ready, where somebody with a clock has said so.
    pub answered: Option<SystemTime>,
}

impl Counts {
    pub(crate) fn command(&mut self, wire: &[u8]) {
        self.apdus += 1;
        self.bytes_in += wire.len() as u64;
        if let Some(instruction) = wire.get(1) {
            *self.instructions.entry(*instruction).or_default() += 1;
        }
        if let Some(header) = wire.first_chunk()
            && self.headers.len() < MOST_HEADERS
        {
            self.headers.push(*header);
        }
    }

    pub(crate) fn answer(&mut self, wire: &[u8]) {
        self.bytes_out += wire.len() as u64;
    }
}
