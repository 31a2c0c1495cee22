//! Memory for secrets: each in a page of its own, locked against swapping and zeroed when it is dropped.
//!
//! A page, because mlock(2) works by pages and does not nest: two secrets on one page would be unlocked
//! with the first. Core dumps and ptrace are a matter of the process, not of this file.

use std::{
    fmt,
    io::{self, Read},
};

use region::LockGuard;
use zeroize::Zeroize;

/// The longest secret, in bytes, and the size of the pages that are locked.
pub const LONGEST_SECRET: usize = 4096;

#[repr(align(4096))]
struct Page([u8; LONGEST_SECRET]);

/// Bytes that nobody may see: locked, zeroed when dropped, never printed, never cloned.
pub struct SecretBytes {
    // Dropped before the page, so that no page is unlocked that is somebody else's by now.
    _lock: LockGuard,
    page: Box<Page>,
    length: usize,
}

/// Why there is no safe place for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The system refuses to lock memory, for instance because `RLIMIT_MEMLOCK` (setrlimit(2)) is reached.
    #[error(
        "memory for a secret cannot be locked (system error {code:?}); RLIMIT_MEMLOCK may be too low"
    )]
    LockRefused {
        /// The system's error number, where it gave one.
        code: Option<i32>,
    },
    /// The system's pages are larger than those that are locked here, and secrets would share one.
    #[error("memory pages of {bytes} bytes are not supported for secrets")]
    PageSize {
        /// The size of the system's pages.
        bytes: usize,
    },
    /// The secret is longer than its place.
    #[error("a secret is longer than its place")]
    TooLong,
}

/// Why no secret could be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadSecretError {
    /// Nothing was written before the end.
    #[error("no secret was given")]
    Empty,
    /// More was written than a secret may have; what follows was not read.
    #[error("a secret of more than {limit} bytes was given")]
    TooLong {
        /// The most bytes that were allowed.
        limit: usize,
    },
    /// Reading failed.
    #[error("a secret could not be read: {0}")]
    Io(#[from] io::Error),
    /// There is no safe place for it.
    #[error(transparent)]
    Memory(#[from] SecretError),
}

/// What one reading gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretRead {
    /// Something; more may follow.
    Some,
    /// The end.
    End,
}

impl SecretBytes {
    /// An empty secret with a locked page.
    ///
    /// # Errors
    /// [`SecretError::LockRefused`], [`SecretError::PageSize`].
    pub fn new() -> Result<Self, SecretError> {
        let bytes = region::page::size();
        if bytes > LONGEST_SECRET {
            return Err(SecretError::PageSize { bytes });
        }
        let page = Box::new(Page([0; LONGEST_SECRET]));
        let lock = region::lock(page.0.as_ptr(), LONGEST_SECRET)
            .map_err(|error| SecretError::LockRefused { code: error.raw_os_error() })?;
        Ok(Self { _lock: lock, page, length: 0 })
    }

    /// Reads a secret to its end, without a copy on the way.
    ///
    /// # Errors
    /// [`ReadSecretError`]; what was read until then is zeroed.
    pub fn read_from(source: &mut dyn Read, limit: usize) -> Result<Self, ReadSecretError> {
        let mut secret = Self::new()?;
        loop {
            match secret.read_some(source, limit) {
                Ok(SecretRead::Some) => {}
                Ok(SecretRead::End) if secret.length == 0 => return Err(ReadSecretError::Empty),
                Ok(SecretRead::End) => return Ok(secret),
                Err(ReadSecretError::Io(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads once what is there, at most `limit` bytes in all: for a source that is waited for elsewhere.
    ///
    /// # Errors
    /// [`ReadSecretError::TooLong`]; [`ReadSecretError::Io`], also for `WouldBlock` and `Interrupted`.
    pub fn read_some(
        &mut self,
        source: &mut dyn Read,
        limit: usize,
    ) -> Result<SecretRead, ReadSecretError> {
        // One byte more than allowed tells a secret that is too long from one that just fits.
        let end = limit.saturating_add(1).min(LONGEST_SECRET);
        let limit = end - 1;
        let room = self.page.0.get_mut(self.length..end).unwrap_or_default();
        match source.read(room)? {
            0 if !room.is_empty() => Ok(SecretRead::End),
            read => {
                self.length = self.length.saturating_add(read).min(LONGEST_SECRET);
                let fits = read > 0 && self.length <= limit;
                if fits { Ok(SecretRead::Some) } else { Err(ReadSecretError::TooLong { limit }) }
            }
        }
    }

    /// Appends bytes whose own place is the caller's care.
    ///
    /// # Errors
    /// [`SecretError::TooLong`] beyond [`LONGEST_SECRET`]; nothing is appended then.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), SecretError> {
        let end = self.length.saturating_add(bytes.len());
        let room = self.page.0.get_mut(self.length..end).ok_or(SecretError::TooLong)?;
        room.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }

    /// Forgets all but the first `length` bytes. A shorter secret stays as it is.
    pub fn truncate(&mut self, length: usize) {
        if let Some(rest) = self.page.0.get_mut(length..self.length) {
            rest.zeroize();
            self.length = length;
        }
    }

    /// The secret itself. Whoever copies it takes over the care for the copy.
    pub fn bytes(&self) -> &[u8] {
        self.page.0.get(..self.length).unwrap_or_default()
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.page.0.zeroize();
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_to_its_end() {
        let secret = SecretBytes::read_from(&mut &b"first second"[..], 12).unwrap();
        assert_eq!(secret.bytes(), b"first second");
    }

    #[test]
    fn a_secret_in_drops_is_read_to_its_end() {
        let mut drops = b"12".chain(&b"34"[..]).chain(&b"5"[..]);
        assert_eq!(SecretBytes::read_from(&mut drops, 8).unwrap().bytes(), b"12345");
    }

    #[test]
    fn nothing_and_too_much_are_told_apart() {
        let read = |source: &[u8]| SecretBytes::read_from(&mut { source }, 8).map(drop);
        assert!(matches!(read(b""), Err(ReadSecretError::Empty)));
        assert!(matches!(read(b"12345678"), Ok(())));
        assert!(matches!(read(b"123456789"), Err(ReadSecretError::TooLong { limit: 8 })));
        assert!(matches!(read(&vec![7; 1 << 20]), Err(ReadSecretError::TooLong { limit: 8 })));
    }

    #[test]
    fn no_limit_is_beyond_the_page() {
        let endless = &mut io::repeat(7);
        let read = SecretBytes::read_from(endless, usize::MAX);
        assert!(matches!(read, Err(ReadSecretError::TooLong { limit: 4095 })));
    }

    #[test]
    fn only_so_much_is_read_as_shows_that_it_is_too_long() {
        let mut source: &[u8] = &[7; 100];
        SecretBytes::read_from(&mut source, 8).unwrap_err();
        assert_eq!(source.len(), 91);
    }

    #[test]
    fn an_interrupted_reading_goes_on() {
        struct Interrupted(bool);
        impl Read for Interrupted {
            fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return (&b""[..]).read(room);
                }
                Err(io::ErrorKind::Interrupted.into())
            }
        }
        let mut source = Interrupted(false).chain(&b"1234"[..]);
        assert_eq!(SecretBytes::read_from(&mut source, 8).unwrap().bytes(), b"1234");
    }

    #[test]
    fn what_is_truncated_is_zeroed() {
        let mut secret = SecretBytes::new().unwrap();
        secret.append(b"12345678").unwrap();
        secret.truncate(4);
        secret.truncate(6);
        assert_eq!(secret.bytes(), b"1234");
        assert_eq!(secret.page.0[..9], *b"1234\0\0\0\0\0");
    }

    #[test]
    fn more_than_the_page_is_refused_and_changes_nothing() {
        let mut secret = SecretBytes::new().unwrap();
        secret.append(&[7; 4095]).unwrap();
        assert_eq!(secret.append(&[7; 2]), Err(SecretError::TooLong));
        assert_eq!(secret.bytes().len(), 4095);
    }

    #[test]
    fn a_secret_is_never_printed() {
        let secret = SecretBytes::read_from(&mut &b"1234"[..], 8).unwrap();
        assert_eq!(format!("{secret:?} {secret:#?}"), "secret secret");
    }
}
