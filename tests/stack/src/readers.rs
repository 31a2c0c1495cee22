//! Virtual readers: vpcd's driver, copied once for every two readers, and the reader.conf(5) that names
//! the copies.
//!
//! Each entry gives two readers on consecutive ports. The driver keeps its connections in statics, so
//! entries that share one file would share them too. All entries stand in one file: pcscd reads a folder
//! in no particular order.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::StackError;

/// As many readers as pcscd can have (`PCSCLITE_MAX_READERS_CONTEXTS`).
pub const MOST_READERS: usize = 16;

/// vpcd's own default; the port of the first reader.
const FIRST_PORT: u16 = 0x8C7B;

/// Readers that share an entry and a copy of the driver.
const PER_ENTRY: usize = 2;

/// The readers that pcscd has from its next start on.
#[derive(Clone, Debug)]
pub(crate) struct Readers {
    name: String,
    entries: usize,
}

impl Readers {
    /// `count` readers, rounded up to an even number, whose names begin with `name`.
    pub(crate) fn new(name: &str, count: usize) -> Result<Self, StackError> {
        if count > MOST_READERS {
            return Err(StackError::TooManyReaders { asked: count, limit: MOST_READERS });
        }
        Ok(Self { name: name.into(), entries: count.div_ceil(PER_ENTRY) })
    }

    /// The names as PC/SC shows them, in the order of the slots.
    pub(crate) fn names(&self) -> Vec<String> {
        (0..self.entries)
            .flat_map(|entry| {
                let name = self.entry_name(entry);
                (0..PER_ENTRY).map(move |slot| format!("{name} 00 {slot:02}"))
            })
            .collect()
    }

    /// The TCP port at which vpcd waits for the card of a slot.
    pub(crate) fn port(&self, slot: usize) -> Result<u16, StackError> {
        let limit = self.entries * PER_ENTRY;
        u16::try_from(slot)
            .ok()
            .filter(|_| slot < limit)
            .map(|slot| FIRST_PORT + slot)
            .ok_or(StackError::TooManyReaders { asked: slot.saturating_add(1), limit })
    }

    /// Writes copies of `driver` into `folder`, and the configuration into the folder below it that is
    /// given back: pcscd takes everything in there for configuration.
    pub(crate) fn write(&self, folder: &Path, driver: &Path) -> io::Result<PathBuf> {
        let mut text = String::new();
        for (entry, port) in (0..self.entries).zip((FIRST_PORT..).step_by(PER_ENTRY)) {
            let copy: PathBuf = folder.join(format!("vpcd-{entry}.so"));
            if !copy.exists() {
                fs::copy(driver, &copy)?;
            }
            let name = self.entry_name(entry);
            let copy = copy.display();
            let _ = writeln!(
                text,
                "FRIENDLYNAME \"{name}\"\nDEVICENAME /dev/null:{port:#X}\n\
                 LIBPATH {copy}\nCHANNELID {port:#X}\n"
            );
        }
        let configuration = folder.join("reader.conf.d");
        fs::create_dir_all(&configuration)?;
        fs::write(configuration.join("vpcd"), text)?;
        Ok(configuration)
    }

    /// pcscd numbers readers of one driver only, so each copy's readers need a name of their own.
    fn entry_name(&self, entry: usize) -> String {
        match entry {
            0 => self.name.clone(),
            _ => format!("{} {}", self.name, entry + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reader_has_a_name_and_a_port_of_its_own() {
        let readers = Readers::new("Ward", 3).unwrap();
        assert_eq!(readers.names(), ["Ward 00 00", "Ward 00 01", "Ward 2 00 00", "Ward 2 00 01"]);
        assert_eq!(readers.port(0).unwrap(), 35963);
        assert_eq!(readers.port(3).unwrap(), 35966);
        assert!(readers.port(4).is_err());
    }

    #[test]
    fn every_entry_has_a_driver_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let driver = folder.path().join("driver");
        fs::write(&driver, "code").unwrap();
        let readers = Readers::new("Ward", 4).unwrap();
        let configuration = readers.write(folder.path(), &driver).unwrap();
        let text = fs::read_to_string(configuration.join("vpcd")).unwrap();
        assert!(text.contains("FRIENDLYNAME \"Ward 2\"\nDEVICENAME /dev/null:0x8C7D\n"));
        assert!(
            folder.path().join("vpcd-0.so").exists() && folder.path().join("vpcd-1.so").exists()
        );
    }

    #[test]
    fn seventeen_readers_are_one_too_many() {
        assert!(Readers::new("Ward", 16).is_ok());
        assert!(matches!(
            Readers::new("Ward", 17),
            Err(StackError::TooManyReaders { asked: 17, limit: 16 })
        ));
    }
}
