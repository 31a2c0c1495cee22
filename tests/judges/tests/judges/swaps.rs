//! pcscd as a judge: a swap is a removal and an insertion, however fast.

use std::ffi::CString;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use lanyard_judges::Court;
use pcsc::{Context, Error, ReaderState, Scope, State};

const SWAPS: usize = 8;
const DEADLINE: Duration = Duration::from_secs(10);

/// Waits until a card is in again and two more events were counted than before.
fn wait_for_swap(context: &Context, reader: &mut ReaderState) -> Result<(), Error> {
    let before = reader.event_count();
    while reader.event_count() < before + 2 || !reader.event_state().contains(State::PRESENT) {
        reader.sync_current_state();
        context.get_status_change(DEADLINE, std::slice::from_mut(reader))?;
    }
    reader.sync_current_state();
    Ok(())
}

/// Tells of the first look into the reader, then of every swap, as long as somebody listens.
fn witness(name: CString, tell: &Sender<Result<(), Error>>) {
    let context = Context::establish(Scope::System).unwrap();
    let mut reader = ReaderState::new(name, State::UNAWARE);
    let first = context.get_status_change(None, std::slice::from_mut(&mut reader));
    tell.send(first).unwrap();
    reader.sync_current_state();
    for _ in 0..SWAPS {
        if tell.send(wait_for_swap(&context, &mut reader)).is_err() {
            return;
        }
    }
}

#[test]
fn every_swap_is_a_removal_and_an_insertion() {
    let court = Court::with("blank").unwrap();
    let name = CString::new(court.stack().reader_names()[0].as_str()).unwrap();
    let (tell, told) = channel();
    let witness = court.stack().thread(move || witness(name, &tell)).unwrap();
    told.recv().unwrap().expect("pcscd shows the reader");
    for swap in 0..SWAPS {
        court.card().swap(["unsupported", "blank"][swap % 2]).unwrap();
        told.recv().unwrap().expect("pcscd hears of the swap");
    }
    witness.join().unwrap();
}
