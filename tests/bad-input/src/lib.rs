//! What must hold whatever bytes arrive: one check a target, shared by two that call them.
//!
//! The fuzz targets in `crates/*/fuzz` look for bytes that break a check, with a nightly compiler and as
//! long as they are let. The tests of this crate call the same checks with the seeds in
//! `crates/*/fuzz/seeds` and with mutations of them, on any compiler and in seconds. A check that is broken
//! panics; it returns nothing.

#![expect(
    clippy::missing_panics_doc,
    reason = "a check that does not hold panics: that is its duty"
)]

pub mod card;
pub mod conversation;
pub mod roles;
pub mod trust;
pub mod virtual_card;
pub mod vocabulary;

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Something that reads bytes from outside.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of the fuzz target.
    pub name: &'static str,
    /// The crate that reads the bytes, and whose `fuzz` folder holds target and seeds.
    pub package: &'static str,
    /// The check.
    pub check: fn(&[u8]),
}

/// Every target.
pub const TARGETS: [Target; 13] = [
    target("tlv", "lanyard-iso7816", vocabulary::tlv),
    target("command", "lanyard-iso7816", vocabulary::command),
    target("exchange", "lanyard-iso7816", vocabulary::exchange),
    target("chuid", "lanyard-card", card::chuid),
    target("certificate", "lanyard-card", card::certificate),
    target("identify", "lanyard-card", card::identify),
    target("x509", "lanyard-trust", trust::x509),
    target("crl", "lanyard-trust", trust::crl),
    target("ocsp", "lanyard-trust", trust::ocsp),
    target("catalogue", "lanyard-roles", roles::catalogue),
    target("userinfo", "lanyard-roles", roles::userinfo),
    target("document", "lanyard-roles", roles::document),
    target("reply", "lanyard-virtcard", virtual_card::reply),
];

const fn target(name: &'static str, package: &'static str, check: fn(&[u8])) -> Target {
    Target { name, package, check }
}

impl Target {
    /// The `fuzz` folder it lies in.
    pub fn fuzz_folder(&self) -> PathBuf {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates");
        crates.join(self.package).join("fuzz")
    }

    /// The folder of its seeds.
    pub fn seed_folder(&self) -> PathBuf {
        self.fuzz_folder().join("seeds").join(self.name)
    }

    /// Its seeds by name, in the names' order.
    ///
    /// # Errors
    /// An I/O error when folder or files cannot be read.
    pub fn seeds(&self) -> io::Result<Vec<(String, Vec<u8>)>> {
        let mut seeds = Vec::new();
        for entry in fs::read_dir(self.seed_folder())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            seeds.push((name, fs::read(entry.path())?));
        }
        seeds.sort();
        Ok(seeds)
    }
}
