//! A whole folder, for reports: everybody who is in it, and everything that does not count.

use std::collections::BTreeMap;
use std::fs;

use lanyard_roles::directory::{FolderSettings, Layout, Survey, Surveyed, Unsigned};
use lanyard_test_roles::{Authority, persona, personas, write_folder, write_persona};

use crate::{later, now};

/// How many roles, or the finding, of each; and how many documents are nobody's here.
fn surveyed(settings: &FolderSettings) -> (BTreeMap<String, String>, usize) {
    let (survey, problems) = Survey::begin(settings.clone(), now()).unwrap();
    assert_eq!(problems, []);
    let (mut holders, mut misplaced) = (BTreeMap::new(), 0);
    for found in survey {
        match found.unwrap() {
            Surveyed::Holder(holder, Ok(document)) => {
                let before = holders.insert(holder.to_string(), document.roles().len().to_string());
                assert_eq!(before, None, "everybody is met once");
            }
            Surveyed::Holder(holder, Err(finding)) => {
                holders.insert(holder.to_string(), finding.word().to_owned());
            }
            Surveyed::Misplaced(_) => misplaced += 1,
        }
    }
    (holders, misplaced)
}

#[test]
fn everybody_is_met_once_and_what_does_not_count_is_named() {
    let below = tempfile::tempdir().unwrap();
    let mut settings = write_folder(below.path(), &Authority::new("ra"), now()).unwrap();
    let (holders, misplaced) = surveyed(&settings);
    assert_eq!((holders.len(), misplaced), (personas(now()).len(), 0));
    assert_eq!((&*holders["999900000101"], &*holders["999900000106"]), ("3", "0"));

    let nurse = settings.signed_file(persona("nurse", now()).holder);
    fs::copy(nurse, settings.folder.join("999900000101.jws")).unwrap();
    let userinfo = persona("student", now()).userinfo.to_string();
    fs::remove_file(settings.folder.join("999900000107.jws")).unwrap();
    fs::write(settings.folder.join("999900000107.json"), &userinfo).unwrap();
    fs::write(settings.folder.join("999900000102.json"), "beside a signed one").unwrap();
    fs::write(settings.folder.join("somebody.jws"), "").unwrap();
    fs::write(settings.folder.join("notes.txt"), "").unwrap();
    fs::create_dir(settings.folder.join("99")).unwrap();
    let (holders, misplaced) = surveyed(&settings);
    assert_eq!((&*holders["999900000101"], &*holders["999900000102"]), ("wrong-uuid", "1"));
    assert_eq!((&*holders["999900000107"], misplaced), ("unsigned", 1));
    settings.unsigned = Unsigned::DangerAccepted;
    assert_eq!(surveyed(&settings).0["999900000107"], "1");
}

#[test]
fn folders_by_prefix_are_gone_through() {
    let below = tempfile::tempdir().unwrap();
    let authority = Authority::new("ra");
    let mut settings = write_folder(below.path(), &authority, now()).unwrap();
    settings.layout = Layout::ByPrefix;
    let flat = personas(now()).len();
    assert_eq!(surveyed(&settings), (BTreeMap::new(), flat), "nobody is asked for there");
    for name in ["nurse", "rich"] {
        write_persona(&settings, &persona(name, now()), &authority, later(0)).unwrap();
    }
    let expected = [("999900000102", "1"), ("999900000105", "40")];
    let expected = expected.map(|(holder, roles)| (holder.to_owned(), roles.to_owned()));
    assert_eq!(surveyed(&settings), (BTreeMap::from(expected), flat));
}
