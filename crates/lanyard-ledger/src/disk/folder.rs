//! The ledger's folder on a real file system: `ledger`, `ledger.new` while it is rewritten, `ledger.lock`,
//! and damaged files as `ledger.corrupt-1` and so on.
//!
//! The lock is a file of its own, since the ledger's is replaced. One byte in it says that there has been a
//! ledger. All are readable by their owner alone; the folder must be there.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Disk;
use crate::{LedgerError, Step};

const FILE: &str = "ledger";
const BESIDE: &str = "ledger.new";
const LOCK: &str = "ledger.lock";
const OWNER_ONLY: u32 = 0o600;

/// Damaged files are kept, but not without end: then somebody has to look.
const MOST_ASIDE: u32 = 99;

/// A locked folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    opened: File,
    lock: File,
    file: Option<File>,
    beside: Option<File>,
}

impl Folder {
    /// Locks the folder.
    ///
    /// # Errors
    /// [`LedgerError::InUse`]; [`LedgerError::Disk`] when the folder is missing or cannot be written.
    pub fn lock(path: &Path) -> Result<Self, LedgerError> {
        let failed = |source| LedgerError::Disk { step: Step::Open, source };
        let opened = File::open(path).map_err(failed)?;
        let lock = owner_only().create(true).open(path.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LedgerError::InUse),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        Ok(Self { path: path.into(), opened, lock, file: None, beside: None })
    }

    fn present(&self) -> io::Result<&File> {
        self.file.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Closing alone would leave the lock to a child that has not yet begun its program. It cannot fail in
        // a way that closing would not mend.
        let _ = self.lock.unlock();
    }
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(OWNER_ONLY);
    options
}

impl Disk for Folder {
    fn read(&mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        let file = match owner_only().open(self.path.join(FILE)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        file.set_permissions(Permissions::from_mode(OWNER_ONLY))?;
        let mut bytes = Vec::new();
        (&file).take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
        self.file = Some(file);
        Ok(Some(bytes))
    }

    fn has_been_used(&mut self) -> io::Result<bool> {
        Ok(self.lock.metadata()?.len() > 0)
    }

    fn mark_used(&mut self) -> io::Result<()> {
        self.lock.write_all_at(b"1", 0)?;
        self.lock.sync_all()
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.present()?.write_all_at(bytes, offset)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.present()?.sync_data()
    }

    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()> {
        let path = self.path.join(BESIDE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut file = owner_only().create_new(true).open(&path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        self.beside = Some(file);
        Ok(())
    }

    fn keep_aside(&mut self) -> io::Result<String> {
        for number in 1..=MOST_ASIDE {
            let name = format!("{FILE}.corrupt-{number}");
            match fs::hard_link(self.path.join(FILE), self.path.join(&name)) {
                Ok(()) => return self.opened.sync_all().map(|()| name),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many damaged ledgers are kept"))
    }

    fn replace(&mut self) -> io::Result<()> {
        let beside = self.beside.take().ok_or(io::ErrorKind::NotFound)?;
        fs::rename(self.path.join(BESIDE), self.path.join(FILE))?;
        self.file = Some(beside);
        self.opened.sync_all()
    }
}
