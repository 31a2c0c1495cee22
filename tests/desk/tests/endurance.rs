//! Ten thousand cards go in and out, in a process of their own: nothing may grow.

use std::sync::{Arc, Mutex};

use lanyard_desk::{Desk, card, reader};
use lanyard_settings::Settings;
use lanyard_witness::Usage;

const CYCLES: usize = 10_000;
/// Until then allocators and tables find their size.
const WARM_UP: usize = 1_000;
/// More than what an allocator may keep, far less than a byte lost per cycle and object.
const MEMORY_BOUND_KIB: u64 = 1_024;

#[tokio::test]
async fn ten_thousand_insertions_leave_nothing_behind() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;
    let nurse = Arc::new(Mutex::new(card("nurse")));
    let mut warm = Usage::of(std::process::id());
    for cycle in 0..CYCLES {
        desk.readers.insert_again(&front, nurse.clone());
        desk.client.card_inserted().await;
        assert_eq!(desk.client.card_state_changed().await, "ready");
        desk.readers.remove(&front);
        desk.client.card_removed().await;
        // The ear on the line would keep every command.
        desk.tap.forget();
        if cycle == WARM_UP {
            warm = Usage::of(std::process::id());
        }
    }
    // The threads of the last card, its own and its judge's, may still be on their way out.
    let end = Usage::settled(std::process::id(), warm);
    assert_eq!(desk.client.objects().await.len(), 1, "only the reader is left");
    assert_eq!(end.descriptors, warm.descriptors);
    assert!(end.threads <= warm.threads, "{end:?} after {warm:?}");
    assert!(end.memory_kib <= warm.memory_kib + MEMORY_BOUND_KIB, "{end:?} after {warm:?}");
    desk.stop().await.unwrap();
}
