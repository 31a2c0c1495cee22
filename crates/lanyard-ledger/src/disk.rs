//! The seam to the file system: one file that is appended to and replaced, so that tests can let each step
//! fail, or the power with it.
//!
//! A step has happened for good only when the sync after it has returned.

mod folder;

use std::io;

pub use folder::Folder;

/// Where a ledger is kept. Whoever has it has it alone.
pub trait Disk: Send {
    /// What the file holds, but no more than `most` bytes; nothing where there is no file.
    ///
    /// # Errors
    /// When there is one and it cannot be read.
    fn read(&mut self, most: usize) -> io::Result<Option<Vec<u8>>>;

    /// Whether a file has been here before, whatever became of it.
    ///
    /// # Errors
    /// When that cannot be found out.
    fn has_been_used(&mut self) -> io::Result<bool>;

    /// Remembers for good that there is a file.
    ///
    /// # Errors
    /// When it cannot.
    fn mark_used(&mut self) -> io::Result<()>;

    /// Writes into the file, or at its end.
    ///
    /// # Errors
    /// When not everything was written.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Waits until what was written is on the disk.
    ///
    /// # Errors
    /// When it may not be there.
    fn sync(&mut self) -> io::Result<()>;

    /// Writes a new file beside the present one, and waits until it is on the disk.
    ///
    /// # Errors
    /// When it may not be there.
    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Gives the present file a second name that stays with it, and tells the name.
    ///
    /// # Errors
    /// When it may not have one.
    fn keep_aside(&mut self) -> io::Result<String>;

    /// Puts the file beside in the place of the present one.
    ///
    /// # Errors
    /// When it may not be there after a crash.
    fn replace(&mut self) -> io::Result<()>;
}
