//! The plug for vpcd, the virtual reader of vsmartcard: a card behind a TCP connection that this side
//! opens. Pulling the card closes the connection.

mod frames;

use std::io;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use crate::plug::{Conversation, Heard, Line};
use frames::{Frames, Message};

/// How long a knock may take; a reader on this machine answers at once.
const KNOCK: Duration = Duration::from_secs(1);

/// How long the reader stays empty between two cards: more than the 400 ms after which pcscd polls vpcd
/// again, also when the machine is busy, and less than two polls.
const EMPTY: Duration = Duration::from_millis(700);

/// Connects to the reader at `address`.
pub(crate) fn knock(address: SocketAddr) -> io::Result<(Box<dyn Line>, Box<dyn Conversation>)> {
    let stream = TcpStream::connect_timeout(&address, KNOCK)?;
    let line = stream.try_clone()?;
    Ok((Box::new(line), Box::new(Reader { frames: Frames::new(stream)?, told: false })))
}

impl Line for TcpStream {
    fn card_leaves(&self) {
        // It may be closed from the other side already.
        let _closed = self.shutdown(Shutdown::Write);
    }

    fn hang_up(&self) {
        let _closed = self.shutdown(Shutdown::Both);
    }
}

/// A connection that stands for a card in the reader.
struct Reader {
    frames: Frames,
    /// Whether it was told that the card is in.
    told: bool,
}

impl Conversation for Reader {
    fn next(&mut self) -> io::Result<Option<Heard>> {
        if !std::mem::replace(&mut self.told, true) {
            return Ok(Some(Heard::CardIsIn));
        }
        Ok(self.frames.next()?.map(|message| match message {
            Message::PowerOff | Message::PowerOn | Message::Reset => Heard::Reset,
            Message::Atr => Heard::AtrAsked,
            Message::Unknown => Heard::Nothing,
            Message::Command(command) => Heard::Command(command),
        }))
    }

    fn atr(&mut self, atr: &[u8]) -> io::Result<()> {
        self.frames.send(atr)
    }

    fn answer(&mut self, answer: &[u8]) -> io::Result<()> {
        self.frames.send(answer)
    }

    fn leave(&mut self) -> Duration {
        self.frames.leave();
        EMPTY
    }
}
