//! Many readers, and readers that come and go.

use std::collections::BTreeSet;

use lanyard_stack::MOST_READERS;
use lanyard_witness::text;

use crate::stage;

#[tokio::test]
async fn sixteen_readers_hold_sixteen_cards() {
    let (stack, _daemon, mut witness) = stage(MOST_READERS).await;
    let cards: Vec<_> = (0..MOST_READERS).map(|slot| stack.card(slot, "nurse").unwrap()).collect();
    let mut readers = BTreeSet::new();
    while readers.len() < MOST_READERS {
        readers.insert(witness.card_inserted().await.1.to_string());
    }
    let mut ready = 0;
    while ready < MOST_READERS {
        let objects = witness.objects().await.into_values();
        ready = objects
            .filter_map(lanyard_witness::card_of)
            .filter(|card| text(card, "State") == "ready")
            .count();
        if ready < MOST_READERS {
            assert_eq!(witness.card_state_changed().await, "ready");
        }
    }
    drop(cards);
    for _ in 0..MOST_READERS {
        assert!(readers.remove(witness.card_removed().await.1.as_str()));
    }
}

#[tokio::test]
async fn a_reader_that_arrives_is_an_object_with_its_name() {
    let (mut stack, _daemon, mut witness) = stage(2).await;
    let before = stack.reader_names();
    stack.pcscd().terminate().unwrap();
    stack.pcscd().set_readers("Ward Seven", 4).unwrap();
    stack.pcscd().start().unwrap();
    witness.readers(4).await;
    let objects = witness.objects().await.into_values();
    let shown: BTreeSet<_> =
        objects.map(|object| text(&object["org.lanyard.Lanyard1.Reader"], "Name")).collect();
    assert_eq!(shown, stack.reader_names().into_iter().collect());
    assert!(shown.iter().all(|name| name.starts_with("Ward Seven") && !before.contains(name)));
}
