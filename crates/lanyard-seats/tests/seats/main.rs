//! Who sits where, on a private bus with stand-ins of logind and polkit.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod callers;
mod changes;
mod endings;
mod failures;
mod lies;
mod machine;
mod policy;
mod polkit;
mod scripted;
mod seating;
mod sleep;
