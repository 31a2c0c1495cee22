//! Breadth first: from every state that was not seen before, every move.

use std::{
    collections::HashSet,
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use super::{
    fault::Fault,
    moves::Move,
    observer::Kind,
    world::{Site, World},
};
use crate::{Now, tests::cards::TODAY};

/// What came of a search.
pub(super) struct Found {
    pub(super) states: usize,
    pub(super) steps: usize,
    /// A promise that was not kept, and the shortest way there.
    pub(super) violation: Option<String>,
    /// Every effect's kind that was seen.
    pub(super) seen: HashSet<(Kind, &'static str)>,
}

/// How a state was come by.
struct Way {
    step: Move,
    before: Option<Arc<Way>>,
}

pub(super) fn search(site: Site, fault: Fault, depth: usize) -> Found {
    #[expect(clippy::disallowed_methods, reason = "an instant can be made in no other way")]
    let steady = Instant::now();
    let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(TODAY.into());
    let first = World::new(site, fault, Now { steady, wall });
    let mut found =
        Found { states: 1, steps: 0, violation: None, seen: HashSet::new() };
    let mut known = HashSet::from([first.canonical()]);
    let mut frontier: Vec<(World, Option<Arc<Way>>)> = vec![(first, None)];
    for _ in 0..depth {
        let mut next = Vec::new();
        for (world, way) in &frontier {
            for step in world.moves() {
                let mut after = world.clone();
                let taken = after.takes(step);
                found.steps += 1;
                let way = Arc::new(Way { step, before: way.clone() });
                if let Err(violation) = taken {
                    found.violation = Some(told(&violation, &way));
                    return found;
                }
                found.seen.extend(after.observer.seen.drain(..));
                if known.insert(after.canonical()) {
                    next.push((after, Some(way)));
                }
            }
        }
        frontier = next;
    }
    found.states = known.len();
    found
}

fn told(violation: &str, way: &Way) -> String {
    let mut steps = vec![way.step];
    let mut before = way.before.as_deref();
    while let Some(earlier) = before {
        steps.push(earlier.step);
        before = earlier.before.as_deref();
    }
    let mut text = violation.to_owned();
    for step in steps.iter().rev() {
        let _ = write!(text, "\n  {step:?}");
    }
    text
}
