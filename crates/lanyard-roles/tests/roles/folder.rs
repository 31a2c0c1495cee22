//! A folder that is read: what it says, what it refuses, and what it says when it cannot be read.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use lanyard_roles::directory::{
    Answer, Folder, FolderSettings, Found, Freshness, KeyFact, Layout, Unsigned,
};
use lanyard_roles::{Origin, Uuid};
use lanyard_test_roles::{Authority, Persona, persona, signed_file, write_folder, write_persona};
use tempfile::TempDir;

use crate::{later, now};

/// A site with the documents of all personas.
struct Site {
    below: TempDir,
    authority: Authority,
    settings: FolderSettings,
}

impl Site {
    fn new() -> Self {
        let below = tempfile::tempdir().unwrap();
        let authority = Authority::new("ra");
        let settings = write_folder(below.path(), &authority, now()).unwrap();
        Self { below, authority, settings }
    }

    fn open(&self) -> Folder {
        let (folder, problems) = Folder::open(self.settings.clone());
        assert_eq!(problems, []);
        folder
    }

    /// Puts a persona's document of so many seconds later in its place.
    fn renew(&self, persona: &Persona, seconds: i64) {
        write_persona(&self.settings, persona, &self.authority, later(seconds)).unwrap();
    }
}

fn nurse() -> Persona {
    persona("nurse", now())
}

/// How many roles, or the finding, in a word.
fn word(answer: &Answer) -> String {
    match &answer.found {
        Found::Document(document) => format!("{} roles", document.roles().len()),
        Found::Nobody => "nobody".into(),
        Found::Refused(finding) => finding.word().into(),
    }
}

#[test]
fn holders_are_found_in_both_layouts() {
    let mut site = Site::new();
    assert_eq!(word(&site.open().look_up(nurse().holder, now())), "1 roles");
    site.settings.layout = Layout::ByPrefix;
    let file = site.settings.signed_file(nurse().holder);
    assert!(file.ends_with("roles/99/99/999900000102.jws"), "{}", file.display());
    assert_eq!(word(&site.open().look_up(nurse().holder, now())), "nobody");
    site.renew(&nurse(), 0);
    let folder = site.open();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "1 roles");
    assert_eq!(word(&folder.look_up(Uuid::parse("000000000000").unwrap(), now())), "nobody");
}

#[test]
fn a_document_that_was_replaced_counts_at_the_next_question() {
    let site = Site::new();
    let folder = site.open();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "1 roles");
    let mut none = nurse();
    none.userinfo["nhsid_nrbac_roles"] = serde_json::json!([]);
    site.renew(&none, 1);
    assert_eq!(word(&folder.look_up(nurse().holder, later(1))), "0 roles");
    fs::remove_file(site.settings.signed_file(nurse().holder)).unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, later(2))), "nobody");
}

#[test]
fn an_older_document_than_one_that_was_seen_is_refused() {
    let site = Site::new();
    let folder = site.open();
    let old = fs::read(site.settings.signed_file(nurse().holder)).unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "1 roles");
    site.renew(&nurse(), 60);
    assert_eq!(word(&folder.look_up(nurse().holder, later(60))), "1 roles");
    fs::write(site.settings.signed_file(nurse().holder), &old).unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, later(61))), "replayed-older");
    assert_eq!(word(&site.open().look_up(nurse().holder, later(61))), "1 roles", "a restart");
}

#[test]
fn an_older_document_is_refused_after_a_restart_when_there_is_a_file_for_it() {
    let mut site = Site::new();
    site.settings.seen = Some(site.below.path().join("seen"));
    let old = fs::read(site.settings.signed_file(nurse().holder)).unwrap();
    site.renew(&nurse(), 60);
    assert_eq!(word(&site.open().look_up(nurse().holder, later(60))), "1 roles");
    fs::write(site.settings.signed_file(nurse().holder), &old).unwrap();
    assert_eq!(word(&site.open().look_up(nurse().holder, later(61))), "replayed-older");
    site.settings.seen = Some(site.below.path().join("no/such/folder"));
    let (folder, _) = Folder::open(site.settings.clone());
    assert_eq!(folder.take_seen_fault(), Some(io::ErrorKind::NotFound));
}

#[test]
fn a_kept_document_expires_too() {
    let site = Site::new();
    let folder = site.open();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "1 roles");
    assert_eq!(word(&folder.look_up(nurse().holder, later(8 * 86_400))), "expired");
}

#[test]
fn a_broken_document_never_leaves_the_one_before_in_force() {
    let site = Site::new();
    let folder = site.open();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "1 roles");
    let file = site.settings.signed_file(nurse().holder);
    let mut content = fs::read_to_string(&file).unwrap();
    content.replace_range(200..201, if &content[200..201] == "A" { "B" } else { "A" });
    fs::write(&file, content).unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "tampered");
    fs::write(&file, "a".repeat(600 * 1024)).unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "too-large");
    fs::write(&file, signed_file(&persona("gp", now()), &site.authority, now())).unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "wrong-uuid");
    fs::write(&file, "").unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "malformed");
}

#[test]
fn what_nobody_has_signed_counts_only_by_a_setting_called_danger() {
    let mut site = Site::new();
    let file = site.settings.unsigned_file(nurse().holder);
    fs::remove_file(site.settings.signed_file(nurse().holder)).unwrap();
    fs::write(&file, nurse().userinfo.to_string()).unwrap();
    assert_eq!(word(&site.open().look_up(nurse().holder, now())), "unsigned");
    site.settings.unsigned = Unsigned::DangerAccepted;
    let folder = site.open();
    let answer = folder.look_up(nurse().holder, now());
    let document = answer.document().unwrap();
    assert_eq!(document.origin(), &Origin::DangerUnsigned);
    assert_eq!((document.roles().len(), &document.roles()[0].proof), (1, &None));
    let gp = persona("gp", now());
    fs::write(&file, gp.userinfo.to_string()).unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "wrong-uuid");
    site.renew(&nurse(), 0);
    let signed = folder.look_up(nurse().holder, now());
    assert!(matches!(signed.document().unwrap().origin(), Origin::Signed { .. }));
}

#[test]
fn a_folder_that_vanished_leaves_what_was_read_for_so_long() {
    let site = Site::new();
    let folder = site.open();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "1 roles");
    let away = site.below.path().join("away");
    fs::rename(&site.settings.folder, &away).unwrap();
    let answer = folder.look_up(nurse().holder, later(600));
    assert_eq!(word(&answer), "1 roles");
    assert_eq!(answer.freshness, Freshness::Stale(io::ErrorKind::NotFound));
    assert_eq!(answer.age(later(600)).as_secs(), 600);
    let half_a_day = 12 * 60 * 60;
    assert_eq!(word(&folder.look_up(nurse().holder, later(half_a_day))), "1 roles");
    assert_eq!(word(&folder.look_up(nurse().holder, later(half_a_day + 1))), "unreadable");
    let gp = persona("gp", now());
    assert_eq!(word(&folder.look_up(gp.holder, later(600))), "unreadable", "never read");
    fs::rename(&away, &site.settings.folder).unwrap();
    let answer = folder.look_up(nurse().holder, later(700));
    assert_eq!((word(&answer), answer.freshness), ("1 roles".into(), Freshness::Current));
}

#[test]
fn pipes_and_folders_in_the_place_of_a_file_are_not_waited_for() {
    let site = Site::new();
    let folder = site.open();
    let file = site.settings.signed_file(nurse().holder);
    fs::remove_file(&file).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, &file, rustix::fs::Mode::RUSR).unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "unreadable");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "unreadable");
}

#[test]
fn only_so_many_documents_are_kept() {
    let mut site = Site::new();
    site.settings.kept = 1;
    let folder = site.open();
    let gp = persona("gp", now());
    for holder in [nurse().holder, gp.holder] {
        assert!(folder.look_up(holder, now()).document().is_some());
    }
    let why = io::ErrorKind::TimedOut;
    assert!(folder.kept(nurse().holder, now(), why).is_none());
    assert!(folder.kept(gp.holder, now(), why).is_some());
}

#[test]
fn keys_count_when_file_and_setting_both_know_them() {
    let mut site = Site::new();
    let other = Authority::new("other");
    let write = |name: &str, content: &str| {
        fs::write(site.settings.keys.join(name), content).unwrap();
    };
    write("other.pem", &other.public_pem);
    write("broken.pem", "no key");
    write(".hidden.pem", "no key");
    write("README", "no key");
    let rights = site.settings.rights["ra"].clone();
    for kid in ["broken", "missing"] {
        site.settings.rights.insert(kid.into(), rights.clone());
    }
    let (folder, problems) = Folder::open(site.settings.clone());
    let told: Vec<_> =
        problems.iter().map(|problem| (name_of(&problem.place), problem.fact.clone())).collect();
    let expected = [
        ("broken.pem".into(), KeyFact::Key(lanyard_roles::KeyError::NotPem)),
        ("other.pem".into(), KeyFact::NoRights),
        ("missing.pem".into(), KeyFact::NoFile),
    ];
    assert_eq!(told, expected);
    fs::remove_file(site.settings.keys.join("ra.pem")).unwrap();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "1 roles");
    folder.reload_keys();
    assert_eq!(word(&folder.look_up(nurse().holder, now())), "unknown-key");
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn what_was_seen_is_for_the_daemons_eyes_alone() {
    let mut site = Site::new();
    let seen = site.below.path().join("seen");
    site.settings.seen = Some(seen.clone());
    site.open().look_up(nurse().holder, now());
    assert_eq!(fs::metadata(&seen).unwrap().permissions().mode() & 0o777, 0o600);
}
