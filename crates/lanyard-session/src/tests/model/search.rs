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
#[derive(Default)]
pub(super) struct Found {
    /// How many, after each round.
    pub(super) states: Vec<usize>,
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

/// Searches from every beginning, `depth` moves far, until a promise is not kept; with one that is `wanted`,
/// until that one is not.
pub(super) fn search(
    site: Site,
    (fault, wanted): (Fault, Option<&str>),
    beginnings: &[&[Move]],
    depth: usize,
) -> Found {
    let mut found = Found::default();
    let mut known = HashSet::new();
    let mut frontier = Vec::new();
    for beginning in beginnings {
        let (world, way) = begin(site, fault, beginning);
        if known.insert(world.canonical()) {
            frontier.push((world, way));
        }
    }
    for round in 1..=depth {
        let mut next = Vec::new();
        for (world, way) in &frontier {
            for step in world.moves() {
                let mut after = world.clone();
                let taken = after.takes(step);
                found.steps += 1;
                let way = Some(Arc::new(Way { step, before: way.clone() }));
                if let Err(violation) = taken
                    && wanted.is_none_or(|wanted| wanted == violation)
                {
                    found.violation = Some(told(&violation, way.as_deref()));
                    return found;
                }
                found.seen.extend(after.observer.seen.drain(..));
                if known.insert(after.canonical()) && round < depth {
                    next.push((after, way));
                }
            }
        }
        frontier = next;
        found.states.push(known.len());
    }
    found
}

/// Goes one way, by chance; the promise that is not kept on it.
pub(super) fn walk(site: Site, seed: u64, length: usize) -> Option<String> {
    let (mut world, mut way) = begin(site, Fault::None, &[]);
    let mut chance = seed;
    for _ in 0..length {
        // A linear congruential generator (Knuth's constants) is chance enough.
        chance =
            chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moves: Vec<Move> =
            world.moves().into_iter().filter(|step| *step != Move::Stop).collect();
        let step = moves[usize::try_from(chance >> 33).unwrap() % moves.len()];
        way = Some(Arc::new(Way { step, before: way }));
        if let Err(violation) = world.takes(step) {
            return Some(told(&violation, way.as_deref()));
        }
    }
    None
}

/// The world after these moves, in which nothing goes wrong without a fault.
fn begin(site: Site, fault: Fault, beginning: &[Move]) -> (World, Option<Arc<Way>>) {
    #[expect(clippy::disallowed_methods, reason = "an instant can be made in no other way")]
    let steady = Instant::now();
    let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(TODAY.into());
    let mut world = World::new(site, fault, Now { steady, wall });
    let mut way = None;
    for step in beginning {
        way = Some(Arc::new(Way { step: *step, before: way }));
        let taken = world.takes(*step);
        assert!(fault != Fault::None || taken == Ok(()), "{taken:?} after {step:?}");
    }
    (world, way)
}

fn told(violation: &str, mut way: Option<&Way>) -> String {
    let mut steps = Vec::new();
    while let Some(Way { step, before }) = way {
        steps.push(*step);
        way = before.as_deref();
    }
    let mut text = violation.to_owned();
    for step in steps.iter().rev() {
        let _ = write!(text, "\n  {step:?}");
    }
    text
}
