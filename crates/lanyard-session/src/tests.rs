//! What only the inside of the crate can test: every order of events, up to a depth.

#[path = "../tests/sessions/cards.rs"]
mod cards;
mod model;
