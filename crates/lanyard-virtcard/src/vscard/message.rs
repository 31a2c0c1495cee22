//! The messages of the vscard protocol (libcacard's `vscard_common.h`, version 0.0.2): type, reader and
//! length as big-endian words of 32 bits, then that many bytes.
//!
//! Bytes to messages and back, nothing else. Whatever comes in, no more than [`LONGEST`] bytes of one
//! message are kept.

/// The longest content of a message, in bytes: QEMU's reader takes no command of more than 64 KiB.
pub(super) const LONGEST: usize = 65_536;

const HEADER: usize = 12;
const MAGIC: [u8; 4] = *b"VSCD";
const VERSION: u32 = 2;
const NO_CAPABILITIES: u32 = 0;
/// The reader in messages that concern none.
const NO_READER: u32 = u32::MAX;
/// The first reader, QEMU's only one.
const FIRST_READER: u32 = 0;

/// What the reader says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// It is there and speaks this protocol.
    Init,
    /// How it took a request: 0 is success.
    Result(u32),
    /// A command APDU.
    Apdu(Vec<u8>),
    /// It wants to hear when every command before was answered.
    Flush,
    /// A message that a reader does not send, or of a kind that came later.
    Other(u32),
}

/// What is said to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request<'a> {
    Init,
    ReaderAdd,
    Atr(&'a [u8]),
    CardRemove,
    Apdu(&'a [u8]),
    FlushComplete,
}

/// Why bytes are no message; after this nothing on the connection can be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("a message of {0} bytes")]
    TooLong(u32),
    #[error("another protocol than vscard")]
    OtherProtocol,
    #[error("a result without a code")]
    NoCode,
}

mod kind {
    pub(super) const INIT: u32 = 1;
    pub(super) const RESULT: u32 = 2;
    pub(super) const READER_ADD: u32 = 3;
    pub(super) const ATR: u32 = 5;
    pub(super) const CARD_REMOVE: u32 = 6;
    pub(super) const APDU: u32 = 7;
    pub(super) const FLUSH: u32 = 8;
    pub(super) const FLUSH_COMPLETE: u32 = 9;
}

impl Request<'_> {
    /// As it goes over the wire.
    pub(super) fn to_wire(self) -> Vec<u8> {
        let init: [&[u8]; 3] = [&MAGIC, &VERSION.to_be_bytes(), &NO_CAPABILITIES.to_be_bytes()];
        let init = init.concat();
        let (kind, reader, content): (u32, u32, &[u8]) = match self {
            Self::Init => (kind::INIT, NO_READER, &init),
            Self::ReaderAdd => (kind::READER_ADD, NO_READER, &[]),
            Self::Atr(atr) => (kind::ATR, FIRST_READER, atr),
            Self::CardRemove => (kind::CARD_REMOVE, FIRST_READER, &[]),
            Self::Apdu(answer) => (kind::APDU, FIRST_READER, answer),
            Self::FlushComplete => (kind::FLUSH_COMPLETE, FIRST_READER, &[]),
        };
        // No answer of a card is longer than that; a longer one no reader could take either.
        let content = content.get(..LONGEST).unwrap_or(content);
        let length = u32::try_from(content.len()).unwrap_or_default();
        let header = [kind, reader, length].map(u32::to_be_bytes).concat();
        [&header, content].concat()
    }
}

/// Bytes that came in, cut into messages.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    received: Vec<u8>,
}

impl Incoming {
    /// Takes bytes as they came.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
    }

    /// The next message, `None` while it is incomplete.
    ///
    /// # Errors
    /// [`Malformed`], from then on always.
    pub(super) fn take(&mut self) -> Result<Option<Message>, Malformed> {
        let Some((header, rest)) = self.received.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let (kind, length) = (word(header, 0), word(header, 8));
        let size = usize::try_from(length).unwrap_or(usize::MAX);
        if size > LONGEST {
            return Err(Malformed::TooLong(length));
        }
        let Some(content) = rest.get(..size) else {
            return Ok(None);
        };
        let message = message(kind, content)?;
        self.received.drain(..HEADER + size);
        Ok(Some(message))
    }
}

fn message(kind: u32, content: &[u8]) -> Result<Message, Malformed> {
    Ok(match kind {
        kind::INIT if content.starts_with(&MAGIC) => Message::Init,
        kind::INIT => return Err(Malformed::OtherProtocol),
        kind::RESULT => {
            let code = content.first_chunk().ok_or(Malformed::NoCode)?;
            Message::Result(u32::from_be_bytes(*code))
        }
        kind::APDU => Message::Apdu(content.to_vec()),
        kind::FLUSH => Message::Flush,
        other => Message::Other(other),
    })
}

/// One word of the header.
fn word(header: &[u8; HEADER], at: usize) -> u32 {
    let bytes = header.get(at..).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Everything there is in these bytes, and how much of them is kept.
    fn read(incoming: &mut Incoming, bytes: &[u8]) -> Result<Vec<Message>, Malformed> {
        incoming.feed(bytes);
        let mut messages = Vec::new();
        while let Some(message) = incoming.take()? {
            messages.push(message);
        }
        Ok(messages)
    }

    fn apdu(content: &[u8]) -> Vec<u8> {
        Request::Apdu(content).to_wire()
    }

    #[test]
    fn requests_are_spelled_as_libcacard_does() {
        let init = b"\0\0\0\x01\xFF\xFF\xFF\xFF\0\0\0\x0CVSCD\0\0\0\x02\0\0\0\0";
        assert_eq!(Request::Init.to_wire(), init);
        assert_eq!(Request::ReaderAdd.to_wire(), b"\0\0\0\x03\xFF\xFF\xFF\xFF\0\0\0\0");
        assert_eq!(Request::Atr(&[0x3B, 0]).to_wire(), b"\0\0\0\x05\0\0\0\0\0\0\0\x02\x3B\0");
        assert_eq!(Request::CardRemove.to_wire(), b"\0\0\0\x06\0\0\0\0\0\0\0\0");
        assert_eq!(Request::FlushComplete.to_wire(), b"\0\0\0\x09\0\0\0\0\0\0\0\0");
    }

    #[test]
    fn what_a_reader_says_is_understood() {
        let init = Request::Init.to_wire();
        let result = b"\0\0\0\x02\0\0\0\0\0\0\0\x04\0\0\0\x03";
        let flush = b"\0\0\0\x08\0\0\0\0\0\0\0\0";
        let other = b"\0\0\0\x63\0\0\0\0\0\0\0\x01x";
        let all = [&init[..], result, flush, other, &apdu(&[0, 0x20, 0, 0x80])].concat();
        let expected = [
            Message::Init,
            Message::Result(3),
            Message::Flush,
            Message::Other(0x63),
            Message::Apdu(vec![0, 0x20, 0, 0x80]),
        ];
        assert_eq!(read(&mut Incoming::default(), &all).unwrap(), expected);
    }

    #[test]
    fn what_is_no_message_is_refused_before_it_is_kept() {
        let long = b"\0\0\0\x07\0\0\0\0\0\x01\0\x01";
        assert_eq!(read(&mut Incoming::default(), long), Err(Malformed::TooLong(65_537)));
        let other = b"\0\0\0\x01\0\0\0\0\0\0\0\x04HTTP";
        assert_eq!(read(&mut Incoming::default(), other), Err(Malformed::OtherProtocol));
        let no_code = b"\0\0\0\x02\0\0\0\0\0\0\0\x03\0\0\0";
        assert_eq!(read(&mut Incoming::default(), no_code), Err(Malformed::NoCode));
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_are_survived_in_bounded_memory(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..40),
        ) {
            let mut incoming = Incoming::default();
            for piece in &pieces {
                let before = read(&mut incoming, piece);
                let kept = incoming.received.len();
                prop_assert!(before.is_err() || kept < HEADER + LONGEST, "{kept} bytes kept");
                if before.is_err() {
                    break;
                }
            }
        }

        #[test]
        fn commands_come_out_as_they_went_in_however_they_were_cut(
            commands in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..600), 1..6),
            cut in 1_usize..70,
        ) {
            let wire: Vec<u8> = commands.iter().flat_map(|command| apdu(command)).collect();
            let mut incoming = Incoming::default();
            let mut heard = Vec::new();
            for piece in wire.chunks(cut) {
                heard.extend(read(&mut incoming, piece).unwrap());
            }
            let expected: Vec<Message> = commands.into_iter().map(Message::Apdu).collect();
            prop_assert_eq!(heard, expected);
        }
    }
}
