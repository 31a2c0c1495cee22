//! The PKI in a folder: the register in one file, and beside it the files that others read.
//!
//! The register is the truth; every other file follows from it and is written again when it differs. Whoever
//! writes holds the lock, so several processes may share a folder.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use openssl::x509::X509;

use crate::files;
use crate::issue::IssueError;
use crate::pki::office::Office;
use crate::pki::register::Register;

/// Keys and all; nothing in it is secret.
const REGISTER: &str = "authorities.json";
const LOCK: &str = ".lock";

/// Where it is kept.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

/// The right to write there; others wait until this is dropped.
#[derive(Debug)]
pub(super) struct Held<'a> {
    folder: &'a Path,
    _lock: File,
}

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Waits for the right to write.
    pub(super) fn hold(&self) -> io::Result<Held<'_>> {
        fs::create_dir_all(&self.0)?;
        let lock = File::create(self.0.join(LOCK))?;
        lock.lock()?;
        Ok(Held { folder: &self.0, _lock: lock })
    }
}

impl Held<'_> {
    /// What is kept, `None` when nothing is yet.
    pub(super) fn load(&self) -> io::Result<Option<Register>> {
        match fs::read(self.folder.join(REGISTER)) {
            Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps it, then has every other file say the same.
    pub(super) fn save(&self, register: &Register) -> Result<(), IssueError> {
        let json = serde_json::to_vec_pretty(register).map_err(io::Error::from)?;
        files::replace(&self.folder.join(REGISTER), &json)?;
        self.publish(register)
    }

    /// Has every file that others read say what the register says.
    pub(super) fn publish(&self, register: &Register) -> Result<(), IssueError> {
        for office in Office::ALL {
            let certificate = pem(register.authority(office).certificate())?;
            let stem = office.stem();
            let (file, lists) = match office {
                Office::Root => ("anchors/root.pem".to_owned(), "lists"),
                Office::Rsa | Office::P256 => (format!("intermediates/{stem}.pem"), "lists"),
                Office::Untrusted => ("untrusted/root.pem".to_owned(), "untrusted"),
            };
            self.write(&file, &certificate)?;
            for (name, list) in register.lists(office) {
                self.write(&format!("{lists}/{name}"), &list.der.0)?;
            }
        }
        let responder = &register.responder;
        self.write("responder/certificate.pem", &pem(responder.certificate())?)?;
        self.write("responder/key.pem", &responder.key_pem()?)?;
        Ok(())
    }

    /// A holder's certificate, as it is on the card.
    pub(super) fn write_holder(&self, name: &str, der: &[u8]) -> Result<(), IssueError> {
        Ok(self.write(&format!("holders/{name}.pem"), &pem(der)?)?)
    }

    fn write(&self, file: &str, content: &[u8]) -> io::Result<()> {
        let path = self.folder.join(file);
        if fs::read(&path).is_ok_and(|there| there == content) {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        files::replace(&path, content)
    }
}

fn pem(der: &[u8]) -> Result<Vec<u8>, IssueError> {
    Ok(X509::from_der(der)?.to_pem()?)
}
