//! The plug for a virtual machine's reader, against a reader that this test plays: QEMU's side of the
//! vscard protocol.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lanyard_virtcard::plug::{Plug, PlugEvent, SharedCard, Socket};
use lanyard_virtcard::{Card, Fault};
use tempfile::TempDir;

use crate::common::card;

const DEADLINE: Duration = Duration::from_secs(20);

const INIT: u32 = 1;
const RESULT: u32 = 2;
const READER_ADD: u32 = 3;
const ATR: u32 = 5;
const CARD_REMOVE: u32 = 6;
const APDU: u32 = 7;
const FLUSH: u32 = 8;
const FLUSH_COMPLETE: u32 = 9;

/// What a reader says of itself: magic, version, no capabilities.
const GREETING: &[u8; 12] = b"VSCD\0\0\0\x02\0\0\0\0";

/// The reader's end of a connection.
struct Reader(UnixStream);

impl Reader {
    fn accept(listener: &UnixListener) -> Self {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        Self(stream)
    }

    fn say(&mut self, kind: u32, content: &[u8]) {
        let length = u32::try_from(content.len()).unwrap();
        let header = [kind, 0, length].map(u32::to_be_bytes).concat();
        self.0.write_all(&[&header, content].concat()).unwrap();
    }

    fn hear(&mut self) -> (u32, Vec<u8>) {
        let mut header = [0; 12];
        self.0.read_exact(&mut header).unwrap();
        let word = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
        let mut content = vec![0; word(8).try_into().unwrap()];
        self.0.read_exact(&mut content).unwrap();
        (word(0), content)
    }

    fn settle(&mut self, code: u32) {
        self.say(RESULT, &code.to_be_bytes());
    }

    /// From the greeting until the card is in; its ATR.
    fn take_card(&mut self) -> Vec<u8> {
        assert_eq!(self.hear(), (INIT, GREETING.to_vec()));
        self.welcome()
    }

    /// Says that a reader is there and takes the card that is offered.
    fn welcome(&mut self) -> Vec<u8> {
        self.say(INIT, GREETING);
        assert_eq!(self.hear().0, READER_ADD);
        self.settle(0);
        let (kind, atr) = self.hear();
        assert_eq!(kind, ATR);
        self.settle(0);
        atr
    }

    fn ask(&mut self, command: &[u8]) -> Vec<u8> {
        self.say(APDU, command);
        let (kind, answer) = self.hear();
        assert_eq!(kind, APDU);
        answer
    }

    fn is_closed(&mut self) -> bool {
        matches!(self.0.read(&mut [0; 1]), Ok(0) | Err(_))
    }
}

struct Place {
    listener: UnixListener,
    socket: Socket,
    _folder: TempDir,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card");
    let listener = UnixListener::bind(&path).unwrap();
    Place { listener, socket: Socket::Vscard(path), _folder: folder }
}

fn fit(place: &Place, mut card: Card) -> SharedCard {
    place.socket.suit(&mut card);
    Arc::new(Mutex::new(card))
}

fn insert(place: &Place, card: &SharedCard) -> (Plug, Receiver<PlugEvent>) {
    let (sender, events) = channel();
    let tell = move |event| sender.send(event).unwrap_or_default();
    (Plug::insert(place.socket.clone(), Arc::clone(card), None, tell).unwrap(), events)
}

#[test]
fn the_reader_gets_the_atr_and_answers() {
    let place = place();
    let card = fit(&place, card("blank"));
    let (_plug, events) = insert(&place, &card);
    let mut reader = Reader::accept(&place.listener);
    let atr = reader.take_card();
    assert_eq!(atr, card.lock().unwrap().atr());
    assert_eq!(atr[1] & 0xF0, 0, "no interface byte: T=0");
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
    let selected = reader.ask(&[0, 0xA4, 4, 0, 5, 0xA0, 0, 0, 3, 8]);
    assert_eq!(selected[0], 0x61, "T=0 has the answer fetched");
    assert!(reader.ask(&[0, 0xC0, 0, 0, selected[1]]).ends_with(&[0x90, 0]));
    reader.say(FLUSH, &[]);
    assert_eq!(reader.hear().0, FLUSH_COMPLETE);
}

#[test]
fn the_card_is_not_in_before_the_reader_has_taken_it() {
    let place = place();
    let (_plug, events) = insert(&place, &fit(&place, card("blank")));
    let mut reader = Reader::accept(&place.listener);
    assert_eq!(reader.hear().0, INIT);
    reader.say(INIT, GREETING);
    assert_eq!(reader.hear().0, READER_ADD);
    reader.settle(0);
    assert_eq!(reader.hear().0, ATR);
    assert!(events.try_recv().is_err());
    reader.settle(0);
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
}

#[test]
fn a_pulled_card_is_said_to_leave_and_the_next_waits_for_it() {
    let place = place();
    let (plug, _events) = insert(&place, &fit(&place, card("blank")));
    let mut reader = Reader::accept(&place.listener);
    reader.take_card();
    let departure = plug.remove();
    let (sender, events) = channel();
    let tell = move |event| sender.send(event).unwrap_or_default();
    let next = fit(&place, card("unsupported"));
    let _next = Plug::insert(place.socket.clone(), next, Some(departure), tell).unwrap();
    assert_eq!(reader.hear().0, CARD_REMOVE);
    assert!(events.try_recv().is_err(), "the second waits for the reader");
    reader.settle(0);
    assert!(reader.is_closed());
    Reader::accept(&place.listener).take_card();
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
}

#[test]
fn a_card_is_pulled_in_the_middle_of_a_command() {
    let place = place();
    let card = fit(&place, card("blank"));
    card.lock().unwrap().set_fault(Some(Fault::Slow(Duration::from_secs(3600))));
    let (plug, _events) = insert(&place, &card);
    let mut reader = Reader::accept(&place.listener);
    reader.take_card();
    reader.say(APDU, &[0, 0x20, 0, 0x80]);
    let _departure = plug.remove();
    assert_eq!(reader.hear().0, CARD_REMOVE);
    reader.settle(0);
    assert!(reader.is_closed());
}

#[test]
fn a_card_that_is_pulled_by_its_fault_leaves_the_reader() {
    let place = place();
    let card = fit(&place, card("blank"));
    card.lock().unwrap().set_fault(Some(Fault::PulledDuringVerify));
    let (_plug, events) = insert(&place, &card);
    let mut reader = Reader::accept(&place.listener);
    reader.take_card();
    reader.say(APDU, &[0, 0x20, 0, 0x80, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(reader.hear().0, CARD_REMOVE);
    reader.settle(0);
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Pulled));
}

#[test]
fn a_reader_plugged_in_again_on_the_same_socket_gets_the_card_again() {
    let place = place();
    let card = fit(&place, card("blank"));
    let (_plug, events) = insert(&place, &card);
    let mut reader = Reader::accept(&place.listener);
    reader.take_card();
    reader.ask(&[0, 0xA4, 4, 0, 5, 0xA0, 0, 0, 3, 8]);
    reader.welcome();
    assert_eq!(reader.ask(&[0, 0x20, 0, 0x80]), [0x6D, 0], "the application is no longer selected");
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
}

#[test]
fn a_reader_that_refuses_is_left_and_knocked_at_again() {
    let place = place();
    let (_plug, events) = insert(&place, &fit(&place, card("blank")));
    let mut reader = Reader::accept(&place.listener);
    reader.hear();
    reader.say(INIT, GREETING);
    reader.hear();
    reader.settle(2);
    assert!(reader.is_closed());
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Lost));
    Reader::accept(&place.listener).take_card();
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Connected));
}

#[test]
fn a_reader_of_another_protocol_is_left() {
    let place = place();
    let (_plug, events) = insert(&place, &fit(&place, card("blank")));
    let mut reader = Reader::accept(&place.listener);
    reader.hear();
    reader.say(INIT, b"HTTP/1.1 200");
    assert!(reader.is_closed());
    assert_eq!(events.recv_timeout(DEADLINE), Ok(PlugEvent::Lost));
}
