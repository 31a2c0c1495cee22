//! What only the inside of the crate can test: every order of events, up to a depth.

#[expect(dead_code, reason = "the tests outside use more of it")]
#[path = "../tests/sessions/cards.rs"]
mod cards;
mod model;
