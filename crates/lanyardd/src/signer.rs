//! The thread that signs tickets, so that nobody else waits for it. What may be given is decided by the engine,
//! before and after.

use std::{
    io,
    sync::mpsc::{SyncSender, TrySendError, sync_channel},
    thread,
};

use ring::rand::SystemRandom;
use tokio::sync::mpsc;

use crate::{
    clock,
    engine::{Event, TicketOrder},
};

/// Tickets that may wait to be signed. Who asks for more is told to ask again.
const QUEUE: usize = 64;

/// Signs in order. The thread ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Signer(SyncSender<TicketOrder>);

impl Signer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(engine: mpsc::WeakSender<Event>) -> io::Result<Self> {
        let (queue, incoming) = sync_channel::<TicketOrder>(QUEUE);
        thread::Builder::new().name("tickets".to_owned()).spawn(move || {
            let random = SystemRandom::new();
            for order in incoming {
                let signed = order.sign(&random, clock::timestamp());
                if let Some(engine) = engine.upgrade() {
                    // The engine may be gone by now; then no ticket is given.
                    let _ = engine.blocking_send(Event::TicketSigned(signed));
                }
            }
        })?;
        Ok(Self(queue))
    }

    /// Has a ticket signed.
    pub(crate) fn sign(&self, order: TicketOrder) {
        match self.0.try_send(order) {
            Ok(()) => {}
            Err(TrySendError::Full(order) | TrySendError::Disconnected(order)) => order.refuse(),
        }
    }
}
