//! The log's files: the one that is written to, those set aside, the lock, the folder.
//!
//! A file is set aside under the number of its first record, `audit.jsonl.000000000001`, and never renamed
//! again: names in the order of numbers are the chain. What is in the files is not known here.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, Permissions, TryLockError},
    io,
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};

use crate::AuditError;

/// Its owner writes; its group, which auditors are put into, reads; nobody else does either.
const MODE: u32 = 0o640;

/// The least digits of a number in a name. logrotate's short ones are not taken for ours.
const DIGITS: usize = 12;

/// The writer's lock.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone would leave it to a child that has not yet begun its program. It cannot fail in
        // a way that closing would not mend.
        let _ = self.0.unlock();
    }
}

/// Takes the writer's lock.
pub(crate) fn lock(log: &Path) -> Result<Lock, AuditError> {
    let path = beside(log, "lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600).custom_flags(no_follow());
    let file = options.open(&path).map_err(|error| AuditError::of(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(AuditError::InUse { file: log.to_owned() }),
        Err(TryLockError::Error(error)) => Err(AuditError::of(&path, error)),
    }
}

/// Opens the file that is written to; none when there is none.
pub(crate) fn open(log: &Path) -> Result<Option<File>, AuditError> {
    let mut options = OpenOptions::new();
    // Reading too, so that the end can be read, and so that a pipe at the path does not block.
    options.read(true).append(true).custom_flags(no_follow());
    match options.open(log) {
        Ok(file) if file.metadata().is_ok_and(|it| it.is_file()) => Ok(Some(file)),
        Ok(_) => Err(AuditError::NotAFile { file: log.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(AuditError::of(log, error)),
    }
}

/// Makes the file that is written to. It and its name are on the disk when this returns.
pub(crate) fn create(log: &Path) -> Result<File, AuditError> {
    let failed = |error| AuditError::of(log, error);
    let mut options = OpenOptions::new();
    options.read(true).append(true).create_new(true).mode(MODE);
    let file = options.open(log).map_err(failed)?;
    // Whatever the umask is.
    file.set_permissions(Permissions::from_mode(MODE)).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    sync_folder(log)?;
    Ok(file)
}

/// The permission bits that the file has beyond those that it is made with; none when there are no more.
pub(crate) fn too_open(file: &File) -> Option<u32> {
    let mode = file.metadata().ok()?.mode() & 0o7777;
    (mode & !MODE != 0).then_some(mode)
}

/// What is at the log's path, compared with the file that is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The same file.
    Same,
    /// Nothing.
    Empty,
    /// Another file.
    Other { bytes: u64 },
}

/// Looks what is at the log's path.
pub(crate) fn place(log: &Path, file: &File) -> Result<Place, AuditError> {
    let failed = |error| AuditError::of(log, error);
    let ours = file.metadata().map_err(failed)?;
    match fs::symlink_metadata(log) {
        Ok(it) if (it.dev(), it.ino()) == (ours.dev(), ours.ino()) => Ok(Place::Same),
        Ok(it) if it.is_file() => Ok(Place::Other { bytes: it.len() }),
        Ok(_) => Err(AuditError::NotAFile { file: log.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Place::Empty),
        Err(error) => Err(failed(error)),
    }
}

/// Sets the file aside under the number of its first record, and makes an empty one.
pub(crate) fn set_aside(log: &Path, first: u64) -> Result<File, AuditError> {
    let aside = beside(log, &format!("{first:0DIGITS$}"));
    rename(log, &aside)?;
    create(log).inspect_err(|_| {
        // The file that could not be made may be there, empty, where the old one belongs.
        let _ = fs::remove_file(log);
        let _ = rename(&aside, log);
    })
}

/// Removes a file that was set aside.
pub(crate) fn remove(file: &Path) -> Result<(), AuditError> {
    fs::remove_file(file).map_err(|error| AuditError::of(file, error))?;
    sync_folder(file)
}

/// The files of a log in the order of the chain: those set aside, then the one that is written to.
///
/// # Errors
/// [`AuditError`] when the folder cannot be read.
pub fn in_order(log: &Path) -> Result<Vec<PathBuf>, AuditError> {
    let mut files = aside(log)?;
    files.extend(log.exists().then(|| log.to_owned()));
    Ok(files)
}

/// The files set aside, in the order of the chain.
pub(crate) fn aside(log: &Path) -> Result<Vec<PathBuf>, AuditError> {
    let folder = folder(log);
    let failed = |error| AuditError::of(folder, error);
    let mut numbered = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        numbered.extend(number(log, &name).map(|number| (number, folder.join(&name))));
    }
    numbered.sort();
    Ok(numbered.into_iter().map(|(_, file)| file).collect())
}

/// The number in the name of a file set aside.
fn number(log: &Path, name: &OsString) -> Option<u64> {
    let own = log.file_name()?.to_str()?;
    let digits = name.to_str()?.strip_prefix(own)?.strip_prefix('.')?;
    let ours = digits.len() >= DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    if ours { digits.parse().ok() } else { None }
}

fn rename(from: &Path, to: &Path) -> Result<(), AuditError> {
    renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)
        .map_err(|error| AuditError::of(to, error.into()))
}

fn sync_folder(log: &Path) -> Result<(), AuditError> {
    let folder = folder(log);
    let synced = File::open(folder).and_then(|it| it.sync_all());
    synced.map_err(|error| AuditError::of(folder, error))
}

fn folder(log: &Path) -> &Path {
    log.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(log: &Path, ending: &str) -> PathBuf {
    let mut name = log.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn no_follow() -> i32 {
    #[expect(clippy::cast_possible_wrap, reason = "a flag far below the sign")]
    let flags = OFlags::NOFOLLOW.bits() as i32;
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_the_order_of_their_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("audit.jsonl");
        let others = ["audit.jsonl.1", "audit.jsonl.lock", "audit.jsonl.000000000001.gz", "audit"];
        let ours = ["000000000009", "000000000010", "1000000000000"];
        for name in others {
            fs::write(folder.path().join(name), "").unwrap();
        }
        for number in ours.iter().rev() {
            fs::write(beside(&log, number), "").unwrap();
        }
        assert_eq!(in_order(&log).unwrap(), ours.map(|number| beside(&log, number)));
        fs::write(&log, "").unwrap();
        assert_eq!(in_order(&log).unwrap().pop(), Some(log));
    }

    #[test]
    fn a_new_file_has_its_mode_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("audit.jsonl");
        let file = create(&log).unwrap();
        assert_eq!(file.metadata().unwrap().mode() & 0o7777, 0o640);
        assert_eq!(too_open(&file), None);
        file.set_permissions(Permissions::from_mode(0o644)).unwrap();
        assert_eq!(too_open(&file), Some(0o644));
        fs::write(beside(&log, "000000000001"), "older").unwrap();
        assert!(matches!(set_aside(&log, 1), Err(AuditError::Io { .. })));
        assert_eq!(place(&log, &file).unwrap(), Place::Same);
    }

    #[test]
    fn links_pipes_and_folders_are_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("audit.jsonl");
        assert!(matches!(open(&log), Ok(None)));
        std::os::unix::fs::symlink("elsewhere", &log).unwrap();
        assert!(matches!(open(&log), Err(AuditError::NotAFile { .. })));
        fs::remove_file(&log).unwrap();
        fs::create_dir(&log).unwrap();
        assert!(matches!(open(&log), Err(AuditError::NotAFile { .. })));
        fs::remove_dir(&log).unwrap();
        let mkfifo = std::process::Command::new("mkfifo").arg(&log).status().unwrap();
        assert!(mkfifo.success());
        assert!(matches!(open(&log), Err(AuditError::NotAFile { .. })));
    }
}
