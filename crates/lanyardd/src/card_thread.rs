//! The thread of one inserted card: it connects, identifies the card in one transaction, and stays
//! connected so that the card keeps its power.
//!
//! A thread may hang in a card that does not answer; the engine has the deadline, not this.

use std::{
    io,
    sync::{Arc, mpsc as std_mpsc},
    thread,
};

use lanyard_card::{Identity, Unidentified, identify, piv::Slot, piv::Tries};
use lanyard_dbus::UnusableReason;
use lanyard_iso7816::ChannelError;
use lanyard_reader::{Afterwards, CardConnection, ReaderError, ReaderName, Readers};
use tokio::sync::mpsc;

use crate::engine::{AttemptReport, CardId, CardReport, Entry, Event};

/// How often a card is asked anew after another program reset it in the middle.
const ATTEMPTS: usize = 5;

/// Keeps the thread's card connected; the thread ends when this is dropped.
#[derive(Debug)]
pub(crate) struct CardThread {
    commands: std_mpsc::SyncSender<CardCommand>,
}

/// What the thread of an identified card can be told.
#[derive(Debug)]
enum CardCommand {
    /// Check a passcode and prove the key, in one transaction.
    Authenticate { entry: Entry, last_try_ok: bool },
}

impl CardThread {
    /// Has the card check a passcode and prove its key. A thread that is still busy with an earlier attempt
    /// has not answered in time, and the engine has given that up.
    pub(crate) fn authenticate(&self, entry: Entry, last_try_ok: bool) {
        let command = CardCommand::Authenticate { entry, last_try_ok };
        if self.commands.try_send(command).is_err() {
            tracing::warn!("a card is still at work; its deadline will tell");
        }
    }
}

/// What a card thread needs to know.
#[derive(Clone)]
pub(crate) struct CardThreads {
    /// The way to the cards.
    pub(crate) readers: Arc<dyn Readers>,
    /// Where reports go.
    pub(crate) engine: mpsc::Sender<Event>,
    /// The key that signs in.
    pub(crate) slot: Slot,
}

impl CardThreads {
    /// Starts the thread of a card that was just inserted.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn open(&self, card: CardId, reader: ReaderName) -> io::Result<CardThread> {
        let threads = self.clone();
        let (commands, orders) = std_mpsc::sync_channel(1);
        thread::Builder::new().name(format!("card-{card}")).spawn(move || {
            threads.attend(card, &reader, &orders);
        })?;
        Ok(CardThread { commands })
    }

    fn attend(&self, card: CardId, reader: &ReaderName, orders: &std_mpsc::Receiver<CardCommand>) {
        let mut connection = match self.readers.connect(reader) {
            Ok(connection) => connection,
            Err(ReaderError::Card(ChannelError::Busy)) => {
                return self.report(card, CardReport::Kept);
            }
            Err(error) => return self.report_lost(card, reader, error),
        };
        let mut asking = || self.report(card, CardReport::Asking);
        match identify_alone(connection.as_mut(), self.slot, &mut asking) {
            Ok(identity) => self.report(card, CardReport::Identified(identity)),
            Err(Unidentified::Lost(error)) => {
                return self.report_lost(card, reader, ReaderError::Card(error));
            }
            Err(unidentified) => {
                tracing::debug!(reader = %reader, %card, %unidentified, "card cannot be used");
                self.report_unusable(card, unusable(&unidentified));
            }
        }
        while let Ok(order) = orders.recv() {
            match order {
                CardCommand::Authenticate { entry, last_try_ok } => {
                    let report = self.authenticate(connection.as_mut(), entry, last_try_ok);
                    self.report(card, CardReport::Attempted(report));
                }
            }
        }
    }

    fn authenticate(
        &self,
        connection: &mut dyn CardConnection,
        entry: Entry,
        last_try_ok: bool,
    ) -> AttemptReport {
        let _ = (connection, entry, last_try_ok);
        AttemptReport::Concluded {
            conclusion: crate::engine::Conclusion::because(
                lanyard_dbus::Outcome::Failed,
                "not-yet",
            ),
            tries: None,
        }
    }

    fn report_lost(&self, card: CardId, reader: &ReaderName, error: ReaderError) {
        tracing::debug!(reader = %reader, %card, %error, "no conversation with the card");
        match error {
            ReaderError::Denied => self.report_unusable(card, UnusableReason::Denied),
            // The reader monitor sees these too, and says more.
            ReaderError::Departed
            | ReaderError::Card(ChannelError::CardRemoved | ChannelError::ServiceUnavailable) => {}
            ReaderError::Card(ChannelError::Mute) => {
                self.report_unusable(card, UnusableReason::Mute);
            }
            ReaderError::Card(ChannelError::Busy | ChannelError::CardReset) => {
                self.report_unusable(card, UnusableReason::Busy);
            }
            ReaderError::Card(ChannelError::Transport { .. }) => {
                self.report_unusable(card, UnusableReason::Unreadable);
            }
        }
    }

    fn report_unusable(&self, card: CardId, reason: UnusableReason) {
        self.report(card, CardReport::Unusable(reason));
    }

    fn report(&self, card: CardId, report: CardReport) {
        // The engine may be gone by now; then nobody wants to know.
        let _ = self.engine.blocking_send(Event::Card { card, report });
    }
}

/// Identifies the card, again from the start when another program reset it in the middle, and once more
/// after a reset when it would not be logged out.
fn identify_alone(
    connection: &mut dyn CardConnection,
    slot: Slot,
    asking: &mut dyn FnMut(),
) -> Result<Identity, Unidentified> {
    let mut was_reset_by_us = false;
    for _ in 0..ATTEMPTS {
        let outcome = connection.transaction().map_err(Unidentified::Lost).and_then(|mut card| {
            asking();
            let identity = identify(card.as_mut(), slot, &|_| None);
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

const fn unusable(unidentified: &Unidentified) -> UnusableReason {
    match unidentified {
        Unidentified::Unsupported => UnusableReason::Unsupported,
        Unidentified::Blank => UnusableReason::Blank,
        Unidentified::Unreadable(_) | Unidentified::Lost(_) => UnusableReason::Unreadable,
    }
}
