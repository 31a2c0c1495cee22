//! The thread of one inserted card: it connects, identifies the card in one transaction, stays connected
//! so that the card keeps its power, and carries out what the engine orders.
//!
//! A thread may hang in a card that does not answer; the engine has the deadline, not this.

mod acquaintances;
mod attempt;
mod attended;
mod handle;
mod judged;
mod keys;
mod recording;
mod signing;

use std::{
    io,
    sync::{Arc, mpsc::Receiver},
    thread,
    time::Duration,
};

use lanyard_card::{Continuity, Unidentified, piv::Slot};
use lanyard_dbus::UnusableReason;
use lanyard_iso7816::ChannelError;
use lanyard_reader::{CardConnection, ReaderError, ReaderName, Readers};
use tokio::sync::mpsc;

use crate::{
    engine::{Answer, CardId, CardReport, Event},
    records::Records,
};

pub(crate) use acquaintances::Acquaintances;
use attempt::Carried;
use attended::Attended;
pub(crate) use handle::CardThread;
use handle::{CardOrder, Recalled};

/// What a card thread needs to know.
#[derive(Clone)]
pub(crate) struct CardThreads {
    /// The way to the cards.
    pub(crate) readers: Arc<dyn Readers>,
    /// Where reports go.
    pub(crate) engine: mpsc::Sender<Event>,
    /// The key that signs in.
    pub(crate) slot: Slot,
    /// As long as a session may last.
    pub(crate) longest_session: Duration,
    /// What survives.
    pub(crate) records: Records,
    /// Cards that have proved their key.
    pub(crate) acquaintances: Acquaintances,
}

impl CardThreads {
    /// Starts the thread of a card that was just inserted.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn open(&self, card: CardId, reader: ReaderName) -> io::Result<CardThread> {
        let threads = self.clone();
        let (thread, incoming, recalled) = CardThread::new();
        thread::Builder::new().name(format!("card-{card}")).spawn(move || {
            threads.attend(card, reader, recalled, &incoming);
        })?;
        Ok(thread)
    }

    fn attend(
        &self,
        card: CardId,
        reader: ReaderName,
        recalled: Recalled,
        orders: &Receiver<CardOrder>,
    ) {
        let mut connection = match self.readers.connect(&reader) {
            Ok(connection) => connection,
            Err(ReaderError::Card(ChannelError::Busy)) => {
                return self.report(card, CardReport::Kept);
            }
            Err(error) => return self.report_lost(card, &reader, error),
        };
        let mut asking = || self.report(card, CardReport::Asking);
        match attended::read(self, connection.as_mut(), &mut asking) {
            Ok(identity) => {
                let continuity = Continuity::Unbroken;
                let threads = self;
                let attended =
                    Attended { threads, card, reader, recalled, connection, identity, continuity };
                self.serve(attended, orders);
            }
            Err(unidentified) => self.keep(card, &reader, &unidentified, connection, orders),
        }
    }

    /// Carries out orders until the card is closed.
    fn serve(&self, mut attended: Attended<'_>, orders: &Receiver<CardOrder>) {
        let card = attended.card;
        self.report(card, attended.identified());
        while let Ok(order) = orders.recv() {
            let mut asking = || {};
            let read = match order {
                CardOrder::Attempt(order) => {
                    let Carried { report, tries, read_again } = attended.carry_out(&order);
                    let id = order.id;
                    drop(order);
                    self.report(card, CardReport::Attempted { order: id, report, tries });
                    read_again.then(|| attended.read_again(&mut asking))
                }
                CardOrder::ReadAgain => {
                    let mut asking = || self.report(card, CardReport::Asking);
                    Some(attended.read_again(&mut asking))
                }
                // Told first: who has the answer and asks is shown the tries that came back.
                // An administrator who has given up must ask again.
                CardOrder::Release(_, reply, _) if !reply.is_wanted() => None,
                CardOrder::Release(client, reply, _waits) => {
                    let released = attended.release(&client);
                    reply.send(released.map(|report| {
                        self.report(card, report);
                        Answer::Done
                    }));
                    None
                }
            };
            match read {
                Some(Ok(report)) => self.report(card, report),
                Some(Err(unidentified)) => {
                    let Attended { reader, connection, .. } = attended;
                    return self.keep(card, &reader, &unidentified, connection, orders);
                }
                None => {}
            }
        }
    }

    /// Says why a card cannot be used, and keeps it powered while it may be asked by others. What is still
    /// ordered is refused.
    fn keep(
        &self,
        card: CardId,
        reader: &ReaderName,
        unidentified: &Unidentified,
        connection: Box<dyn CardConnection>,
        orders: &Receiver<CardOrder>,
    ) {
        let powered = if let Unidentified::Lost(error) = unidentified {
            drop(connection);
            self.report_lost(card, reader, ReaderError::Card(*error));
            None
        } else {
            tracing::debug!(reader = %reader, %card, %unidentified, "card cannot be used");
            self.report_unusable(card, unusable(unidentified));
            Some(connection)
        };
        orders.iter().for_each(CardOrder::refuse);
        drop(powered);
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

const fn unusable(unidentified: &Unidentified) -> UnusableReason {
    match unidentified {
        Unidentified::Unsupported => UnusableReason::Unsupported,
        Unidentified::Blank => UnusableReason::Blank,
        Unidentified::Unreadable(_) | Unidentified::Lost(_) => UnusableReason::Unreadable,
    }
}
