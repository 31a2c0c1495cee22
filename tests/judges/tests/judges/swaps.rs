//! pcscd as a judge: a swap is a removal and an insertion, however fast.

use std::ffi::CString;
use std::time::Duration;

use lanyard_judges::Court;
use pcsc::{Context, ReaderState, Scope, State};

const SWAPS: usize = 8;
const DEADLINE: Duration = Duration::from_secs(10);

/// Waits until a card is in again and two more events were counted than before.
fn wait_for_swap(context: &Context, reader: &mut ReaderState) {
    let before = reader.event_count();
    while reader.event_count() < before + 2 || !reader.event_state().contains(State::PRESENT) {
        reader.sync_current_state();
        let news = context.get_status_change(DEADLINE, std::slice::from_mut(reader));
        news.expect("pcscd hears of the swap");
    }
    reader.sync_current_state();
}

#[test]
fn every_swap_is_a_removal_and_an_insertion() {
    let court = Court::with("blank").unwrap();
    let name = CString::new(court.stack().reader_names()[0].as_str()).unwrap();
    let context = court.stack().inside(|| Context::establish(Scope::System).unwrap()).unwrap();
    let mut reader = ReaderState::new(name, State::UNAWARE);
    context.get_status_change(None, std::slice::from_mut(&mut reader)).unwrap();
    reader.sync_current_state();
    for swap in 0..SWAPS {
        court.card().swap(["unsupported", "blank"][swap % 2]).unwrap();
        wait_for_swap(&context, &mut reader);
    }
}
