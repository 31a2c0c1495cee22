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
mod search;
mod world;

use crate::{OnRemoval, OnSwitch, Reverify};
use fault::Fault;
use search::{Found, search};
use world::Site;

const END: Site = Site {
    seats: ["seat0", "seat0"],
    on_removal: OnRemoval::End,
    on_switch: OnSwitch::Lock,
    reverify: Reverify::No,
};

const LOCK: Site = Site { on_removal: OnRemoval::Lock, reverify: Reverify::Yes, ..END };

const KEEP: Site = Site { on_removal: OnRemoval::Keep, on_switch: OnSwitch::End, ..END };

const TWO_SEATS: Site = Site { seats: ["seat0", "seat1"], ..LOCK };

fn holds(name: &str, site: Site, depth: usize) {
    let found = search(site, Fault::None, depth);
    assert_eq!(found.violation, None);
    println!("session_states_visited {name} {} in {} steps", found.states, found.steps);
}

#[test]
fn every_order_of_events_keeps_the_promises_where_removal_ends() {
    holds("end", END, 5);
}
