//! Checks of `lanyard-roles`: catalogues, role documents, and files of the directory. Nobody here has the
//! key, so whatever is believed was signed before, line for line.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use lanyard_roles::{
    Catalogue, CatalogueFile, CloseDate, Document, FileError, Finding, KeyRights, Keys,
    Organisations, Person, Persons, PublicKey, Table, Uuid,
};

/// The key that is known, and a file that it has signed: the fixtures are written with the seeds.
const KEY: &[u8] = include_bytes!("../fixtures/ra.pem");
const SIGNED: &str = include_str!("../fixtures/gp.jws");

/// The holder of that file.
const HOLDER: &str = "999900000101";

/// 1 September 2026: the fixtures count for a hundred years.
const TODAY: i64 = 1_788_220_800;

#[expect(clippy::expect_used, reason = "the fixture is a key")]
static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let mut keys = Keys::default();
    let rights = KeyRights { organisations: Organisations::All, persons: Persons::Anybody };
    keys.insert("ra", PublicKey::from_pem(KEY).expect("the key is well-formed"), rights);
    keys
});

/// Catalogues: one that can be read is read again from what it is written as, and answers every question.
pub fn catalogue(input: &[u8]) {
    for table in [Table::Includes, Table::Baselines, Table::Activities] {
        let mut file = CatalogueFile::empty("table");
        if file.add_csv(table, input).is_ok() {
            asked(&file);
        }
    }
    let Ok(file) = CatalogueFile::from_json(input) else { return };
    let written = file.to_json().map(|json| CatalogueFile::from_json(json.as_bytes()));
    assert!(matches!(written, Ok(Ok(read)) if read == file), "it is not what was written");
    asked(&file);
}

/// Everything that it includes is in the closure, and the closure is closed.
fn asked(file: &CatalogueFile) {
    let (catalogue, _) = Catalogue::of(file);
    let Some(role) = lanyard_roles::JobRole::parse("R8001") else { return };
    for activity in catalogue.activities().take(16) {
        let once = catalogue.effective(role, &[], &[activity]);
        assert!(once.has(activity));
        let twice = catalogue.effective(role, &[], once.activities());
        assert_eq!(twice.activities(), once.activities());
    }
}

/// Role documents: what can be read has every identifier once, and answers when roles change.
pub fn userinfo(input: &[u8]) {
    let Ok((person, _)) = Person::parse(input) else { return };
    let ids: BTreeSet<_> = person.roles.iter().map(|role| &role.id).collect();
    assert_eq!(ids.len(), person.roles.len());
    for rule in [CloseDate::FirstClosedDay, CloseDate::LastOpenDay] {
        let change = person.next_change(rule, today());
        assert!(change.is_none_or(|change| change > today()));
    }
}

/// Files of the directory: whatever is believed stands in the file that was signed.
pub fn document(input: &[u8]) {
    let Ok(document) = open(input) else { return };
    let lines: BTreeSet<&str> = SIGNED.lines().collect();
    let first = input.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let first = std::str::from_utf8(first).unwrap_or_default().trim_end_matches('\r');
    assert!(lines.contains(first), "a forged person");
    for held in document.roles() {
        let jws = held.proof.as_ref().map(|proof| &*proof.jws);
        assert!(jws.is_some_and(|jws| lines.contains(jws)), "a forged role");
    }
}

/// What comes of a catalogue, in a word.
pub fn read_catalogue(json: &[u8]) -> &'static str {
    match Catalogue::load(json) {
        Ok((_, problems)) if problems.is_empty() => "whole",
        Ok(_) => "problems",
        Err(FileError::Csv(_) | FileError::Column { .. }) => "table",
        Err(FileError::TooLong | FileError::Json(_) | FileError::Form { .. }) => "refused",
    }
}

/// What comes of a role document, in a word.
pub fn read_userinfo(json: &[u8]) -> &'static str {
    match Person::parse(json) {
        Ok((_, problems)) if problems.is_empty() => "whole",
        Ok(_) => "problems",
        Err(_) => "refused",
    }
}

/// What comes of a file of the directory, in a word.
pub fn opened(file: &[u8]) -> &'static str {
    match open(file) {
        Ok(_) => "believed",
        Err(finding) => finding.word(),
    }
}

fn open(file: &[u8]) -> Result<Document, Finding> {
    let holder = Uuid::parse(HOLDER).ok_or(Finding::WrongUuid)?;
    Document::open(file, holder, &KEYS, today())
}

fn today() -> Timestamp {
    Timestamp::from_second(TODAY).unwrap_or_default()
}
