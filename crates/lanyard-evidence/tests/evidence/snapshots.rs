//! Whoever reads sees a whole snapshot, however often it is replaced meanwhile.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use lanyard_evidence::{Presented, Stamp};

use crate::world::{World, authority, list, refusals, revoking, root, root_list, rules};

/// Two states of a site. In each the holder's certificate has one finding and no other.
const REVOKED: &str = "revoked at 2024-05-01T12:00:00Z: unspecified";

#[test]
fn readers_during_swaps_always_see_a_whole_snapshot() {
    const SWAPS: usize = 200;
    let world = World::naming(&[], None);
    world.write("lists/sub.crl", &list());
    let (evidence, _news) = world.open();
    let (done, judged) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut last = Stamp::default();
                while !done.load(Ordering::SeqCst) {
                    let snapshot = evidence.snapshot();
                    let (presented, now) = (Presented::alone(&world.holder), world.clock.now());
                    let judged_now = snapshot.judge(presented, &rules(), now);
                    assert!(snapshot.stamp() >= last, "stamps only grow");
                    last = snapshot.stamp();
                    assert_eq!(judged_now.stamp, last);
                    let found = refusals(&judged_now.judgement);
                    let whole =
                        found.is_empty() || (found.len() == 1 && found[0].ends_with(REVOKED));
                    assert!(whole, "{found:?}");
                    assert_eq!(snapshot.anchors().certificates().len(), 1);
                    assert_eq!(snapshot.lists().lists().count(), 2);
                    judged.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        for swap in 0..SWAPS {
            world.write("lists/sub.crl", &if swap % 2 == 0 { revoking() } else { list() });
            world.write("lists/root.crl", &root_list());
            world.write("anchors/root.der", &root());
            world.write("intermediates/sub.der", &authority());
            evidence.reload();
        }
        done.store(true, Ordering::SeqCst);
    });
    assert!(judged.load(Ordering::SeqCst) > SWAPS);
    assert!(evidence.stamp() > Stamp(100));
}
