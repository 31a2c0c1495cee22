//! `recording`: plays the demo's story in a pseudo-terminal and draws what it showed, when it showed it.
//!
//! script(1) of util-linux holds the terminal and writes down how many bytes came after how long; what is drawn from
//! that is in [`picture`]. Colours and movements of the cursor are not understood: the demo uses none.

mod picture;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::cargo::{self, must_succeed};
use crate::error::TaskError;
use crate::setup::{self, Purpose};
use crate::{namespaces, play, say};

/// What the README shows.
const PICTURE: &str = "docs/pictures/demo.svg";

/// What a person types to see the same.
const TYPED: &str = "$ cargo xtask demo --script";

/// A line of the terminal, and when it began to be shown.
#[derive(Debug, PartialEq)]
struct Line {
    /// Seconds after the beginning.
    at: f64,
    text: String,
}

/// Records the demo; the picture is replaced when every step of the story happened.
pub(crate) fn run() -> Result<ExitCode, TaskError> {
    setup::ensure(Purpose::Stack)?;
    let demo = play::built("lanyard-demo", &play::PROGRAMS, &[], "debug")?;
    let folder = cargo::target().join("recording");
    fs::create_dir_all(&folder).map_err(TaskError::io("making a folder for the recording"))?;
    let (shown, times) = (folder.join("shown"), folder.join("times"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--flush", "--logging-format", "classic", "--command"]);
    script.arg(format!("'{}' --script", demo.get_program().to_string_lossy()));
    script.arg("--log-out").arg(&shown).arg("--log-timing").arg(&times);
    must_succeed(&mut namespaces::allowing(script)?)?;
    let lines = lines(&read(&shown)?, &read(&times)?);
    fs::write(PICTURE, picture::draw(TYPED, &lines))
        .map_err(TaskError::io("writing the picture"))?;
    say::line(&format!("{} lines in {PICTURE}", lines.len()));
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> Result<String, TaskError> {
    let bytes = fs::read(file).map_err(TaskError::io("reading the recording"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The lines of what was shown. `times` has a line for each piece: seconds since the piece before, and its length in
/// bytes. script(1) writes a line of its own before the first piece, and another after the last.
fn lines(shown: &str, times: &str) -> Vec<Line> {
    let body = shown.split_once('\n').map_or("", |(_, body)| body);
    let body = body.rsplit_once("\nScript done on ").map_or(body, |(body, _)| body);
    let mut pieces = times.lines().filter_map(piece);
    let (mut at, mut shown_until, mut start) = (0.0, 0, 0);
    let mut lines = Vec::new();
    for text in body.split('\n') {
        while shown_until <= start {
            let Some((pause, length)) = pieces.next() else { break };
            at += pause;
            shown_until += length;
        }
        start += text.len() + 1;
        lines.push(Line { at, text: text.trim_end_matches('\r').to_owned() });
    }
    while lines.last().is_some_and(|line| line.text.is_empty()) {
        lines.pop();
    }
    lines
}

fn piece(line: &str) -> Option<(f64, usize)> {
    let (pause, length) = line.split_once(' ')?;
    Some((pause.parse().ok()?, length.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_shown_when_its_first_byte_came() {
        let shown = "Script started on now\none\r\ntwo\r\n\r\nthree\r\n\nScript done on now\n";
        let lines = lines(shown, "0.5 5\n1.0 3\n0.25 4\n0.25 7\n");
        let told: Vec<_> = lines.iter().map(|line| (line.at, line.text.as_str())).collect();
        assert_eq!(told, [(0.5, "one"), (1.5, "two"), (1.75, ""), (2.0, "three")]);
    }

    #[test]
    fn nothing_shown_is_no_line() {
        assert_eq!(lines("", ""), []);
    }
}
