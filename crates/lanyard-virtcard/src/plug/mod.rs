//! A card in a virtual reader, whichever reader that is: it is kept in until it is pulled, and what
//! happens to it is told.
//!
//! A card in the reader is a connection. When the reader goes away the plug knocks again until it is
//! back, since nothing tells of a socket that opens: after 20 ms, then twice as long each time, at most
//! [`LONGEST_PAUSE`]. What is said on the connection is `vpcd`'s and `vscard`'s.

mod pull;
mod serve;
mod socket;

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::card::Card;
pub(crate) use pull::Line;
use pull::Pull;
pub(crate) use serve::{Conversation, Heard};
pub use socket::Socket;

/// The longest pause between two knocks.
pub const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// How long a reader may take to notice that the card is gone.
const LEAVING: Duration = Duration::from_secs(2);

/// How long the next card waits after a reader that did not take note in time.
const UNSURE: Duration = Duration::from_millis(500);

/// A card that several threads look at: the one that answers, and those who ask how it is.
pub type SharedCard = Arc<Mutex<Card>>;

/// What happens to a card in its reader, told by a function that must not wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlugEvent {
    /// The card is in.
    Connected,
    /// There is no reader there; the plug goes on knocking. Told once.
    Unreachable,
    /// The reader went away; the plug goes on knocking.
    Lost,
    /// The card's own fault pulled it out. The plug has ended.
    Pulled,
}

/// A card that is in the reader, or waits for the reader to come back. Dropping it without
/// [`remove`](Plug::remove) leaves it in until the process ends.
pub struct Plug {
    card: SharedCard,
    pull: Arc<Pull>,
    thread: JoinHandle<Noticed>,
}

impl Plug {
    /// Puts the card into the reader behind `socket`, after the one before has left it. `tell` hears
    /// what happens, on the plug's thread.
    ///
    /// # Errors
    /// The system's, when there can be no more threads.
    pub fn insert(
        socket: impl Into<Socket>,
        card: SharedCard,
        after: Option<Departure>,
        tell: impl Fn(PlugEvent) + Send + 'static,
    ) -> io::Result<Self> {
        let socket = socket.into();
        let pull = Arc::new(Pull::default());
        let (held, pulled) = (Arc::clone(&card), Arc::clone(&pull));
        let thread = thread::Builder::new().name("plug".to_owned()).spawn(move || {
            let free = after.is_none_or(|departure| departure.finish(&pulled));
            let noticed =
                if free { serve::keep_in(&socket, &held, &pulled, &tell) } else { Noticed::Known };
            pulled.leave();
            noticed
        })?;
        Ok(Self { card, pull, thread })
    }

    /// The card that is in.
    pub const fn card(&self) -> &SharedCard {
        &self.card
    }

    /// Pulls the card out, in the middle of a command if need be. The reader has been told when this
    /// returns; when it has noticed is the departure's to know.
    pub fn remove(self) -> Departure {
        self.pull.now();
        Departure { thread: self.thread, pull: self.pull }
    }
}

impl fmt::Debug for Plug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plug").field("pulled", &self.pull.is_done()).finish_non_exhaustive()
    }
}

/// A card on its way out of the reader.
///
/// A driver of vpcd that finds its connection closed while it switches the power or sends a command takes
/// the next one without a word, and pcscd never hears of the swap; nor does it when QEMU's reader gets
/// another card before it was asked for its state. So the next card is inserted only when the reader has
/// found itself empty.
pub struct Departure {
    thread: JoinHandle<Noticed>,
    pull: Arc<Pull>,
}

impl fmt::Debug for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Departure").finish_non_exhaustive()
    }
}

/// Whether the reader has found out that a card is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noticed {
    /// It has, and so has pcscd.
    Known,
    /// In the middle of something else; whoever has the reader hears of it within this time.
    Within(Duration),
}

impl Departure {
    /// Waits until the reader is free; `false` when the next card is pulled meanwhile.
    fn finish(self, next: &Pull) -> bool {
        let hung_up = self.pull.hang_up_after(LEAVING);
        match self.thread.join() {
            Ok(Noticed::Known) if !hung_up => !next.is_done(),
            Ok(Noticed::Within(time)) => !next.within(time),
            Ok(Noticed::Known) | Err(_) => !next.within(UNSURE),
        }
    }
}

/// The card, also after a thread that held it panicked: its memory is changed as a whole or not at all.
pub fn lock(card: &Mutex<Card>) -> MutexGuard<'_, Card> {
    card.lock().unwrap_or_else(PoisonError::into_inner)
}
