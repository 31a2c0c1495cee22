//! A root, an authority below it, a holder's certificate and their lists, in folders; and the command.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use lanyard_test_pki::{CertificateDraft, EntryDraft, Key, ListDraft, der, extension};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const HOLDER: &str = "999900000102";

/// Within the life of everything.
const TODAY: &str = "2026-09-01";

/// What a site would have configured.
pub(crate) struct Site {
    folder: TempDir,
    authority_key: Key,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Site {
    /// Nothing is wrong.
    pub(crate) fn new() -> Self {
        Self::with_holder(der::holder(HOLDER))
    }

    /// The holder's certificate has this subject.
    pub(crate) fn with_holder(subject: Vec<u8>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (root_key, authority_key, holder_key) = (Key::p256(), Key::p256(), Key::p256());
        let root = CertificateDraft::authority("Root", "Root", &root_key, 1);
        let authority = CertificateDraft::authority("Sub", "Root", &authority_key, 2);
        let mut holder = CertificateDraft::new(subject, der::authority("Sub"), &holder_key, 7);
        holder.extensions = vec![extension::key_usage(extension::DIGITAL_SIGNATURE)];
        let root_list = ListDraft::new(der::authority("Root")).signed(&root_key);
        let list = ListDraft::new(der::authority("Sub")).signed(&authority_key);
        for (name, content) in [
            ("anchors/root.der", root.signed(&root_key)),
            ("intermediates/sub.der", authority.signed(&root_key)),
            ("crls/root.crl", root_list),
            ("crls/sub.crl", list),
            ("holder.cer", holder.signed(&authority_key)),
        ] {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        Self { folder, authority_key }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What is judged.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder().join("holder.cer")
    }

    /// Puts something else there to be judged.
    pub(crate) fn present(&self, content: &[u8]) {
        fs::write(self.file(), content).unwrap();
    }

    /// The authority's list names a certificate.
    pub(crate) fn revoke(&self, entry: EntryDraft) {
        let mut list = ListDraft::new(der::authority("Sub"));
        list.entries = vec![entry];
        fs::write(self.folder().join("crls/sub.crl"), list.signed(&self.authority_key)).unwrap();
    }

    /// Judges by the site's folders, as of a day of 2026 unless another is given.
    pub(crate) fn check(&self, arguments: &[&str]) -> Ended {
        finished(self.command(arguments))
    }

    /// The command that does so.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut all: Vec<OsString> = arguments.iter().map(Into::into).collect();
        for name in ["anchors", "intermediates", "crls"] {
            let folder = self.folder().join(name).into_os_string();
            all.extend([format!("--{name}").into(), folder]);
        }
        if !arguments.contains(&"--at") {
            all.extend(["--at".into(), TODAY.into()]);
        }
        all.push(self.file().into());
        command(&all)
    }

    /// The same for machines, with the exit code that must come out.
    pub(crate) fn json(&self, arguments: &[&str], code: i32) -> Value {
        let ended = self.check(&[&["--json"], arguments].concat());
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert_eq!(ended.stdout.lines().count(), 1, "{ended:?}");
        serde_json::from_str(&ended.stdout).unwrap()
    }
}

/// Runs `lanyardctl certificate check` on no bus.
pub(crate) fn run(arguments: &[impl AsRef<OsStr>]) -> Ended {
    finished(command(arguments))
}

/// Runs `lanyardctl` on no bus.
pub(crate) fn lanyardctl(arguments: &[&str]) -> Ended {
    finished(on_no_bus(arguments))
}

fn command(arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = on_no_bus(&["certificate", "check"]);
    command.args(arguments);
    command
}

fn on_no_bus(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lanyardctl"));
    command.args(["--bus", "unix:path=/nowhere/bus"]).args(arguments);
    command
}

fn finished(mut command: Command) -> Ended {
    let finished = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended {
        code: finished.status.code(),
        stdout: text(finished.stdout),
        stderr: text(finished.stderr),
    }
}

/// The PEM form.
pub(crate) fn pem(der: &[u8]) -> Vec<u8> {
    openssl::x509::X509::from_der(der).unwrap().to_pem().unwrap()
}
