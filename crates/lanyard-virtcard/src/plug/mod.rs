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
use std::time::{Duration, Instant};

use crate::card::Card;
pub(crate) use pull::Line;
use pull::Pull;
pub(crate) use serve::{Conversation, Heard};
pub use socket::Socket;

/// The longest pause between two knocks.
pub const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// How long a reader may take to notice that the card is gone.
const LEAVING: Duration = Duration::from_secs(2);

/// How long the next card waits after one of which nothing is known.
const UNSURE: Duration = Duration::from_secs(1);

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
    thread: JoinHandle<Option<Instant>>,
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
            let free = after.and_then(Departure::finish);
            let wait = free.map_or(Duration::ZERO, |free| free.saturating_duration_since(now()));
            let in_vain = pulled.within(wait);
            let own = if in_vain { None } else { serve::keep_in(&socket, &held, &pulled, &tell) };
            pulled.leave();
            own.or(free)
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
/// pcscd learns that a card is gone from its poll alone. But it has the driver of vpcd look for the card also
/// before it switches the power, and tells nobody what that found; a driver that finds its connection closed
/// then, or while it sends a command, takes the next one without a word, and pcscd never hears of the swap.
/// Which of these it was cannot be told from here. Nor does it hear when QEMU's reader gets another card
/// before it was asked for its state. So the next card is inserted only when there was none for as long as
/// its reader needs to be seen empty.
pub struct Departure {
    /// Ends with the time from which the reader is free, if it had a card.
    thread: JoinHandle<Option<Instant>>,
    pull: Arc<Pull>,
}

impl fmt::Debug for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Departure").finish_non_exhaustive()
    }
}

impl Departure {
    /// Waits until the reader has no card; gives back from when on it is free, if it had one.
    fn finish(self) -> Option<Instant> {
        self.pull.hang_up_after(LEAVING);
        self.thread.join().unwrap_or_else(|_| Some(now() + UNSURE))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the outermost layer: how long a reader was empty"
)]
fn now() -> Instant {
    Instant::now()
}

/// The card, also after a thread that held it panicked: its memory is changed as a whole or not at all.
pub fn lock(card: &Mutex<Card>) -> MutexGuard<'_, Card> {
    card.lock().unwrap_or_else(PoisonError::into_inner)
}
