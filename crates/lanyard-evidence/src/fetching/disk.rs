//! Lists that survive a restart, one file an address. A file is a hint: it is read and judged like one that
//! was just fetched, and anything that goes wrong means that it is not there.

use std::fmt::Write as _;
use std::fs::{self, DirEntry, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use lanyard_trust::UnixTime;
use ring::digest::{SHA256, digest};

/// So many files are kept; the oldest make room.
const MOST_FILES: usize = 256;

/// How our files end.
const SUFFIX: &str = ".crl";

/// A folder that belongs to this program alone.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    folder: PathBuf,
    longest: usize,
}

impl Disk {
    pub(crate) const fn new(folder: PathBuf, longest: usize) -> Self {
        Self { folder, longest }
    }

    /// What lies there for this address, and since when.
    pub(super) fn read(&self, address: &str) -> Option<(Vec<u8>, UnixTime)> {
        let limit = u64::try_from(self.longest).ok()?;
        let file = File::open(self.file(address)).ok()?;
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || metadata.len() > limit {
            return None;
        }
        let mut content = Vec::new();
        file.take(limit).read_to_end(&mut content).ok()?;
        Some((content, UnixTime(metadata.mtime())))
    }

    /// Puts a list there. After a loss of power it may be broken: then it is not there.
    ///
    /// # Errors
    /// Whatever stands against writing; then the next start asks the network.
    pub(super) fn write(&self, address: &str, list: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        self.make_room()?;
        let file = self.file(address);
        // One question at a time is asked at an address: nobody else writes here.
        let beside = file.with_extension("new");
        fs::write(&beside, list)?;
        fs::rename(&beside, file)
    }

    fn file(&self, address: &str) -> PathBuf {
        let digest = digest(&SHA256, address.as_bytes());
        let name = digest.as_ref().iter().fold(String::new(), |mut name, byte| {
            let _infallible = write!(name, "{byte:02x}");
            name
        });
        self.folder.join(name + SUFFIX)
    }

    fn make_room(&self) -> io::Result<()> {
        let entries = fs::read_dir(&self.folder)?.flatten();
        let mut ours: Vec<(SystemTime, PathBuf)> =
            entries.filter_map(|entry| ours(&entry)).collect();
        ours.sort();
        let too_many = (ours.len() + 1).saturating_sub(MOST_FILES);
        ours.iter().take(too_many).try_for_each(|(_, file)| fs::remove_file(file))
    }
}

fn ours(entry: &DirEntry) -> Option<(SystemTime, PathBuf)> {
    let path = entry.path();
    let is_ours = path.extension() == Path::new(SUFFIX.trim_start_matches('.')).file_name();
    is_ours.then_some((entry.metadata().ok()?.modified().ok()?, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again_and_the_oldest_make_room() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::new(folder.path().join("cache"), 8);
        let content = |address| disk.read(address).map(|(content, _)| content);
        assert_eq!(content("http://a/"), None);
        disk.write("http://a/", b"list").unwrap();
        assert_eq!(content("http://a/").as_deref(), Some(&b"list"[..]));
        disk.write("http://a/", b"too long").unwrap();
        assert_eq!(content("http://a/").as_deref(), Some(&b"too long"[..]));
        disk.write("http://a/", b"far too long").unwrap();
        assert_eq!(content("http://a/"), None);
        for number in 0..MOST_FILES + 5 {
            disk.write(&format!("http://{number}/"), b"list").unwrap();
        }
        let files = fs::read_dir(folder.path().join("cache")).unwrap().count();
        assert_eq!(files, MOST_FILES);
        assert!(disk.read(&format!("http://{}/", MOST_FILES + 4)).is_some());
    }
}
