//! The folder: who may read it, who has it, what is left behind.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use lanyard_ledger::{CardSerial, Counter, Finding, Ledger, LedgerError, Step};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

fn card() -> CardSerial {
    CardSerial::new(&[7; 16]).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn files_are_readable_by_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(Ledger::open(folder.path()).unwrap());
    fs::set_permissions(folder.path().join("ledger"), fs::Permissions::from_mode(0o644)).unwrap();
    let _ledger = Ledger::open(folder.path()).unwrap();
    assert_eq!(names(folder.path()), ["ledger", "ledger.lock"]);
    for name in names(folder.path()) {
        let mode = fs::metadata(folder.path().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_second_ledger_in_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Ledger::open(folder.path()).unwrap();
    assert!(matches!(Ledger::open(folder.path()), Err(LedgerError::InUse)));
    drop(first);
    assert!(Ledger::open(folder.path()).is_ok());
}

#[test]
fn a_missing_folder_is_named() {
    let opened = Ledger::open(Path::new("/nowhere/at/all"));
    assert!(matches!(opened, Err(LedgerError::Disk { step: Step::Open, .. })));
}

#[test]
fn why_a_ledger_cannot_be_kept_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("ledger")).unwrap();
    let error = Ledger::open(folder.path()).unwrap_err().to_string();
    assert!(error.starts_with("the ledger could not be kept (reading): Is a directory"), "{error}");
}

#[test]
fn damaged_files_are_kept_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    for number in 1..=3 {
        let rubbish = vec![number; 1000];
        fs::write(folder.path().join("ledger"), &rubbish).unwrap();
        let (_, findings) = Ledger::open(folder.path()).unwrap();
        let kept_as = format!("ledger.corrupt-{number}");
        assert_eq!(fs::read(folder.path().join(&kept_as)).unwrap(), rubbish);
        assert_eq!(findings, [Finding::Damaged { kept_as }]);
    }
}

#[test]
fn a_ledger_that_was_deleted_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    drop(Ledger::open(folder.path()).unwrap());
    fs::remove_file(folder.path().join("ledger")).unwrap();
    let (ledger, findings) = Ledger::open(folder.path()).unwrap();
    assert_eq!(findings, [Finding::Missing]);
    assert!(ledger.doubt());
}

#[test]
fn a_rewrite_cut_off_leaves_nothing_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ledger, _) = Ledger::open(folder.path()).unwrap();
    ledger.saw(&card(), Counter::Left(3)).unwrap();
    drop(ledger);
    fs::write(folder.path().join("ledger.new"), "half of it").unwrap();
    let (ledger, findings) = Ledger::open(folder.path()).unwrap();
    assert_eq!(findings, []);
    assert_eq!(ledger.standing(&card()).last_counter, Counter::Left(3));
    assert_eq!(names(folder.path()), ["ledger", "ledger.lock"]);
}

#[test]
fn the_folder_is_free_when_the_ledger_goes_whoever_else_has_its_descriptors() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    let copies = copies_of(&folder.path().join("ledger.lock"));
    assert_eq!(copies.len(), 1);
    drop(ledger);
    assert!(Ledger::open(folder.path()).is_ok());
}

/// This process's descriptors of a file once more, as a child has them before its program begins.
fn copies_of(file: &Path) -> Vec<OwnedFd> {
    let this = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
    let descriptors = fs::read_dir("/proc/self/fd").unwrap().map(Result::unwrap);
    let on_file = descriptors.filter(|fd| fs::read_link(fd.path()).is_ok_and(|at| at == file));
    let number = |fd: fs::DirEntry| fd.file_name().into_string().unwrap().parse().unwrap();
    let copy = |fd| pidfd_getfd(&this, number(fd), PidfdGetfdFlags::empty()).unwrap();
    on_file.map(copy).collect()
}
