//! Keeping a card in its reader: knocking, answering, beginning again when the reader went away.
//!
//! Knows no reader's language; a [`Conversation`] translates.

use std::io;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use super::pull::Pull;
use super::{LONGEST_PAUSE, PlugEvent, Socket, lock, now};
use crate::card::{Card, Reply};

const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// What a reader says, whatever its language.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The card is in, freshly: it knows nothing of a conversation before.
    CardIsIn,
    /// Power off, power on, or a reset.
    Reset,
    /// The reader wants the answer to reset.
    AtrAsked,
    /// A command APDU.
    Command(Vec<u8>),
    /// Something that needs no answer, or has been answered.
    Nothing,
}

/// A connection to a reader.
pub(crate) trait Conversation {
    /// Waits for what the reader says next, `None` when the connection is closed.
    fn next(&mut self) -> io::Result<Option<Heard>>;

    /// Gives the answer to reset.
    fn atr(&mut self, atr: &[u8]) -> io::Result<()>;

    /// Gives the answer to the last command.
    fn answer(&mut self, answer: &[u8]) -> io::Result<()>;

    /// After the card was pulled: listens until the reader has taken note; how long it has to stay empty
    /// from then on.
    fn leave(&mut self) -> Duration;
}

/// How a conversation came to its end.
enum End {
    /// The other side closed the connection, or this side pulled.
    Closed,
    /// The card's fault.
    Pulled,
}

/// Keeps the card in until it is pulled; gives back from when on the reader is free, if it was in.
pub(super) fn keep_in(
    socket: &Socket,
    card: &Mutex<Card>,
    pull: &Pull,
    tell: &impl Fn(PlugEvent),
) -> Option<Instant> {
    let mut pause = FIRST_PAUSE;
    let mut told = false;
    loop {
        match connect(socket, pull) {
            Ok(mut conversation) => {
                let end = serve(&mut *conversation, card, pull, tell);
                if matches!(end, Ok(End::Pulled)) {
                    pull.now();
                    tell(PlugEvent::Pulled);
                }
                if pull.is_done() {
                    let empty = conversation.leave();
                    return Some(now() + empty);
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

fn connect(socket: &Socket, pull: &Pull) -> io::Result<Box<dyn Conversation>> {
    let (line, conversation) = socket.knock()?;
    if pull.guard(line) { Ok(conversation) } else { Err(io::ErrorKind::ConnectionAborted.into()) }
}

#[expect(clippy::disallowed_methods, reason = "a card is told how long it has worked")]
fn timed_reply(card: &mut Card, command: &[u8]) -> Reply {
    let start = Instant::now();
    let reply = card.reply(command);
    card.worked(start.elapsed(), SystemTime::now());
    reply
}

/// Answers what the reader says until one side has enough.
fn serve(
    reader: &mut dyn Conversation,
    card: &Mutex<Card>,
    pull: &Pull,
    tell: &impl Fn(PlugEvent),
) -> io::Result<End> {
    loop {
        let Some(heard) = reader.next()? else {
            return Ok(End::Closed);
        };
        if pull.is_done() {
            return Ok(End::Closed);
        }
        match heard {
            Heard::CardIsIn => {
                lock(card).reset();
                tell(PlugEvent::Connected);
            }
            Heard::Reset => lock(card).reset(),
            Heard::AtrAsked => {
                let atr = lock(card).atr();
                reader.atr(&atr)?;
            }
            Heard::Nothing => {}
            Heard::Command(command) => {
                let reply = timed_reply(&mut lock(card), &command);
                match reply {
                    Reply::Late(delay, _) if pull.within(delay) => return Ok(End::Closed),
                    Reply::Answer(answer) | Reply::Late(_, answer) => reader.answer(&answer)?,
                    Reply::Silence => {}
                    Reply::Pulled => return Ok(End::Pulled),
                    // Only another program can make pcscd reset a card; this one has forgotten itself.
                    Reply::Reset => reader.answer(&[0x6F, 0x00])?,
                }
            }
        }
    }
}
