//! A Unix socket that speaks in lines, with a deadline for each.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::clock;

/// A connection.
#[derive(Debug)]
pub(crate) struct Lines {
    reader: BufReader<UnixStream>,
    /// The beginning of a line that had not come to its end by the last deadline.
    begun: Vec<u8>,
}

impl Lines {
    pub(crate) fn connect(path: &Path) -> io::Result<Self> {
        Ok(Self { reader: BufReader::new(UnixStream::connect(path)?), begun: Vec::new() })
    }

    pub(crate) fn say(&mut self, line: &str) -> io::Result<()> {
        self.reader.get_mut().write_all(format!("{line}\n").as_bytes())
    }

    /// The next line without its end.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] at the deadline, [`io::ErrorKind::UnexpectedEof`] at the end.
    pub(crate) fn hear(&mut self, within: Duration) -> io::Result<String> {
        let deadline = clock::now() + within;
        loop {
            let left = deadline.saturating_duration_since(clock::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.reader.get_mut().set_read_timeout(Some(left))?;
            match self.reader.read_until(b'\n', &mut self.begun) {
                Ok(_) if self.begun.ends_with(b"\n") => {
                    let line = std::mem::take(&mut self.begun);
                    return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
                }
                Ok(_) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}
