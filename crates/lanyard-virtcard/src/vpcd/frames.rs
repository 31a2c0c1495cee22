//! The messages of vpcd's protocol: two bytes of length, most significant first, then that many bytes.
//! One byte alone is a control code, everything else a command APDU.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::os::linux::net::TcpStreamExt as _;

const LENGTH: usize = 2;

/// What the reader says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message {
    PowerOff,
    PowerOn,
    Reset,
    Atr,
    /// A control code without meaning here, or nothing at all.
    Unknown,
    Command(Vec<u8>),
}

/// A connection cut into messages.
#[derive(Debug)]
pub(super) struct Frames {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Frames {
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::new() })
    }

    /// Waits for the next message, `None` when the connection is closed.
    pub(super) fn next(&mut self) -> io::Result<Option<Message>> {
        loop {
            if let Some(message) = self.take() {
                return Ok(Some(message));
            }
            let mut chunk = [0; 4096];
            // The reader sends length and command apart and without TCP_NODELAY: unless the first is
            // acknowledged at once it keeps the second back for 44 ms. Linux forgets the option, so it is
            // set again each time.
            self.stream.set_quickack(true)?;
            let count = self.stream.read(&mut chunk)?;
            if count == 0 {
                return Ok(None);
            }
            self.received.extend(chunk.iter().take(count));
        }
    }

    fn take(&mut self) -> Option<Message> {
        let (length, rest) = self.received.split_first_chunk::<LENGTH>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let message = rest.get(..length)?.to_vec();
        self.received.drain(..LENGTH + length);
        Some(match *message {
            [0] => Message::PowerOff,
            [1] => Message::PowerOn,
            [2] => Message::Reset,
            [4] => Message::Atr,
            [] | [_] => Message::Unknown,
            _ => Message::Command(message),
        })
    }

    /// After the card was pulled: listens until the driver has closed its side too.
    pub(super) fn leave(&mut self) {
        while let Ok(Some(_)) = self.next() {}
    }

    pub(super) fn send(&mut self, answer: &[u8]) -> io::Result<()> {
        // What cannot be said in two bytes of length no reader can take either.
        let length = u16::try_from(answer.len()).unwrap_or(u16::MAX);
        let mut wire = length.to_be_bytes().to_vec();
        wire.extend(answer.iter().take(length.into()));
        self.stream.write_all(&wire)
    }
}
