//! What is held of a card's thread: orders go in, and may be taken back before they are begun.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
    mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
};

use lanyard_dbus::Error;

use crate::engine::{Client, Order, OrderId, Reply};

/// One attempt, one reading and one release may wait for a card: none takes another's place.
const ORDERS: usize = 3;

/// Keeps the thread's card connected; the thread ends when this is dropped, and begins no order any more.
#[derive(Debug)]
pub(crate) struct CardThread {
    orders: SyncSender<CardOrder>,
    recalled: Recalled,
    /// Shared with the release that waits, if one does.
    release: Arc<()>,
}

/// The number of the last order that was taken back: it and those before it are not begun any more.
#[derive(Clone, Debug, Default)]
pub(super) struct Recalled(Arc<AtomicU64>);

impl Recalled {
    fn recall(&self, number: u64) {
        self.0.fetch_max(number, Ordering::SeqCst);
    }

    pub(super) fn is(&self, order: OrderId) -> bool {
        order.number() <= self.0.load(Ordering::SeqCst)
    }
}

/// What the thread of an identified card can be told.
#[derive(Debug)]
pub(super) enum CardOrder {
    /// Have the card check or change a passcode.
    Attempt(Order),
    /// Tell again who it is, and its tries.
    ReadAgain,
    /// Give the card its tries at this workstation back; no other may wait while this lives.
    Release(Client, Reply, Arc<()>),
}

impl CardOrder {
    /// The card cannot be asked any more. Of an attempt the engine's deadline tells.
    pub(super) fn refuse(self) {
        match self {
            Self::Attempt(_) | Self::ReadAgain => {}
            Self::Release(_, reply, _) => {
                reply.send(Err(Error::NotIdentified("the card cannot be read".to_owned())));
            }
        }
    }
}

impl CardThread {
    /// A handle, and the thread's ends of it.
    pub(super) fn new() -> (Self, Receiver<CardOrder>, Recalled) {
        let (orders, incoming) = sync_channel(ORDERS);
        let recalled = Recalled::default();
        let thread = Self { orders, recalled: recalled.clone(), release: Arc::default() };
        (thread, incoming, recalled)
    }

    /// Has the card check or change a passcode. A thread that is still busy with an earlier order has not
    /// answered in time, and the engine has given that up.
    pub(crate) fn attempt(&self, order: Order) {
        self.order(CardOrder::Attempt(order));
    }

    /// Has the card tell again who it is.
    pub(crate) fn read_again(&self) {
        self.order(CardOrder::ReadAgain);
    }

    fn order(&self, order: CardOrder) {
        if self.orders.try_send(order).is_err() {
            tracing::warn!("a card is still at work; its deadline will tell");
        }
    }

    /// Takes an order back: what has not begun does not begin.
    pub(crate) fn recall(&self, order: OrderId) {
        self.recalled.recall(order.number());
    }

    /// Gives the card its tries at this workstation back, and answers.
    pub(crate) fn release(&self, client: Client, reply: Reply) {
        let busy = || Err(Error::CardBusy("the card is at work".to_owned()));
        if Arc::strong_count(&self.release) > 1 {
            return reply.send(busy());
        }
        let order = CardOrder::Release(client, reply, self.release.clone());
        if let Err(
            TrySendError::Full(CardOrder::Release(_, reply, _))
            | TrySendError::Disconnected(CardOrder::Release(_, reply, _)),
        ) = self.orders.try_send(order)
        {
            reply.send(busy());
        }
    }
}

impl Drop for CardThread {
    fn drop(&mut self) {
        self.recalled.recall(u64::MAX);
    }
}
