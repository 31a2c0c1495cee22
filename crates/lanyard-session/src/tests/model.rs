//! Every order of events in a small world: two cards in two readers, two desks at one seat or two, up to a
//! depth, breadth first.
//!
//! The world tells the machine what happens, and an observer who knows no rule of the machine's but what must
//! always be true looks at every effect. That the search bites is shown by faults: each must be found.

mod canon;
mod fault;
mod moves;
mod observer;
mod people;
mod promises;
mod search;
mod world;

use std::{collections::HashSet, thread};

use crate::{Departure, EndReason, LockReason, OnRemoval, OnSwitch, Refusal, Reverify, State};
use fault::Fault;
use moves::{Answer, Move};
use observer::Kind;
use search::{Found, search, walk};
use world::Site;

const END: Site = Site {
    seats: ["seat0", "seat0"],
    on_removal: OnRemoval::End,
    on_switch: OnSwitch::Lock,
    reverify: Reverify::No,
};

const LOCK: Site = Site { on_removal: OnRemoval::Lock, reverify: Reverify::Yes, ..END };

const KEEP: Site = Site { on_removal: OnRemoval::Keep, on_switch: OnSwitch::End, ..END };

const TWO_SEATS: Site = Site { seats: ["seat0", "seat1"], reverify: Reverify::No, ..LOCK };

/// As many moves in a row as are tried in every order after each beginning, in the time that a test may take.
const FAR: usize = 4;

/// The same for those who have the time.
const FARTHER: usize = 6;

const BEGINNINGS: [&[Move]; 5] = [&[], STARTED, ACTIVE, RETURNED, BOTH];

/// The holder of the first card is signed in at the first desk.
const STARTED: &[Move] = &[INSERT, SIGN_IN, RECORDED];

/// She is in her role.
const ACTIVE: &[Move] = &[INSERT, SIGN_IN, RECORDED, Move::Answer(0, Answer::Day), RECORDED];

/// Without a role, an hour later, she pulled her card and put it back, which locked or ended her session, or did
/// nothing.
const RETURNED: &[Move] =
    &[INSERT, SIGN_IN, RECORDED, Move::Tick, Move::Pull(0, Departure::Removed), INSERT];

/// Another user came to the second desk, and the holder of the second card is in her role there.
const BOTH: &[Move] = &[
    INSERT,
    SIGN_IN,
    RECORDED,
    Move::Answer(0, Answer::Day),
    RECORDED,
    Move::Insert(1),
    Move::Enter(1),
    Move::SignIn { desk: 1, card: 1 },
    RECORDED,
    Move::Answer(1, Answer::DayAndNight),
    RECORDED,
];

const INSERT: Move = Move::Insert(0);
const SIGN_IN: Move = Move::SignIn { desk: 0, card: 0 };
/// The only record that is under way.
const RECORDED: Move = Move::Recorded(0);

fn every_promise_is_kept(depth: usize, at_once: usize) {
    let mut found = Vec::new();
    for sites in [END, LOCK, KEEP, TWO_SEATS].chunks(at_once) {
        thread::scope(|scope| {
            let search = |site| move || search(site, (Fault::None, None), &BEGINNINGS, depth);
            let searches: Vec<_> = sites.iter().map(|site| scope.spawn(search(*site))).collect();
            found.extend(searches.into_iter().map(|search| search.join().unwrap()));
        });
    }
    let mut seen = HashSet::new();
    for Found { states, steps, violation, seen: here } in &found {
        assert_eq!(*violation, None);
        println!("{steps} steps, states after each round: {states:?}");
        seen.extend(here);
    }
    let visited: usize = found.iter().filter_map(|found| found.states.last()).sum();
    println!("session_states_visited {visited}");
    everything_was_seen(&seen);
}

fn everything_was_seen(seen: &HashSet<(Kind, &str)>) {
    let of = |kind, words: Vec<&'static str>| words.into_iter().map(move |word| (kind, word));
    let ends = EndReason::ALL.iter().map(|end| end.word()).collect();
    let locks = LockReason::ALL.iter().map(|lock| lock.word()).collect();
    let states = State::ALL.iter().map(|state| state.word()).collect();
    let refusals = Refusal::ALL.iter().map(|refusal| refusal.word()).collect();
    let all = of(Kind::End, ends)
        .chain(of(Kind::Lock, locks))
        .chain(of(Kind::State, states))
        .chain(of(Kind::Refusal, refusals))
        .chain(of(Kind::News, vec!["roles", "unattended"]));
    let unseen: Vec<_> = all.filter(|word| !seen.contains(word)).collect();
    assert_eq!(unseen, []);
}

#[test]
fn every_order_of_events_keeps_every_promise() {
    every_promise_is_kept(FAR, 4);
}

#[test]
#[ignore = "takes minutes, and a gigabyte"]
fn every_longer_order_of_events_keeps_every_promise() {
    every_promise_is_kept(FARTHER, 1);
}

/// What breadth cannot reach: long ways, each move picked by chance, the same every time.
#[test]
fn long_walks_keep_every_promise() {
    for (site, seed) in [END, LOCK, KEEP, TWO_SEATS].iter().cycle().zip(1..=1000) {
        let violation = walk(*site, seed, 80);
        assert_eq!(violation, None);
    }
}

#[test]
fn every_fault_is_found_by_the_promise_that_it_breaks() {
    for (fault, promise) in Fault::ALL {
        let found = search(LOCK, (fault, Some(promise)), &BEGINNINGS, FAR);
        let violation = found.violation.unwrap_or_else(|| panic!("{fault:?}: {promise}"));
        println!("{fault:?}: {violation}");
    }
}
