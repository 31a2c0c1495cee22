//! A card in a reader with keys of its own, as the crate for cards wants it.

use lanyard_card::{Rules, piv::KeyedChannel};
use lanyard_iso7816::{CardChannel, ChannelError, ExchangeError, Status};
use lanyard_reader::{CardTransaction, PadEntry, PinPad};

/// CHANGE REFERENCE DATA (ISO/IEC 7816-4 §11.5.7).
const CHANGE: u8 = 0x24;

/// A transaction and the keys of the reader it is in.
pub(super) struct Keyed<'a> {
    pub(super) card: &'a mut dyn CardTransaction,
    pub(super) keys: PinPad,
    /// What may be entered. Keys have no letters.
    pub(super) rules: Rules,
}

impl CardChannel for Keyed<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.card.transmit(command)
    }
}

impl KeyedChannel for Keyed<'_> {
    fn enter(&mut self, header: [u8; 4]) -> Result<Status, ExchangeError> {
        let (shortest, longest) = self.rules.lengths();
        let entry = PadEntry::new(header, shortest, longest);
        let [_, instruction, ..] = header;
        let answer = match entry {
            Some(entry) if instruction == CHANGE => self.keys.change_passcode(self.card, entry)?,
            Some(entry) => Some(self.keys.verify_passcode(self.card, entry)?),
            None => None,
        };
        Ok(answer.map_or(Status::PIN_PAD_MISUNDERSTOOD, |answer| answer.status))
    }
}
