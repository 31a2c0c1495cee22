//! A connection to a card in a slot, and a transaction on it.

use std::sync::Arc;

use lanyard_iso7816::{CardChannel, ChannelError, Response};
use lanyard_reader::{Afterwards, CardConnection, CardTransaction, ControlCode, ReaderError};
use lanyard_virtcard::Reply;

use crate::{
    lock,
    pad::Entered,
    slot::{Insertion, Slot},
};

/// `SCARD_E_UNSUPPORTED_FEATURE`, as pcscd says it.
const UNSUPPORTED: u32 = 0x8010_001F;

/// Kept by whoever talks to a card.
pub(crate) struct Connection {
    slot: Arc<Slot>,
    card: Arc<Insertion>,
    resets_seen: u64,
}

struct Transaction<'a>(&'a mut Connection);

impl Connection {
    pub(crate) fn to(slot: Arc<Slot>) -> Result<Self, ReaderError> {
        let card = slot.card().ok_or(ChannelError::CardRemoved)?;
        let state = slot.state();
        let (kept, resets_seen) = (state.is_kept(&card), state.resets);
        drop(state);
        if kept {
            return Err(ChannelError::Busy.into());
        }
        Ok(Self { slot, card, resets_seen })
    }

    /// Whether the card is still there and was not reset behind our back.
    fn check(&self) -> Result<(), ChannelError> {
        let state = self.slot.state();
        match (state.has(&self.card), state.resets == self.resets_seen) {
            (true, true) => Ok(()),
            (true, false) => Err(ChannelError::CardReset),
            (false, _) => Err(ChannelError::CardRemoved),
        }
    }
}

impl CardConnection for Connection {
    fn transaction(&mut self) -> Result<Box<dyn CardTransaction + '_>, ChannelError> {
        if !self.slot.begin(&self.card) {
            return Err(ChannelError::CardRemoved);
        }
        self.check().inspect_err(|_| self.slot.end(&self.card))?;
        Ok(Box::new(Transaction(self)))
    }

    fn reconnect(&mut self) -> Result<(), ChannelError> {
        self.resets_seen = self.slot.state().resets;
        self.check()
    }
}

impl CardChannel for Transaction<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.0.check()?;
        let reply = lock(&self.0.card.0).reply(command);
        let answer = match reply {
            Reply::Answer(answer) | Reply::Late(_, answer) => answer,
            Reply::Reset => {
                self.0.slot.reset();
                return Err(ChannelError::CardReset);
            }
            Reply::Silence | Reply::Pulled => {
                self.0.slot.outlast(&self.0.card);
                return Err(ChannelError::CardRemoved);
            }
        };
        self.0.check().map(|()| answer)
    }
}

impl CardTransaction for Transaction<'_> {
    fn control(&mut self, feature: ControlCode, data: &[u8]) -> Result<Vec<u8>, ChannelError> {
        self.0.check()?;
        let entered = self.0.slot.pad.as_ref().map(|pad| pad.enter(feature, data));
        match entered {
            Some(Entered::Command(command)) => self.transmit(&command),
            Some(Entered::Answer(status)) => Ok(Response::status(status).to_wire()),
            Some(Entered::Unknown) | None => Err(ChannelError::Transport { code: UNSUPPORTED }),
        }
    }

    fn end(self: Box<Self>, afterwards: Afterwards) -> Result<(), ChannelError> {
        if afterwards == Afterwards::ResetCard {
            self.0.slot.reset();
            self.0.resets_seen = self.0.slot.state().resets;
        }
        self.0.check()
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        self.0.slot.end(&self.0.card);
    }
}
