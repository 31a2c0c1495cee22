//! A server that believes the test's authorities and nobody else, and what it says of a ticket: by our own verifier,
//! and by the one in Python that uses other people's libraries.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use jiff::Timestamp;
use lanyard_desk::{Pki, RolesFolder};
use lanyard_roles::{CloseDate, KeyRights, Keys, Organisations, Persons};
use lanyard_test_roles::AUTHORITY;
use lanyard_ticket::{Audience, Believed, Expected, Nonce, Verifier};
use lanyard_trust::{Anchors, Crl, CrlStore, Evidence, Intermediates, Settings, UnixTime};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The server's own name.
pub(crate) const AUDIENCE: &str = "https://records.example";

/// What it drew for a ticket.
pub(crate) const NONCE: &str = "drawn-for-this-ticket";

/// As long as it lets a session last.
const TEN_HOURS_S: i64 = 36_000;

/// What our verifier says: what is proved, or the word of the refusal.
pub(crate) fn verified(
    roles: &RolesFolder,
    ticket: &str,
    challenge: Option<&str>,
) -> Result<Believed, String> {
    let (now, folder) = (now(), Pki::of_the_test().folder());
    let today = UnixTime(now.as_second());
    let files = contents(&folder.join("anchors"));
    let files = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let (anchors, problems) = Anchors::load(files, today);
    assert!(problems.is_empty(), "{problems:?}");
    let lists = contents(&folder.join("lists")).into_iter();
    let lists: CrlStore = lists.map(|(_, der)| Arc::new(Crl::load(&der, []).unwrap())).collect();
    let rights = KeyRights { organisations: Organisations::All, persons: Persons::Anybody };
    let authorities: Keys = roles.site().authority().alone(rights);
    let verifier = Verifier {
        evidence: Evidence {
            anchors: &anchors,
            intermediates: &Intermediates::default(),
            from_card: &[],
            crls: &lists,
            ocsp: &[],
            responders: &[],
        },
        trust: &Settings::default(),
        authorities: &authorities,
        close_date: CloseDate::default(),
        longest_session_s: TEN_HOURS_S,
    };
    let challenge = challenge.map(|it| Nonce::parse(it).unwrap());
    let expected = Expected {
        audience: &Audience::parse(AUDIENCE).unwrap(),
        nonce: &Nonce::parse(NONCE).unwrap(),
        server_challenge: challenge.as_ref(),
    };
    verifier.verify(ticket, &expected, now).map_err(|refusal| refusal.word())
}

/// What the example in Python says, run as an administrator would: what is proved, or the line of the refusal.
pub(crate) fn verified_in_python(
    roles: &RolesFolder,
    ticket: &str,
    challenge: &str,
) -> Result<Value, String> {
    let (beside, folder) = (tempfile::tempdir().unwrap(), Pki::of_the_test().folder());
    let lists = contents(&folder.join("lists")).into_iter();
    let lists: Vec<_> = lists.map(|(_, der)| pem::Pem::new("X509 CRL", der)).collect();
    let write = |name: &str, text: String| fs::write(beside.path().join(name), text).unwrap();
    write("lists.pem", pem::encode_many(&lists));
    write("rights.json", json!({ AUTHORITY: "all" }).to_string());
    let mut python = python(&beside, &folder.join("anchors"), &roles.site().settings().keys)
        .args(["--audience", AUDIENCE, "--nonce", NONCE, "--challenge", challenge])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(ticket.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    if output.status.success() { Ok(serde_json::from_str(&said).unwrap()) } else { Err(said) }
}

/// The system's own Python, whose libraries are Debian's.
fn python(beside: &TempDir, anchors: &Path, keys: &Path) -> Command {
    let example = "../../docs/examples/verify_ticket.py";
    let mut python = Command::new("/usr/bin/python3");
    python
        .args(["-B", "-I"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(example))
        .arg("--anchor")
        .args(files(anchors))
        .args(["--crl", "lists.pem", "--rights", "rights.json", "--keys"])
        .arg(keys)
        .current_dir(beside.path());
    python
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = files(folder).into_iter();
    files.map(|file| (file.display().to_string(), fs::read(&file).unwrap())).collect()
}

fn now() -> Timestamp {
    Timestamp::now()
}
