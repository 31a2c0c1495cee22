//! The plug for vpcd, the virtual reader of vsmartcard: a card behind a TCP connection that this side
//! opens.
//!
//! A card in the reader is a connection; pulling it closes the connection. When pcscd goes away the plug
//! knocks again until it is back, since nothing tells of a port that opens: after 20 ms, then twice as
//! long each time, at most [`LONGEST_PAUSE`].

mod frames;
mod pull;

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use crate::card::{Card, Reply};
use frames::{Frames, Message};
use pull::Pull;

/// The longest pause between two knocks.
pub const LONGEST_PAUSE: Duration = Duration::from_millis(250);

const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// How long the reader stays empty between two cards: more than the 400 ms after which pcscd polls vpcd
/// again, also when the machine is busy, and less than two polls.
const EMPTY: Duration = Duration::from_millis(700);

/// How long the driver may take to notice that the card is gone.
const LEAVING: Duration = Duration::from_secs(2);

/// How long a knock may take; a reader on this machine answers at once.
const KNOCK: Duration = Duration::from_secs(1);

/// A card that several threads look at: the one that answers, and those who ask how it is.
pub type SharedCard = Arc<Mutex<Card>>;

/// What happens to a card in its reader, told by a function that must not wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlugEvent {
    /// The reader has taken the connection: the card is in.
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
#[derive(Debug)]
pub struct Plug {
    card: SharedCard,
    pull: Arc<Pull>,
    thread: JoinHandle<Option<Instant>>,
}

impl Plug {
    /// Puts the card into the reader at `address`, after the one before has left it. `tell` hears what
    /// happens, on the plug's thread.
    ///
    /// # Errors
    /// The system's, when there can be no more threads.
    pub fn insert(
        address: SocketAddr,
        card: SharedCard,
        after: Option<Departure>,
        tell: impl Fn(PlugEvent) + Send + 'static,
    ) -> io::Result<Self> {
        let pull = Arc::new(Pull::default());
        let (held, pulled) = (Arc::clone(&card), Arc::clone(&pull));
        let thread = thread::Builder::new().name("vpcd".to_owned()).spawn(move || {
            let before = after.and_then(Departure::finish);
            let in_vain = pulled.within(before.map_or(Duration::ZERO, rest_of_empty));
            let own = if in_vain { None } else { keep_in(address, &held, &pulled, &tell) };
            pulled.leave();
            own.or(before)
        })?;
        Ok(Self { card, pull, thread })
    }

    /// The card that is in.
    pub const fn card(&self) -> &SharedCard {
        &self.card
    }

    /// Pulls the card out, in the middle of a command if need be. The connection is closed for the reader
    /// when this returns; when it has noticed is the departure's to know.
    pub fn remove(self) -> Departure {
        self.pull.now();
        Departure { thread: self.thread, pull: self.pull }
    }
}

/// A card on its way out of the reader.
///
/// pcscd learns that a card is gone from its poll alone. But it has the driver look for the card also before
/// it switches the power, and tells nobody what that found; a driver that finds its connection closed then,
/// or while it sends a command, takes the next one without a word, and pcscd never hears of the swap. Which
/// of these it was cannot be told from here. So the next card is inserted only when there was none for
/// longer than a poll takes.
#[derive(Debug)]
pub struct Departure {
    /// Ends with the time when the driver found its last card gone, if it had one.
    thread: JoinHandle<Option<Instant>>,
    pull: Arc<Pull>,
}

impl Departure {
    /// Waits until the driver has no card; gives back since when, if it had one.
    fn finish(self) -> Option<Instant> {
        self.pull.hang_up_after(LEAVING);
        self.thread.join().unwrap_or_else(|_| Some(now()))
    }
}

/// How much longer the reader has to stay empty.
fn rest_of_empty(since: Instant) -> Duration {
    EMPTY.saturating_sub(since.elapsed())
}

/// The card, also after a thread that held it panicked: its memory is changed as a whole or not at all.
pub fn lock(card: &Mutex<Card>) -> MutexGuard<'_, Card> {
    card.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a conversation came to its end.
enum End {
    /// The other side closed the connection, or this side pulled.
    Closed,
    /// The card's fault.
    Pulled,
}

/// Keeps the card in until it is pulled; gives back when the driver found it gone, if it was in.
fn keep_in(
    address: SocketAddr,
    card: &Mutex<Card>,
    pull: &Pull,
    tell: &impl Fn(PlugEvent),
) -> Option<Instant> {
    let mut pause = FIRST_PAUSE;
    let mut told = false;
    loop {
        match connect(address, pull) {
            Ok(mut frames) => {
                lock(card).reset();
                tell(PlugEvent::Connected);
                let end = serve(&mut frames, card, pull);
                if matches!(end, Ok(End::Pulled)) {
                    pull.now();
                    tell(PlugEvent::Pulled);
                }
                if pull.is_done() {
                    frames.leave();
                    return Some(now());
                }
                tell(PlugEvent::Lost);
                (pause, told) = (FIRST_PAUSE, true);
            }
            Err(_) if told => {}
            Err(_) => {
                told = true;
                tell(PlugEvent::Unreachable);
            }
        }
        if pull.within(pause) {
            return None;
        }
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

fn connect(address: SocketAddr, pull: &Pull) -> io::Result<Frames> {
    let stream = TcpStream::connect_timeout(&address, KNOCK)?;
    pull.guard(&stream)?;
    Frames::new(stream)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the outermost layer: how long a reader was empty"
)]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a card is told how long it has worked")]
fn timed_reply(card: &mut Card, command: &[u8]) -> Reply {
    let start = Instant::now();
    let reply = card.reply(command);
    card.worked(start.elapsed(), SystemTime::now());
    reply
}

/// Answers what the reader says until one side has enough.
fn serve(frames: &mut Frames, card: &Mutex<Card>, pull: &Pull) -> io::Result<End> {
    loop {
        let answer = match frames.next()? {
            None => return Ok(End::Closed),
            Some(_) if pull.is_done() => return Ok(End::Closed),
            Some(Message::PowerOff | Message::PowerOn | Message::Reset) => {
                lock(card).reset();
                continue;
            }
            Some(Message::Atr) => lock(card).atr(),
            Some(Message::Unknown) => continue,
            Some(Message::Command(command)) => {
                let reply = timed_reply(&mut lock(card), &command);
                match reply {
                    Reply::Late(delay, _) if pull.within(delay) => return Ok(End::Closed),
                    Reply::Answer(answer) | Reply::Late(_, answer) => answer,
                    Reply::Silence => continue,
                    Reply::Pulled => return Ok(End::Pulled),
                    // Only another program can make pcscd reset a card; this one has forgotten itself.
                    Reply::Reset => vec![0x6F, 0x00],
                }
            }
        };
        frames.send(&answer)?;
    }
}
