//! Connections to cards over PC/SC: shared, never exclusive, in transactions.
//!
//! Each connection has a context of its own and is used on the thread that made it. What is sent and
//! received is never logged here. No call has a deadline: libpcsclite offers none, and a blocked
//! `SCardTransmit` cannot be cancelled.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lanyard_iso7816::{CardChannel, ChannelError};
use pcsc::{Card, Context, Disposition, Error, Protocols, ShareMode, Transaction};
use zeroize::Zeroize;

use crate::describe::describe;
use crate::fault::Fault;
use crate::gate::LIBRARY;
use crate::protocol::Protocol;
use crate::service::new_context;
use crate::waiting::Waiting;
use crate::{
    Afterwards, CardConnection, CardTransaction, ControlCode, ReaderDetails, ReaderError,
    ReaderName, Readers,
};

/// The longest answer to an extended command, in bytes (ISO/IEC 7816-4 §5.1): data and status word.
const EXTENDED_ANSWER: usize = 65_536 + 2;

/// Room for the answer to a short command, in bytes. The standard allows 258; a card that breaks it is
/// given room enough that whoever reads the answer can name the fault.
const SHORT_ANSWER: usize = 4096;

const T0_OR_T1: Protocols = Protocols::ANY;

/// The readers that PC/SC knows; see [`PcscEvents::readers`](crate::PcscEvents::readers).
///
/// `connect` and `describe` wait in pcscd while another program holds a transaction on the card.
#[derive(Clone, Debug)]
pub struct PcscReaders(Waiting);

impl PcscReaders {
    /// Whose refusals are told to this waiting thread.
    pub(crate) const fn beside(waiting: Waiting) -> Self {
        Self(waiting)
    }

    /// pcscd tells of a card that is kept to oneself only whom it has told so before.
    fn connect(&self, reader: &ReaderName, mode: ShareMode) -> Result<Connection, Fault> {
        connect(reader, mode).inspect_err(|fault| {
            if *fault == Fault::Kept {
                self.0.tell_of_refusal(reader);
            }
        })
    }
}

impl Readers for PcscReaders {
    fn describe(&self, reader: &ReaderName) -> Result<ReaderDetails, ReaderError> {
        Ok(describe(&mut self.connect(reader, ShareMode::Direct)?)?)
    }

    fn connect(&self, reader: &ReaderName) -> Result<Box<dyn CardConnection>, ReaderError> {
        let mut connection = self.connect(reader, ShareMode::Shared)?;
        let protocol = connection.call(active_protocol)?;
        Ok(Box::new(ConnectedCard { connection, protocol }))
    }
}

/// A card that is shared, and the protocol it speaks.
struct ConnectedCard {
    connection: Connection,
    protocol: Protocol,
}

/// A card, or a reader without regard to its card, that is left as it is when this is dropped.
pub(crate) struct Connection {
    card: Option<Card>,
}

/// Connects by a context of its own.
///
/// When polkit refuses the card (`access_card`), pcscd hangs up after it has read the request, which looks
/// as if it had died. A pcscd that does so twice, and takes new contexts in between, refuses.
fn connect(reader: &ReaderName, mode: ShareMode) -> Result<Connection, Fault> {
    let protocols = match mode {
        ShareMode::Direct => Protocols::UNDEFINED,
        ShareMode::Shared | ShareMode::Exclusive => T0_OR_T1,
    };
    let once = |context: Context| match context.connect(reader.as_c_str(), mode, protocols) {
        Ok(card) => Ok(Connection { card: Some(card) }),
        Err(error) => Err(Fault::of(error)),
    };
    LIBRARY.connect(|| match once(new_context()?) {
        Err(Fault::ServiceGone) => match once(new_context()?) {
            Err(Fault::ServiceGone) if new_context().is_ok() => Err(Fault::Denied),
            second => second,
        },
        first => first,
    })
}

impl Connection {
    pub(crate) fn call<'a, T>(
        &'a mut self,
        call: impl FnOnce(&'a mut Card) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let card = self.card.as_mut().ok_or(Fault::ServiceGone)?;
        LIBRARY.call(|| call(card))
    }
}

/// The crate `pcsc` resets a card whose handle is dropped; here it is left, on purpose.
impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(card) = self.card.take() {
            LIBRARY.leave(|| leave(card));
        }
    }
}

fn leave(card: Card) {
    if let Err((card, error)) = card.disconnect(Disposition::LeaveCard) {
        // The handle is no longer pcscd's: the second attempt, with a reset, fails as the first did.
        tracing::debug!(%error, "a card could not be disconnected from");
        drop(card);
    }
}

/// The protocol that pcscd has chosen for a card, T=1 where the card offers both.
///
/// The crate `pcsc` knows it and does not tell, and `SCardStatus` reads libpcsclite's table of readers,
/// which the waiting thread owns. So pcscd is asked for T=1 alone: it refuses when T=0 was chosen, and
/// changes nothing. To be asked before anything is said to the card: pcscd forgets what it had to tell this
/// handle of a removal or a reset.
fn active_protocol(card: &mut Card) -> Result<Protocol, Fault> {
    match card.reconnect(ShareMode::Shared, Protocol::T1.alone(), Disposition::LeaveCard) {
        Ok(()) => Ok(Protocol::T1),
        Err(Error::ProtoMismatch) => Ok(Protocol::T0),
        Err(error) => Err(Fault::of(error)),
    }
}

impl CardConnection for ConnectedCard {
    /// libpcsclite asks pcscd again every 0.1 to 0.2 s while another program holds the card, without end.
    fn transaction(&mut self) -> Result<Box<dyn CardTransaction + '_>, ChannelError> {
        let transaction = self.connection.call(|card| card.transaction().map_err(Fault::of))?;
        Ok(Box::new(CardToOneself { transaction: Some(transaction), protocol: self.protocol }))
    }

    /// pcscd would also go on with another card that is in the reader by now: a removal that it remembers
    /// for this handle is asked for first. Whoever reset the card may have chosen another protocol.
    fn reconnect(&mut self) -> Result<(), ChannelError> {
        let protocol = &mut self.protocol;
        Ok(self.connection.call(|card| match card.transaction().map(drop).map_err(Fault::of) {
            Err(Fault::CardReset) => {
                let leave = Disposition::LeaveCard;
                card.reconnect(ShareMode::Shared, T0_OR_T1, leave).map_err(Fault::of)?;
                *protocol = active_protocol(card)?;
                Ok(())
            }
            other => other,
        })?)
    }
}

/// A transaction; the crate `pcsc` ends one that is dropped and leaves the card as it is.
struct CardToOneself<'a> {
    /// Until it ends.
    transaction: Option<Transaction<'a>>,
    protocol: Protocol,
}

impl<'a> CardToOneself<'a> {
    fn call<T>(
        &mut self,
        call: impl FnOnce(&mut Transaction<'a>) -> Result<T, Fault>,
    ) -> Result<T, ChannelError> {
        let transaction = self.transaction.as_mut().ok_or(Fault::ServiceGone)?;
        Ok(LIBRARY.call(|| call(transaction))?)
    }
}

impl Drop for CardToOneself<'_> {
    fn drop(&mut self) {
        if let Some(transaction) = self.transaction.take() {
            LIBRARY.call(|| drop(transaction));
        }
    }
}

impl CardChannel for CardToOneself<'_> {
    /// An answer of no bytes is passed on: pcscd 1.9.9 gives one for a card pulled in the middle.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let mut buffer = vec![0; room_for_answer(command)];
        let command = self.protocol.carried(command);
        let answer = self.call(|card| transmit(card, &command, &mut buffer));
        buffer.zeroize();
        answer
    }
}

/// Sends, and survives that the crate `pcsc` panics on a connection without a protocol: pcscd 1.9.9 looks
/// at the protocol only after it has made a connection, and names none when the card was pulled between.
fn transmit(card: &Card, command: &[u8], buffer: &mut [u8]) -> Result<Vec<u8>, Fault> {
    let send = || card.transmit(command, buffer).map(<[u8]>::to_vec);
    match catch_unwind(AssertUnwindSafe(send)) {
        Ok(answer) => answer.map_err(Fault::of),
        Err(_) => Err(Fault::CardRemoved),
    }
}

impl CardTransaction for CardToOneself<'_> {
    /// Some drivers use the room for the answer for more than the answer.
    fn control(&mut self, feature: ControlCode, data: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let mut buffer = vec![0; SHORT_ANSWER];
        self.call(|card| {
            let answer = card.control(feature.0.into(), data, &mut buffer);
            answer.map(<[u8]>::to_vec).map_err(Fault::of)
        })
    }

    /// The reset is made by a reconnection inside the transaction: nobody comes between, and this
    /// connection is not told of its own reset at the next beginning. The protocol stays the same.
    fn end(mut self: Box<Self>, afterwards: Afterwards) -> Result<(), ChannelError> {
        let protocol = self.protocol.alone();
        let reset = match afterwards {
            Afterwards::LeaveCard => Ok(()),
            Afterwards::ResetCard => self.call(|card| {
                let reset = Disposition::ResetCard;
                card.reconnect(ShareMode::Shared, protocol, reset).map_err(Fault::of)
            }),
        };
        let end = self.transaction.take().map_or(Ok(()), |transaction| {
            let end = || transaction.end(Disposition::LeaveCard).map_err(|(_, error)| error);
            LIBRARY.call(end).map_err(Fault::of)
        });
        reset.and(end.map_err(ChannelError::from))
    }
}

/// How long an answer can be, by whether the command is an extended one: a zero where a short command has
/// the length of its body, and more after it (ISO/IEC 7816-4 §5.1).
fn room_for_answer(command: &[u8]) -> usize {
    match command {
        [_, _, _, _, 0, _, ..] => EXTENDED_ANSWER,
        _ => SHORT_ANSWER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_extended_command_needs_room_for_an_extended_answer() {
        let short: [&[u8]; 4] = [&[0; 4], &[0; 5], &[0, 0x20, 0, 0x80, 1, 0x31], &[]];
        for command in short {
            assert_eq!(room_for_answer(command), SHORT_ANSWER, "{command:02X?}");
        }
        let extended = [0, 0xCB, 0x3F, 0xFF, 0, 0, 0];
        assert_eq!(room_for_answer(&extended), EXTENDED_ANSWER);
    }
}
