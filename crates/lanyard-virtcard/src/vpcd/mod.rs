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
use std::time::Duration;

use crate::card::{Card, Reply};
use frames::{Frames, Message};
use pull::Pull;

/// The longest pause between two knocks.
pub const LONGEST_PAUSE: Duration = Duration::from_millis(250);

const FIRST_PAUSE: Duration = Duration::from_millis(20);

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

/// A card that is in the reader, or waits for the reader to come back.
#[derive(Debug)]
pub struct Plug {
    card: SharedCard,
    pull: Arc<Pull>,
    thread: Option<JoinHandle<()>>,
}

impl Plug {
    /// Puts the card into the reader at `address`. `tell` hears what happens, on the plug's thread.
    ///
    /// # Errors
    /// The system's, when there can be no more threads.
    pub fn insert(
        address: SocketAddr,
        card: SharedCard,
        tell: impl Fn(PlugEvent) + Send + 'static,
    ) -> io::Result<Self> {
        let pull = Arc::new(Pull::default());
        let (held, pulled) = (Arc::clone(&card), Arc::clone(&pull));
        let thread = thread::Builder::new()
            .name("vpcd".to_owned())
            .spawn(move || keep_in(address, &held, &pulled, &tell))?;
        Ok(Self {
            card,
            pull,
            thread: Some(thread),
        })
    }

    /// The card that is in.
    pub const fn card(&self) -> &SharedCard {
        &self.card
    }

    /// Pulls the card out, in the middle of a command if need be. The connection is closed when this
    /// returns.
    pub fn remove(self) -> SharedCard {
        Arc::clone(&self.card)
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        self.pull.now();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has closed its connection as well.
            let _ended = thread.join();
        }
    }
}

/// The card, also after a thread that held it panicked: its memory is changed as a whole or not at all.
pub fn lock(card: &Mutex<Card>) -> MutexGuard<'_, Card> {
    card.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a connection came to its end.
enum End {
    /// The other side closed it, or this side pulled.
    Closed,
    /// The card's fault.
    Pulled,
}

fn keep_in(address: SocketAddr, card: &Mutex<Card>, pull: &Pull, tell: &impl Fn(PlugEvent)) {
    let mut pause = FIRST_PAUSE;
    let mut told = false;
    loop {
        match TcpStream::connect_timeout(&address, KNOCK) {
            Ok(stream) if pull.guards(&stream) => {
                lock(card).reset();
                tell(PlugEvent::Connected);
                let end = serve(stream, card, pull);
                pull.close();
                match end {
                    Ok(End::Pulled) => return tell(PlugEvent::Pulled),
                    Ok(End::Closed) | Err(_) if pull.is_done() => return,
                    Ok(End::Closed) | Err(_) => tell(PlugEvent::Lost),
                }
                (pause, told) = (FIRST_PAUSE, true);
            }
            Ok(_) => return,
            Err(_) if told => {}
            Err(_) => {
                told = true;
                tell(PlugEvent::Unreachable);
            }
        }
        if pull.within(pause) {
            return;
        }
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// Answers what the reader says until the connection ends.
fn serve(stream: TcpStream, card: &Mutex<Card>, pull: &Pull) -> io::Result<End> {
    let mut frames = Frames::new(stream)?;
    loop {
        let answer = match frames.next()? {
            None => return Ok(End::Closed),
            Some(Message::PowerOff | Message::PowerOn | Message::Reset) => {
                lock(card).reset();
                continue;
            }
            Some(Message::Atr) => lock(card).atr(),
            Some(Message::Unknown) => continue,
            Some(Message::Command(command)) => {
                let reply = lock(card).reply(&command);
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
