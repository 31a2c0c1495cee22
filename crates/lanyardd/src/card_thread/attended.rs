//! A card that has told who it is, and the connection that keeps it powered.

use lanyard_audit::Event;
use lanyard_card::{Continuity, Identity, Unidentified, identify, piv::Tries};
use lanyard_dbus::Error;
use lanyard_iso7816::ChannelError;
use lanyard_reader::{Afterwards, CardConnection, ReaderName};

use super::{CardThreads, Recalled};
use crate::{
    clock,
    engine::{CardId, CardReport, Client, TriesLeft, record::record},
};

/// How often a card is asked anew after another program reset it in the middle.
const ATTEMPTS: usize = 5;

/// What a card's thread has in its hands.
pub(super) struct Attended<'a> {
    pub(super) threads: &'a CardThreads,
    pub(super) card: CardId,
    pub(super) reader: ReaderName,
    pub(super) recalled: Recalled,
    pub(super) connection: Box<dyn CardConnection>,
    pub(super) identity: Identity,
    pub(super) continuity: Continuity,
}

impl Attended<'_> {
    /// What the engine is told of the card. The ledger hears what it says of its tries, unless it is silent.
    pub(super) fn identified(&self) -> CardReport {
        let Identity { serial, tries, .. } = &self.identity;
        let standing = self.threads.records.saw(serial, (*tries).into());
        let tries_here = standing.map(|standing| standing.tries_left);
        CardReport::Identified { identity: self.identity.clone(), tries_here }
    }

    /// Reads the card again, over the same connection.
    pub(super) fn read_again(
        &mut self,
        asking: &mut dyn FnMut(),
    ) -> Result<CardReport, Unidentified> {
        self.identity = read(self.threads, self.connection.as_mut(), asking)?;
        self.continuity = Continuity::Unbroken;
        Ok(self.identified())
    }

    /// Takes note that another program reset the card, which may be another one since.
    pub(super) fn reconnect(&mut self) -> Result<(), ChannelError> {
        self.continuity = Continuity::Broken;
        self.connection.reconnect()
    }

    /// Gives the card its tries at this workstation back, which is recorded before.
    pub(super) fn release(&self, client: &Client) -> Result<CardReport, Error> {
        let refused = |why: &str| Error::NotRecorded(why.to_owned());
        let (records, now) = (&self.threads.records, clock::now().wall);
        let released =
            record(Event::CardReleased, Some(&self.identity), Some(&self.reader), Some(client));
        records.record(now, &released).map_err(|_| refused("the audit log cannot be written"))?;
        let serial = &self.identity.serial;
        let standing = records.ledger(|ledger| ledger.release(serial)).map_err(|error| {
            tracing::error!(%error, "a card was not released");
            refused("the ledger of tries cannot be written")
        })?;
        let here = Some(standing.tries_left);
        Ok(CardReport::Released(TriesLeft { card: self.identity.tries, here }))
    }
}

/// Identifies the card, again from the start when another program reset it in the middle, and once more
/// after a reset when it would not be logged out.
pub(super) fn read(
    threads: &CardThreads,
    connection: &mut dyn CardConnection,
    asking: &mut dyn FnMut(),
) -> Result<Identity, Unidentified> {
    let now = clock::now().wall;
    let mut was_reset_by_us = false;
    for _ in 0..ATTEMPTS {
        let outcome = connection.transaction().map_err(Unidentified::Lost).and_then(|mut card| {
            asking();
            let known = |serial: &_| threads.acquaintances.certificate(serial, now);
            let identity = identify(card.as_mut(), threads.slot, &known);
            let stays_verified = matches!(&identity, Ok(told) if told.tries == Tries::Verified);
            let leave = if stays_verified { Afterwards::ResetCard } else { Afterwards::LeaveCard };
            card.end(leave)?;
            identity
        });
        match outcome {
            Err(Unidentified::Lost(ChannelError::CardReset)) => connection.reconnect()?,
            Ok(identity) if identity.tries == Tries::Verified && !was_reset_by_us => {
                was_reset_by_us = true;
            }
            outcome => return outcome,
        }
    }
    Err(Unidentified::Lost(ChannelError::CardReset))
}
