//! The chain's end: writes lines one after another, each with the hash of the one before.
//!
//! A line counts when all of its bytes were taken. What a failed write left stays in the file, and the
//! next line that is written is a mark that closes it. Knows no path and no folder.

use std::{
    fs::File,
    io::{self, Write},
};

use crate::{
    Head,
    line::{Content, seal},
    mark::Mark,
    torn::Region,
};

/// Above this many bytes nothing waits to be synced: it bounds what a crash can tear.
const MOST_UNSYNCED: u64 = 65_536;

/// What is written to: takes bytes at its end, and brings them to the disk.
pub(crate) trait Medium {
    /// Takes some of the bytes and says how many.
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize>;
    /// Returns when everything that was taken is on the disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Medium for File {
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Writes the chain to a medium.
#[derive(Debug)]
pub(crate) struct Writer<M> {
    medium: M,
    end: End,
    unsynced: u64,
}

/// Where the chain ends, and in what condition the medium is there.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) head: Head,
    /// How many bytes there are.
    pub(crate) length: u64,
    /// Whether the last byte is the end of a line, or there is none.
    pub(crate) line_ended: bool,
    /// What is after the last record and no record; some asks for a mark.
    pub(crate) torn: Option<Region>,
}

impl End {
    /// The end of an empty file that continues the chain.
    pub(crate) const fn of_nothing(head: Head) -> Self {
        Self { head, length: 0, line_ended: true, torn: None }
    }
}

impl<M: Medium> Writer<M> {
    pub(crate) const fn new(medium: M, end: End) -> Self {
        Self { medium, end, unsynced: 0 }
    }

    pub(crate) const fn end(&self) -> &End {
        &self.end
    }

    pub(crate) const fn medium(&self) -> &M {
        &self.medium
    }

    /// Goes on from another head, or in another condition, than the last line gave.
    pub(crate) fn go_on_from(&mut self, end: End) {
        self.end = end;
    }

    /// How long the next line would be.
    pub(crate) fn measure(&self, time: &str, content: Content<'_>) -> u64 {
        seal(self.end.head, time, content).0.len() as u64
    }

    /// Writes a line. It is on the disk after the next [`Self::sync`].
    pub(crate) fn write(&mut self, time: &str, content: Content<'_>) -> io::Result<Head> {
        self.close_torn(time)?;
        self.put(time, content)?;
        Ok(self.end.head)
    }

    /// Closes with a mark what is after the last record and no record.
    pub(crate) fn close_torn(&mut self, time: &str) -> io::Result<()> {
        if !self.end.line_ended {
            self.end_line()?;
        }
        if let Some(torn) = self.end.torn.as_ref().map(Region::torn) {
            self.put(time, Content::Mark(&Mark::TornLineClosed(torn)))?;
        }
        Ok(())
    }

    /// Ends a line that is torn; or a record's, of which only the end is missing.
    fn end_line(&mut self) -> io::Result<()> {
        match &self.end.torn {
            Some(torn) if !torn.is_empty() => {
                // Of a record that does not count all but the end may be there.
                let end = b" \n";
                self.put_bytes(end)?;
                self.end.torn.get_or_insert_default().take(end);
            }
            _ => self.put_bytes(b"\n")?,
        }
        self.end.line_ended = true;
        Ok(())
    }

    /// Whether everything that was written is on the disk.
    pub(crate) const fn is_synced(&self) -> bool {
        self.unsynced == 0
    }

    /// Whether so much waits to be synced that it should be.
    pub(crate) const fn wants_sync(&self) -> bool {
        self.unsynced > MOST_UNSYNCED
    }

    /// Brings everything that was written to the disk.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        if !self.is_synced() {
            self.medium.sync()?;
            self.unsynced = 0;
        }
        Ok(())
    }

    fn put(&mut self, time: &str, content: Content<'_>) -> io::Result<()> {
        let (line, head) = seal(self.end.head, time, content);
        self.put_bytes(&line)?;
        self.end.head = head;
        self.end.torn = None;
        Ok(())
    }

    fn put_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        let result = loop {
            if rest.is_empty() {
                break Ok(());
            }
            match self.medium.take(rest) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(taken) => rest = rest.get(taken..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        let taken = bytes.get(..bytes.len() - rest.len()).unwrap_or_default();
        self.end.length += taken.len() as u64;
        self.unsynced += taken.len() as u64;
        if result.is_err() && !taken.is_empty() {
            self.end.torn.get_or_insert_default().take(taken);
            self.end.line_ended = false;
        }
        result
    }
}

#[cfg(test)]
mod tests;
