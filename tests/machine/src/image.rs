//! The guests and their disks, made once from Debian's packages and kept: about two minutes, a gigabyte.
//!
//! A disk is named by its recipe, so that a changed recipe makes a new one. It is never written to by a
//! run, and nothing of ours is on it but the shell behind the serial port.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;
use sha2::{Digest as _, Sha256};

use crate::error::MachineError;
use crate::say::say;

const RECIPE: &str = include_str!("image/build.sh");

/// What is laid over the packages.
const FILES: [(&str, &str); 3] = [
    ("usr/local/sbin/lanyard-shell", include_str!("image/files/usr/local/sbin/lanyard-shell")),
    (
        "etc/systemd/system/lanyard-shell.service",
        include_str!("image/files/etc/systemd/system/lanyard-shell.service"),
    ),
    (
        "etc/udev/rules.d/80-lanyard-shell.rules",
        include_str!("image/files/etc/udev/rules.d/80-lanyard-shell.rules"),
    ),
];

/// A system to play in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Guest {
    /// Its pcscd lets everybody in.
    #[value(name = "debian-12")]
    Debian12,
    /// Its pcscd asks polkit.
    #[value(name = "debian-13")]
    Debian13,
}

impl Guest {
    /// What Debian calls it.
    const fn suite(self) -> &'static str {
        match self {
            Self::Debian12 => "bookworm",
            Self::Debian13 => "trixie",
        }
    }
}

impl fmt::Display for Guest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Debian12 => "debian-12",
            Self::Debian13 => "debian-13",
        })
    }
}

/// A guest's disk, kernel and initial RAM disk.
#[derive(Debug)]
pub(crate) struct Image {
    folder: PathBuf,
}

impl Image {
    /// The image of `guest` below `cache`, made first when there is none.
    pub(crate) fn of(guest: Guest, cache: &Path) -> Result<Self, MachineError> {
        let folder = cache.join(format!("{}-{}", guest.suite(), recipe_name()));
        if !folder.is_dir() {
            let suite = guest.suite();
            say(&format!("making the disk of {suite}, once: two to four minutes"));
            make(guest, cache, &folder)?;
            forget_others(suite, cache, &folder)?;
        }
        Ok(Self { folder })
    }

    pub(crate) fn disk(&self) -> PathBuf {
        self.folder.join("disk")
    }

    pub(crate) fn kernel(&self) -> PathBuf {
        self.folder.join("kernel")
    }

    pub(crate) fn initrd(&self) -> PathBuf {
        self.folder.join("initrd")
    }
}

/// Makes an image beside its place, and moves it there when it is whole.
fn make(guest: Guest, cache: &Path, folder: &Path) -> Result<(), MachineError> {
    let suite = guest.suite();
    let doing = || MachineError::io(format!("making the disk of {suite}"));
    fs::create_dir_all(cache).map_err(doing())?;
    let place = tempfile::Builder::new().prefix("making-").tempdir_in(cache).map_err(doing())?;
    let (made, files, log) = (
        place.path().join("image"),
        place.path().join("files"),
        cache.join(format!("{suite}.log")),
    );
    fs::create_dir(&made).map_err(doing())?;
    for (path, text) in FILES {
        let path = files.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&files)).map_err(doing())?;
        fs::write(path, text).map_err(doing())?;
    }
    let said = File::create(&log).map_err(doing())?;
    let errors = said.try_clone().map_err(doing())?;
    let mut build = Command::new("timeout");
    build.args(["1200", "nice", "sh", "-c", RECIPE, "build.sh", suite]);
    build.arg(&made).arg(&files).stdout(said).stderr(errors);
    if !build.status().map_err(doing())?.success() {
        let program = format!("making the disk of {suite}");
        return Err(MachineError::Failed { program, said: log.display().to_string() });
    }
    fs::rename(made, folder).map_err(doing())
}

/// Removes what earlier recipes made: half a gigabyte each.
fn forget_others(suite: &str, cache: &Path, kept: &Path) -> Result<(), MachineError> {
    let doing = || MachineError::io("removing the disks of earlier recipes");
    let start = format!("{suite}-");
    for entry in fs::read_dir(cache).map_err(doing())?.flatten() {
        let is_one = entry.file_name().to_string_lossy().starts_with(&start);
        if is_one && entry.path() != kept {
            fs::remove_dir_all(entry.path()).map_err(doing())?;
        }
    }
    Ok(())
}

/// Changes with the recipe.
fn recipe_name() -> String {
    let parts = FILES.iter().flat_map(|(path, text)| [*path, *text]).chain([RECIPE]);
    let hash = parts.fold(Sha256::new(), Sha256::chain_update).finalize();
    let start = hash.first_chunk().map_or(0, |start| u64::from_be_bytes(*start));
    format!("{start:016x}")
}
