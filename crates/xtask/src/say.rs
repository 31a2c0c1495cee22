//! What the developer sees: headings, lines, complaints; and how long things took.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the developer at the terminal is this module's duty"
)]

use std::time::{Duration, Instant};

/// A line.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// The beginning of a stage.
pub(crate) fn heading(title: &str) {
    println!("\n=== {title}");
}

/// Something that is wrong.
pub(crate) fn complaint(text: &str) {
    eprintln!("xtask: {text}");
}

/// Does something and tells how long it took.
#[expect(
    clippy::disallowed_methods,
    reason = "a developer wants to know where the time goes; nothing depends on it"
)]
pub(crate) fn timed<T>(task: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = task();
    (result, start.elapsed())
}
