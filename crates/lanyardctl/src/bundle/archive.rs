//! The file: texts in a gzipped tar (POSIX.1-2008 "ustar"), for its owner alone, never in another file's place.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use lanyard_trust::UnixTime;
use tar::{Builder, Header};

/// The folder that everything is unpacked into.
const FOLDER: &str = "lanyard-support";

/// A bundle that is being written. One that is not finished is taken away again.
pub(super) struct Archive {
    path: PathBuf,
    tar: Option<Builder<GzEncoder<BufWriter<File>>>>,
}

impl Archive {
    /// Begins a new file.
    ///
    /// # Errors
    /// Also when something is there already.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let gzip = GzEncoder::new(BufWriter::new(file), Compression::default());
        Ok(Self { path: path.to_owned(), tar: Some(Builder::new(gzip)) })
    }

    /// Adds a text.
    pub(super) fn add(&mut self, name: &str, text: &str, at: UnixTime) -> io::Result<()> {
        let mut header = Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(at.0).unwrap_or(0));
        let Some(tar) = &mut self.tar else { return Ok(()) };
        tar.append_data(&mut header, format!("{FOLDER}/{name}"), text.as_bytes())
    }

    /// Ends the file, and says how long it is.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        let Some(tar) = self.tar.take() else { return Ok(0) };
        let written = tar.into_inner().and_then(GzEncoder::finish).and_then(|mut file| {
            file.flush()?;
            file.get_ref().sync_all()?;
            file.get_ref().metadata()
        });
        let written = written.inspect_err(|_| remove(&self.path))?;
        Ok(written.len())
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        if self.tar.is_some() {
            remove(&self.path);
        }
    }
}

/// Half a bundle would be taken for a whole one. If even that fails, it was said that writing failed.
fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

#[cfg(test)]
pub(super) mod tests {
    use std::{collections::BTreeMap, io::Read, os::unix::fs::MetadataExt};

    use super::*;

    /// What is in a bundle, by name.
    pub(in crate::bundle) fn contents(bundle: &Path) -> BTreeMap<String, String> {
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(File::open(bundle).unwrap()));
        let read = |entry: io::Result<tar::Entry<'_, _>>| {
            let mut entry = entry.unwrap();
            let name = entry.path().unwrap().to_string_lossy().into_owned();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            (name, text)
        };
        tar.entries().unwrap().map(read).collect()
    }

    #[test]
    fn a_bundle_is_read_as_it_was_written_and_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle.tar.gz");
        let mut archive = Archive::create(&path).unwrap();
        archive.add("doctor.txt", "✓ so\n", UnixTime(1_767_600_000)).unwrap();
        let bytes = archive.finish().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), bytes);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let expected = [("lanyard-support/doctor.txt".to_owned(), "✓ so\n".to_owned())];
        assert_eq!(contents(&path), expected.into());
    }

    #[test]
    fn nothing_is_written_over_and_half_a_bundle_is_not_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle.tar.gz");
        fs::write(&path, "mine").unwrap();
        assert!(Archive::create(&path).is_err_and(|it| it.kind() == io::ErrorKind::AlreadyExists));
        assert_eq!(fs::read(&path).unwrap(), b"mine");
        let half = folder.path().join("half.tar.gz");
        drop(Archive::create(&half).unwrap());
        assert!(!half.exists());
    }
}
