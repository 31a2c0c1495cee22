//! Several people at one machine, with logind and polkit played on the stack's bus: who is let in, and what a user
//! switch ends.

mod administrators;
mod callers;
mod examined;
mod machine;
mod program;
mod sessions;
mod switching;
