//! The engine under every order of events: no clock, no thread, no bus.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod at_card;
mod attempts;
mod cards;
mod day;
mod desks;
mod desktop;
mod endings;
mod judging;
mod judging_again;
mod keys;
mod orders;
mod sessions;
mod tickets;
