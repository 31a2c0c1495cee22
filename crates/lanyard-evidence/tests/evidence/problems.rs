//! What is wrong with files and folders: each has its place and its name, and leaves the rest alone.

use std::fs;

use lanyard_evidence::{News, ProblemFact};
use lanyard_test_pki::{CertificateDraft, ListDraft, der};

use crate::folders::{is_trusted, settled, texts};
use crate::world::{AUTHORITY_KEY, OTHER_KEY, draft};

#[test]
fn everything_that_is_wrong_has_its_file_and_its_name() {
    let world = settled();
    let holder = &world.holder;
    fs::copy(world.path("anchors/root.der"), world.path("anchors/copy.der")).unwrap();
    world.write("anchors/holder.der", holder);
    world.write("anchors/text.txt", b"not a certificate");
    world.write("anchors/empty.pem", b"");
    world.write("anchors/.hidden", b"not looked at");
    world.write("anchors/backup~", b"not looked at");
    fs::create_dir(world.path("anchors/folder")).unwrap();
    std::os::unix::fs::symlink("nowhere", world.path("anchors/link")).unwrap();
    let pipe = world.path("lists/pipe");
    make_pipe(&pipe);
    let stale = ListDraft { next_update: der::generalized("20260801000000Z"), ..draft() };
    world.write("lists/stale.crl", &stale.signed(&AUTHORITY_KEY));
    world.write("lists/stranger.crl", &draft().signed(&OTHER_KEY));
    let mut old = CertificateDraft::authority("Old", "Old", &OTHER_KEY, 1);
    old.not_after = der::generalized("20260801000000Z");
    world.write("intermediates/old.der", &old.signed(&OTHER_KEY));
    let (evidence, news) = world.open();
    let expected = [
        "anchors/empty.pem: certificate 1: unreadable: the certificate is malformed: the bytes end before the object does",
        "anchors/holder.der: certificate 1: ",
        "anchors/link: unreadable: entity not found",
        "anchors/root.der: certificate 1: ",
        "anchors/text.txt: certificate 1: unreadable: ",
        "intermediates/old.der: certificate 1: ",
        "lists/pipe: not a file",
        "lists/stale.crl: list 1 is stale: the next one was due at 2026-08-01T00:00:00Z",
        "lists/stranger.crl: list 1 of ",
    ];
    let mut found = texts(&world, &evidence.problems());
    found.sort();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
    let told = news.try_iter().filter(|item| matches!(item, News::Problem(_))).count();
    assert_eq!(told, expected.len(), "each is told once");
    evidence.reload();
    assert_eq!(news.try_iter().filter(|item| matches!(item, News::Problem(_))).count(), 0);
    assert!(is_trusted(&world, &evidence), "and what is good counts");
}

fn make_pipe(path: &std::path::Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[test]
fn files_and_folders_are_bounded() {
    let mut world = settled();
    world.settings.folders.longest_list = 4096;
    world.write("lists/long.crl", &vec![0x30; 4097]);
    world.write("anchors/long.pem", &vec![b'a'; 1024 * 1024 + 1]);
    let copy = fs::read(world.path("intermediates/sub.der")).unwrap();
    for number in 0..4200 {
        fs::write(world.path(&format!("intermediates/x{number:04}")), &copy).unwrap();
    }
    let (evidence, _news) = world.open();
    let problems = evidence.problems();
    let has = |fact: &ProblemFact| problems.iter().any(|problem| problem.fact == *fact);
    assert!(has(&ProblemFact::TooLong { limit: 4096 }));
    assert!(has(&ProblemFact::TooLong { limit: 1024 * 1024 }));
    assert!(has(&ProblemFact::TooManyFiles { most: 4096 }));
    assert!(is_trusted(&world, &evidence));
}
