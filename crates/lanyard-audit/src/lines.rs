//! Lines of a file of any size, in bounded memory.
//!
//! A line that is too long for a record is never held as a whole: its bytes are handed out as they pass.

use std::io::{self, BufRead, BufReader, Read};

use crate::LONGEST_LINE;

const BUFFER: usize = 65_536;

/// Reads lines.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
}

/// A line as it was met.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// A line without its end.
    Ended(&'a [u8]),
    /// The bytes after the last line's end.
    Unfinished(&'a [u8]),
    /// More bytes than a record has, with or without an end.
    TooLong { bytes: u64 },
}

impl<R: Read> Lines<R> {
    pub(crate) fn of(input: R) -> Self {
        Self { input: BufReader::with_capacity(BUFFER, input), line: Vec::new() }
    }

    /// The next line; none at the end. All bytes of a line that is too long, with its end, go to `spill`.
    pub(crate) fn next(&mut self, mut spill: impl FnMut(&[u8])) -> io::Result<Option<Line<'_>>> {
        if self.fill()? == 0 {
            return Ok(None);
        }
        if self.line.len() > LONGEST_LINE && !self.ends() {
            let mut bytes = 0;
            loop {
                bytes += self.line.len() as u64;
                spill(&self.line);
                if self.ends() || self.fill()? == 0 {
                    return Ok(Some(Line::TooLong { bytes }));
                }
            }
        }
        Ok(Some(match self.line.strip_suffix(b"\n") {
            Some(line) => Line::Ended(line),
            None => Line::Unfinished(&self.line),
        }))
    }

    /// Passes over the rest of a line whose beginning was not read.
    pub(crate) fn skip_one(&mut self) -> io::Result<()> {
        self.next(|_| {}).map(drop)
    }

    /// Reads up to the end of the line, or as much as a record and its end could have.
    fn fill(&mut self) -> io::Result<usize> {
        self.line.clear();
        let most = LONGEST_LINE as u64 + 1;
        self.input.by_ref().take(most).read_until(b'\n', &mut self.line)
    }

    fn ends(&self) -> bool {
        self.line.ends_with(b"\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was met, as text: the lines, and how many bytes were spilt.
    fn met(input: &[u8]) -> (Vec<String>, usize) {
        let mut lines = Lines::of(input);
        let (mut met, mut spilt) = (Vec::new(), 0);
        while let Some(line) = lines.next(|bytes| spilt += bytes.len()).unwrap() {
            met.push(match line {
                Line::Ended(line) => format!("{} ended", line.len()),
                Line::Unfinished(line) => format!("{} unfinished", line.len()),
                Line::TooLong { bytes } => format!("{bytes} too long"),
            });
        }
        (met, spilt)
    }

    #[test]
    fn lines_are_told_by_their_ends() {
        assert_eq!(met(b""), (vec![], 0));
        assert_eq!(met(b"a\n\nbc").0, ["1 ended", "0 ended", "2 unfinished"]);
    }

    #[test]
    fn only_what_is_longer_than_a_record_is_spilt() {
        let line = |length: usize| [vec![b'x'; length], vec![b'\n']].concat();
        let longest = line(LONGEST_LINE);
        assert_eq!(met(&longest), (vec!["65536 ended".to_owned()], 0));
        let input = [line(LONGEST_LINE + 1), line(1), vec![b'y'; 3 * LONGEST_LINE]].concat();
        let (lines, spilt) = met(&input);
        assert_eq!(lines, ["65538 too long", "1 ended", "196608 too long"]);
        assert_eq!(spilt, 65_538 + 196_608);
    }

    #[test]
    fn a_line_of_a_gibibyte_is_passed_in_bounded_memory() {
        let mut lines = Lines::of(io::repeat(b'x').take(1 << 30));
        let line = lines.next(|_| {}).unwrap();
        assert_eq!(line, Some(Line::TooLong { bytes: 1 << 30 }));
        assert!(lines.line.capacity() < 4 * LONGEST_LINE);
    }
}
