//! What went through the card: commands and bytes, counted at the card itself.

use std::collections::BTreeMap;

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
}

impl Counts {
    pub(crate) fn command(&mut self, wire: &[u8]) {
        self.apdus += 1;
        self.bytes_in += wire.len() as u64;
        if let Some(instruction) = wire.get(1) {
            *self.instructions.entry(*instruction).or_default() += 1;
        }
    }

    pub(crate) fn answer(&mut self, wire: &[u8]) {
        self.bytes_out += wire.len() as u64;
    }
}
