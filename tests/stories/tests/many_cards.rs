//! One process talks to several cards at once, through the real libpcsclite and pcscd.
//!
//! A test program of its own: whether the library keeps its lists whole is seen by the process's end alone.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::Duration;

use lanyard_reader::{
    PcscEvents, ReaderEvent, ReaderEvents, ReaderName, Readers, part_with_library,
};
use lanyard_stack::Stack;

const CARDS: usize = 4;

/// So often each card is connected to, and left.
const ROUNDS: usize = 1500;

const SELECT_PIV: [u8; 10] = [0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08];

fn talk(readers: &dyn Readers, reader: &ReaderName) {
    let mut connection = readers.connect(reader).unwrap();
    let mut card = connection.transaction().unwrap();
    assert!(card.transmit(&SELECT_PIV).unwrap().ends_with(&[0x90, 0x00]));
}

/// Returns when the cards are in, and goes on watching in a thread of its own, as the daemon does.
fn watch(stack: &Stack, mut events: PcscEvents) -> JoinHandle<()> {
    let (tell, told) = channel();
    let watching = stack.thread(move || {
        while let Some(events) = events.next() {
            let inserted =
                events.iter().filter(|event| matches!(event, ReaderEvent::CardInserted { .. }));
            for _ in inserted {
                tell.send(()).unwrap();
            }
        }
    });
    for _ in 0..CARDS {
        told.recv().unwrap();
    }
    watching.unwrap()
}

#[test]
fn cards_are_connected_to_and_left_at_the_same_time() {
    let stack = Stack::builder().readers(CARDS).start().unwrap();
    let _cards: Vec<_> = (0..CARDS).map(|slot| stack.card(slot, "nurse").unwrap()).collect();
    let (events, stop) = PcscEvents::new().unwrap();
    let readers: Arc<dyn Readers> = Arc::new(events.readers());
    let watching = watch(&stack, events);
    let talking = stack.reader_names().into_iter().map(|name| {
        let (name, readers) = (ReaderName::new(&name).unwrap(), Arc::clone(&readers));
        let rounds = move || {
            for _ in 0..ROUNDS {
                talk(readers.as_ref(), &name);
                readers.describe(&name).unwrap();
            }
        };
        stack.thread(rounds).unwrap()
    });
    for thread in talking.collect::<Vec<_>>() {
        thread.join().unwrap();
    }
    stack.inside(move || stop.stop()).unwrap();
    watching.join().unwrap();
    part_with_library(Duration::MAX);
}
