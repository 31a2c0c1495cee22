//! Files that others read are replaced as a whole: nobody reads half of one, and what was there stays until then.

use std::{
    fs::{self, OpenOptions, Permissions},
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// Everybody may read them; nothing in them is about anybody.
const MODE: u32 = 0o644;

/// Puts a whole file in the place of another, or leaves that as it is.
pub(crate) fn replace(file: &Path, text: &str) -> io::Result<()> {
    let fresh = beside(file);
    let written = write(&fresh, text).and_then(|()| fs::rename(&fresh, file));
    if written.is_err() {
        // It may not even be there.
        let _ = fs::remove_file(&fresh);
    }
    written
}

/// In the same folder, and with an ending that nobody collects.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    // One that was left half-written. Nothing is written through a link that somebody has put there.
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut fresh = OpenOptions::new().write(true).create_new(true).mode(MODE).open(file)?;
    // Whatever the umask is.
    fresh.set_permissions(Permissions::from_mode(MODE))?;
    fresh.write_all(text.as_bytes())?;
    fresh.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_everybody_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("numbers.prom");
        fs::write(beside(&file), "left half-written").unwrap();
        for text in ["first\n", "second\n"] {
            replace(&file, text).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, MODE);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_in_the_place_of_the_new_file_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("numbers.prom"), folder.path().join("other"));
        fs::write(&other, "untouched").unwrap();
        std::os::unix::fs::symlink(&other, beside(&file)).unwrap();
        replace(&file, "second\n").unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "untouched");
        assert_eq!(fs::read_to_string(&file).unwrap(), "second\n");
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_failure_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(replace(&folder.path().join("missing/numbers.prom"), "second\n").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
