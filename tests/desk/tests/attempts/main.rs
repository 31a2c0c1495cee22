//! Attempts at a passcode in the whole daemon: changed, disturbed, at a reader's keys, recorded, and in
//! every order with crashes between. In process, on virtual readers.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

mod changes;
mod disturbed;
mod elsewhere;
mod keys;
mod recorded;
mod sequences;
mod taken_back;
