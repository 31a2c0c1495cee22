//! Three hundred cards go in and out of real readers: nothing grows.

use lanyard_witness::{Usage, Witness};

use crate::stage;

const READERS: usize = 10;
const ROUNDS: usize = 30;
/// Far less than a byte lost per card and page.
const MEMORY_BOUND_KIB: u64 = 512;

#[tokio::test]
async fn three_hundred_insertions_leave_nothing_behind() {
    let (stack, mut daemon, mut witness) = stage(READERS).await;
    let cards: Vec<_> =
        (0..READERS).map(|slot| stack.card_outside(slot, "nurse").unwrap()).collect();
    let process = daemon.process().id();
    let idle = Usage::of(process);
    round(&cards, &mut witness).await;
    let warm = Usage::settled(process, idle);
    for _ in 1..ROUNDS {
        round(&cards, &mut witness).await;
    }
    let end = Usage::settled(process, idle);
    assert_eq!(witness.objects().await.len(), READERS, "only readers are left");
    assert_eq!(end.descriptors, idle.descriptors);
    assert_eq!(end.threads, idle.threads);
    assert!(end.memory_kib <= warm.memory_kib + MEMORY_BOUND_KIB, "{end:?} after {warm:?}");
}

async fn round(cards: &[lanyard_stack::Card], witness: &mut Witness) {
    for card in cards {
        card.insert().unwrap();
    }
    for _ in cards {
        assert_eq!(witness.card_state_changed().await, "ready");
    }
    for card in cards {
        card.remove().unwrap();
    }
    for _ in cards {
        witness.card_removed().await;
    }
}
