//! What whoever runs the stories reads.

use std::io::Write as _;

/// Says a line.
pub(crate) fn say(line: &str) {
    // A closed standard output is no reason to stop.
    let _written = writeln!(std::io::stdout().lock(), "{line}");
}
