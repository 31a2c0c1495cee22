//! The drawer: cards that were issued once and are lent to every later stack, since RSA keys cost time.
//!
//! It lies beside the program that issues the cards, new for each build of it and each day, because
//! personas' certificates are dated from the day of issue. A stack works on copies, so no counter of one
//! test is seen by another, and whoever it revokes is revoked there alone.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use lanyard_virtcard::Authorities;

use crate::deadline::{now, today};

/// Cards of one build and one day.
#[derive(Clone, Debug)]
pub(crate) struct Drawer {
    folder: PathBuf,
}

/// The right to make the authorities; others wait until this is dropped.
#[derive(Debug)]
struct FirstUse {
    marker: PathBuf,
    _lock: File,
}

impl Drawer {
    /// The drawer of this program; one in `stack` alone where the program's folder cannot be written to.
    pub(crate) fn of(program: &Path, stack: &Path) -> io::Result<Self> {
        Self::open(program).or_else(|_| {
            let folder = stack.join("drawer");
            fs::create_dir_all(folder.join("cards"))?;
            Ok(Self { folder })
        })
    }

    fn open(program: &Path) -> io::Result<Self> {
        let built = program.metadata()?.modified()?;
        let built = built.duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = format!("{}-{}", built.as_nanos(), today());
        let folder = program.with_file_name("lanyard-cards").join(name);
        fs::create_dir_all(folder.join("cards"))?;
        tempfile::NamedTempFile::new_in(&folder)?;
        Ok(Self { folder })
    }

    /// Copies the PKI into `folder`; made first where there is none.
    pub(crate) fn lend_pki(&self, folder: &Path) -> io::Result<()> {
        let kept = self.folder.join("pki");
        if let Some(first_use) = self.first_use()? {
            Authorities::open(&kept, now()).map_err(io::Error::other)?;
            first_use.done()?;
        }
        copy(&kept, folder)
    }

    /// `None` when the authorities are there; else the right to make them. Processes in different
    /// namespaces may have the same number, so they cannot sort this out among themselves.
    fn first_use(&self) -> io::Result<Option<FirstUse>> {
        let marker = self.folder.join("complete");
        if marker.exists() {
            return Ok(None);
        }
        let lock = File::create(self.folder.join("lock"))?;
        lock.lock()?;
        let first = FirstUse { marker, _lock: lock };
        Ok((!first.marker.exists()).then_some(first))
    }

    /// Copies every card into `folder`, where none is yet.
    pub(crate) fn lend(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for card in fs::read_dir(self.folder.join("cards"))? {
            let card = card?;
            let copy = folder.join(card.file_name());
            let is_card = card.path().extension().is_some_and(|end| end == "json");
            if is_card && !copy.exists() {
                fs::copy(card.path(), copy)?;
            }
        }
        Ok(())
    }

    /// Keeps a card that was just issued in `folder`, unless there is one of this persona.
    pub(crate) fn keep(&self, folder: &Path, persona: &str) -> io::Result<()> {
        let kept = self.folder.join("cards").join(format!("{persona}.json"));
        let issued = folder.join(format!("{persona}.json"));
        if kept.exists() || !issued.exists() {
            return Ok(());
        }
        // Whole or not at all, whoever else does the same.
        let copy = tempfile::NamedTempFile::new_in(self.folder.join("cards"))?;
        fs::copy(issued, copy.path())?;
        copy.persist(kept)?;
        Ok(())
    }
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copied = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &copied)?;
        } else {
            fs::copy(entry.path(), copied)?;
        }
    }
    Ok(())
}

impl FirstUse {
    /// The authorities are there.
    fn done(self) -> io::Result<()> {
        File::create(&self.marker).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawer(folder: &Path) -> Drawer {
        let program = folder.join("program");
        fs::write(&program, "").unwrap();
        Drawer::of(&program, folder).unwrap()
    }

    #[test]
    fn a_card_is_kept_as_issued_and_lent_as_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        let drawer = drawer(folder.path());
        let (first, second) = (folder.path().join("1"), folder.path().join("2"));
        drawer.lend(&first).unwrap();
        fs::write(first.join("nurse.json"), "three tries").unwrap();
        drawer.keep(&first, "nurse").unwrap();
        fs::write(first.join("nurse.json"), "two tries").unwrap();
        drawer.keep(&first, "nurse").unwrap();
        drawer.lend(&second).unwrap();
        let lent = fs::read_to_string(second.join("nurse.json")).unwrap();
        assert_eq!(lent, "three tries");
    }

    #[test]
    fn without_a_folder_to_write_to_a_stack_has_a_drawer_of_its_own() {
        let stack = tempfile::tempdir().unwrap();
        let drawer = Drawer::of(Path::new("/proc/version"), stack.path()).unwrap();
        assert!(drawer.folder.starts_with(stack.path()));
    }

    #[test]
    fn the_authorities_are_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let drawer = drawer(folder.path());
        drawer.first_use().unwrap().unwrap().done().unwrap();
        assert!(drawer.first_use().unwrap().is_none());
    }
}
