//! The plug for the reader of a virtual machine, QEMU's `ccid-card-passthru`: a card behind a Unix socket
//! that QEMU listens on, in the vscard protocol of libcacard.
//!
//! The card goes in by its ATR and out by `CardRemove`, not by closing the connection, which the reader
//! would not notice. A reader that is unplugged and plugged in again on the same socket says Init anew,
//! and gets the card again. The protocol has no message for power and reset.

mod message;

use std::collections::VecDeque;
use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::plug::{Conversation, Heard, Line};
use message::{Incoming, Malformed, Message, Request};

/// Requests without a result yet. QEMU answers each before it reads the next.
const MOST_REQUESTS: usize = 16;

/// How long the reader stays empty before it gets another card. It says only that its state changed; a
/// driver that asks after both changes is told that a card is there, and misses the swap. Under emulation on
/// a busy machine asking takes some tenths of a second.
const SEEN_EMPTY: Duration = Duration::from_secs(1);

/// Connects to the reader's socket and greets it.
pub(crate) fn knock(path: &Path) -> io::Result<(Box<dyn Line>, Box<dyn Conversation>)> {
    let stream = UnixStream::connect(path)?;
    let mouth = Mouth(Arc::new(Mutex::new(stream.try_clone()?)));
    mouth.say(Request::Init)?;
    let line = Box::new(Pullable { mouth: mouth.clone(), stream: stream.try_clone()? });
    let (incoming, unsettled) = (Incoming::default(), VecDeque::new());
    Ok((line, Box::new(Reader { stream, mouth, incoming, unsettled, is_empty: false })))
}

/// The side that speaks, for two threads: no message is said into another.
#[derive(Clone)]
struct Mouth(Arc<Mutex<UnixStream>>);

impl Mouth {
    fn say(&self, request: Request<'_>) -> io::Result<()> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stream.write_all(&request.to_wire())
    }
}

struct Pullable {
    mouth: Mouth,
    stream: UnixStream,
}

impl Line for Pullable {
    fn card_leaves(&self) {
        // A reader that is gone has no card either.
        let _said = self.mouth.say(Request::CardRemove);
    }

    fn hang_up(&self) {
        let _closed = self.stream.shutdown(Shutdown::Both);
    }
}

/// A request that the reader has not settled with a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unsettled {
    Reader,
    Card,
}

/// A connection to the reader.
struct Reader {
    stream: UnixStream,
    mouth: Mouth,
    incoming: Incoming,
    unsettled: VecDeque<Unsettled>,
    /// Whether the reader has taken note that the card was pulled.
    is_empty: bool,
}

impl Reader {
    /// Waits for the next message, `None` when the connection is closed.
    fn message(&mut self) -> io::Result<Option<Message>> {
        loop {
            if let Some(message) = self.incoming.take().map_err(no_message)? {
                return Ok(Some(message));
            }
            let mut chunk = [0; 4096];
            let count = self.stream.read(&mut chunk)?;
            if count == 0 {
                return Ok(None);
            }
            self.incoming.feed(chunk.get(..count).unwrap_or_default());
        }
    }

    fn request(&mut self, request: Request<'_>, unsettled: Unsettled) -> io::Result<()> {
        if self.unsettled.len() == MOST_REQUESTS {
            return Err(io::Error::other("the reader settles no request"));
        }
        self.unsettled.push_back(unsettled);
        self.mouth.say(request)
    }

    fn settled(&mut self, result: u32) -> io::Result<Heard> {
        match (result, self.unsettled.pop_front()) {
            (0, Some(Unsettled::Reader)) => Ok(Heard::AtrAsked),
            (0, Some(Unsettled::Card)) => Ok(Heard::CardIsIn),
            (0, None) => {
                self.is_empty = true;
                Ok(Heard::Nothing)
            }
            (code, _) => Err(io::Error::other(format!("the reader refuses, code {code}"))),
        }
    }
}

impl Conversation for Reader {
    fn next(&mut self) -> io::Result<Option<Heard>> {
        let Some(message) = self.message()? else {
            return Ok(None);
        };
        Ok(Some(match message {
            Message::Init => {
                self.request(Request::ReaderAdd, Unsettled::Reader)?;
                Heard::Nothing
            }
            Message::Result(code) => self.settled(code)?,
            Message::Apdu(command) => Heard::Command(command),
            Message::Flush => {
                self.mouth.say(Request::FlushComplete)?;
                Heard::Nothing
            }
            Message::Other(_) => Heard::Nothing,
        }))
    }

    fn atr(&mut self, atr: &[u8]) -> io::Result<()> {
        self.request(Request::Atr(atr), Unsettled::Card)
    }

    fn answer(&mut self, answer: &[u8]) -> io::Result<()> {
        self.mouth.say(Request::Apdu(answer))
    }

    /// The result of `CardRemove` comes after those of the requests before it.
    fn leave(&mut self) -> Duration {
        while !self.is_empty {
            match self.message() {
                Ok(Some(Message::Result(_))) => {
                    self.is_empty = self.unsettled.pop_front().is_none();
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => break,
            }
        }
        SEEN_EMPTY
    }
}

fn no_message(why: Malformed) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
