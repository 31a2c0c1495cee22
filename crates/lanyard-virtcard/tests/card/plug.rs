//! The plug, against a reader that this test plays: vpcd's side of the protocol.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lanyard_virtcard::plug::{Plug, PlugEvent, SharedCard};
use lanyard_virtcard::{Card, Fault};

use crate::common::card;

const DEADLINE: Duration = Duration::from_secs(20);

/// After so long pcscd asks vpcd again whether a card is there.
const POLL: Duration = Duration::from_millis(400);

/// The reader's end of a connection.
struct Reader(TcpStream);

impl Reader {
    fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        Self(stream)
    }

    fn send(&mut self, message: &[u8]) {
        let length = u16::try_from(message.len()).unwrap();
        self.0.write_all(&length.to_be_bytes()).unwrap();
        self.0.write_all(message).unwrap();
    }

    fn receive(&mut self) -> Vec<u8> {
        let mut length = [0; 2];
        self.0.read_exact(&mut length).unwrap();
        let mut message = vec![0; u16::from_be_bytes(length).into()];
        self.0.read_exact(&mut message).unwrap();
        message
    }

    fn is_closed(&mut self) -> bool {
        match self.0.read(&mut [0; 1]) {
            Ok(count) => count == 0,
            // So it is when something we sent was not read any more.
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }
}

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn shared(card: Card) -> SharedCard {
    Arc::new(Mutex::new(card))
}

fn insert(address: SocketAddr, card: &SharedCard) -> (Plug, Receiver<PlugEvent>) {
    let (sender, events) = channel();
    let tell = move |event| sender.send(event).unwrap_or_default();
    (Plug::insert(address, Arc::clone(card), None, tell).unwrap(), events)
}

#[test]
fn the_reader_gets_the_atr_and_answers() {
    let (listener, address) = listener();
    let card = shared(card("blank"));
    let (_plug, events) = insert(address, &card);
    let mut reader = Reader::accept(&listener);
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
    reader.send(&[4]);
    assert_eq!(reader.receive(), card.lock().unwrap().atr());
    reader.send(&[1]);
    reader.send(&[0, 0xA4, 4, 0, 5, 0xA0, 0, 0, 3, 8]);
    assert!(reader.receive().ends_with(&[0x90, 0]));
    reader.send(&[2]);
    reader.send(&[0, 0x20, 0, 0x80]);
    assert_eq!(reader.receive(), [0x6D, 0], "the reset has deselected the application");
}

#[test]
fn a_command_in_pieces_is_put_together() {
    let (listener, address) = listener();
    let (_plug, _events) = insert(address, &shared(card("blank")));
    let mut reader = Reader::accept(&listener);
    reader.0.set_nodelay(true).unwrap();
    for byte in [0, 4, 0, 0x20, 0, 0x80, 0, 1, 4] {
        reader.0.write_all(&[byte]).unwrap();
    }
    assert_eq!(reader.receive(), [0x6D, 0]);
    assert_eq!(reader.receive()[0], 0x3B);
}

#[test]
fn a_card_is_pulled_in_the_middle_of_a_command() {
    let (listener, address) = listener();
    let card = shared(card("blank"));
    card.lock().unwrap().set_fault(Some(Fault::Slow(Duration::from_secs(3600))));
    let (plug, _events) = insert(address, &card);
    let mut reader = Reader::accept(&listener);
    reader.send(&[0, 0x20, 0, 0x80]);
    let _departure = plug.remove();
    assert!(reader.is_closed());
}

#[test]
fn a_card_that_is_pulled_by_its_fault_leaves_the_reader() {
    let (listener, address) = listener();
    let card = shared(card("blank"));
    card.lock().unwrap().set_fault(Some(Fault::PulledDuringVerify));
    let (_plug, events) = insert(address, &card);
    let mut reader = Reader::accept(&listener);
    reader.send(&[0, 0x20, 0, 0x80, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert!(reader.is_closed());
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Pulled));
}

#[test]
fn the_card_comes_back_when_the_reader_does() {
    let (listener, address) = listener();
    let (_plug, events) = insert(address, &shared(card("blank")));
    drop(Reader::accept(&listener));
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Lost));
    let mut reader = Reader::accept(&listener);
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
    reader.send(&[4]);
    assert_eq!(reader.receive()[0], 0x3B);
}

#[test]
fn a_reader_that_is_not_there_is_told_once_and_waited_for() {
    let (listener, address) = listener();
    drop(listener);
    let (_plug, events) = insert(address, &shared(card("blank")));
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Unreachable));
    let listener = TcpListener::bind(address).unwrap();
    let _reader = Reader::accept(&listener);
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "this measures")]
fn the_next_card_waits_until_the_reader_was_empty_for_longer_than_a_poll() {
    let (listener, address) = listener();
    let (plug, _events) = insert(address, &shared(card("blank")));
    let mut reader = Reader::accept(&listener);
    reader.send(&[4]);
    reader.receive();
    let departure = plug.remove();
    let (sender, events) = channel();
    let tell = move |event| sender.send(event).unwrap_or_default();
    let next = shared(card("unsupported"));
    let _next = Plug::insert(address, next, Some(departure), tell).unwrap();
    assert!(reader.is_closed(), "nothing more comes from the first card");
    assert!(events.try_recv().is_err(), "the second waits for the reader");
    // As before the power is switched: pcscd does not look at what comes of it.
    reader.send(&[4]);
    let found_empty = Instant::now();
    drop(reader);
    let _second = Reader::accept(&listener);
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
    let empty = found_empty.elapsed();
    assert!(empty > POLL, "pcscd can have missed that the reader was empty for {empty:?}");
}
