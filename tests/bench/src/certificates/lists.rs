//! Revocation lists of a million entries, the authority that signs them, and a holder who is on neither.
//! Another process makes them, so that its memory is not counted here.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use lanyard_test_pki::{CertificateDraft, EntryDraft, Key, ListDraft, der, extension};
use tempfile::TempDir;

use crate::BenchError;

/// Of the first list; the next one has one more.
pub(super) const ENTRIES: u32 = 1_000_000;

const ROOT: &str = "root.der";
const HOLDER: &str = "holder.der";
const FIRST: &str = "first.crl";
const NEXT: &str = "next.crl";

/// The folder in which they are.
#[derive(Debug)]
pub(super) struct Lists(TempDir);

impl Lists {
    /// Has this program started again to make them.
    pub(super) fn made_elsewhere() -> Result<Self, BenchError> {
        let folder = tempfile::tempdir()?;
        let mut maker = Command::new(env::current_exe()?);
        let status = maker.arg("--make-lists").arg(folder.path()).status()?;
        if status.success() { Ok(Self(folder)) } else { Err(BenchError::Empty("a long list")) }
    }

    /// The authority's certificate, DER.
    pub(super) fn root(&self) -> Result<Vec<u8>, BenchError> {
        Ok(fs::read(self.0.path().join(ROOT))?)
    }

    /// The holder's certificate, DER.
    pub(super) fn holder(&self) -> Result<Vec<u8>, BenchError> {
        Ok(fs::read(self.0.path().join(HOLDER))?)
    }

    /// Where the list of a million entries is, DER.
    pub(super) fn first(&self) -> PathBuf {
        self.0.path().join(FIRST)
    }

    /// Where the list is that comes after it.
    pub(super) fn next(&self) -> PathBuf {
        self.0.path().join(NEXT)
    }
}

/// Makes everything in this folder. The key is RSA, as in the field.
pub(crate) fn make(folder: &Path) -> Result<(), BenchError> {
    let (key, holder_key) = (Key::rsa(2048), Key::p256());
    let root = CertificateDraft::authority("Root", "Root", &key, 1).signed(&key);
    fs::write(folder.join(ROOT), root)?;
    let (subject, issuer) = (der::holder("999900000102"), der::authority("Root"));
    let mut holder = CertificateDraft::new(subject, issuer, &holder_key, 7);
    holder.extensions = vec![extension::key_usage(extension::DIGITAL_SIGNATURE)];
    fs::write(folder.join(HOLDER), holder.signed(&key))?;
    fs::write(folder.join(FIRST), list(ENTRIES).signed(&key))?;
    fs::write(folder.join(NEXT), list(ENTRIES + 1).signed(&key))?;
    Ok(())
}

/// Half of the entries say why.
fn list(entries: u32) -> ListDraft {
    let entry = |number: u32| {
        let entry = EntryDraft::new(&serial(number));
        if number.is_multiple_of(2) { entry.with(extension::reason(1)) } else { entry }
    };
    let entries = (0..entries).map(entry).collect();
    ListDraft { entries, ..ListDraft::new(der::authority("Root")) }
}

/// Sixteen bytes, as random as those of authorities.
pub(super) fn serial(number: u32) -> [u8; 16] {
    let number = u64::from(number);
    let random = u128::from(mixed(number)) << 64 | u128::from(mixed(!number));
    (random >> 2 | 1 << 125).to_be_bytes()
}

/// `SplitMix64`.
pub(super) const fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
