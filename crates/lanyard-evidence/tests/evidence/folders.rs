//! Folders while files come, go, are replaced and break: what is good counts, what is wrong has a name.

use std::fs;
use std::sync::mpsc::Receiver;

use lanyard_evidence::{Evidence, News, Problem};
use lanyard_test_pki::{ListDraft, der};

use crate::world::{
    AUTHORITY_KEY, LONG, World, authority, list, refusals, revoking, revoking_draft, root,
    root_list,
};

/// Waits until news comes after which this holds.
fn until(news: &Receiver<News>, what: &str, holds: impl Fn() -> bool) {
    while !holds() {
        news.recv_timeout(LONG).unwrap_or_else(|_| panic!("never: {what}"));
    }
}

pub(crate) fn settled() -> World {
    let world = World::naming(&[], None);
    world.write("lists/sub.crl", &list());
    world
}

pub(crate) fn is_trusted(world: &World, evidence: &Evidence) -> bool {
    world.judge(evidence).trusted().is_some()
}

pub(crate) fn texts(world: &World, problems: &[Problem]) -> Vec<String> {
    let folder = world.folder.path().display().to_string() + "/";
    problems.iter().map(|problem| problem.to_string().replace(&folder, "")).collect()
}

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let encoded = base64(der);
    format!("-----BEGIN {label}-----\n{encoded}\n-----END {label}-----\n").into_bytes()
}

/// RFC 4648 §4.
fn base64(der: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in der.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[test]
fn a_settled_site_has_no_problems() {
    let world = settled();
    let (evidence, news) = world.open();
    assert_eq!(evidence.problems(), []);
    assert!(is_trusted(&world, &evidence));
    assert_eq!(news.try_iter().collect::<Vec<_>>(), [News::Changed(evidence.stamp())]);
}

#[test]
fn pem_and_der_count_the_same_and_many_fit_into_one_file() {
    let world = settled();
    fs::remove_file(world.path("lists/sub.crl")).unwrap();
    world.write(
        "lists/root.crl",
        &[pem("X509 CRL", &root_list()), pem("X509 CRL", &list())].concat(),
    );
    world.write("anchors/root.der", &pem("CERTIFICATE", &root()));
    let (evidence, _news) = world.open();
    assert_eq!(evidence.problems(), []);
    assert!(is_trusted(&world, &evidence));
}

#[test]
fn a_list_that_is_added_replaced_and_removed_counts_at_once() {
    let world = settled();
    let (evidence, news) = world.open();
    world.write("lists/sub.crl", &revoking());
    until(&news, "revoked", || refusals(&world.judge(&evidence)).join("").contains("revoked at"));
    world.write("lists/sub.crl", &list());
    until(&news, "good again", || is_trusted(&world, &evidence));
    fs::remove_file(world.path("lists/sub.crl")).unwrap();
    until(&news, "not checked", || !is_trusted(&world, &evidence));
    fs::write(world.path("lists/other.crl"), list()).unwrap();
    until(&news, "written in place", || is_trusted(&world, &evidence));
}

#[test]
fn an_anchor_that_is_removed_is_trusted_no_more() {
    let world = settled();
    let (evidence, news) = world.open();
    fs::remove_file(world.path("anchors/root.der")).unwrap();
    until(&news, "untrusted", || !is_trusted(&world, &evidence));
    assert_eq!(
        texts(&world, &evidence.problems())[0],
        format!(
            "{}: no trust anchor is there: nobody can sign in",
            world.path("anchors").display()
        )
        .replace(&(world.folder.path().display().to_string() + "/"), "")
    );
    world.write("anchors/new.der", &root());
    until(&news, "trusted", || is_trusted(&world, &evidence));
}

#[test]
fn folders_that_are_made_later_are_noticed() {
    let world = settled();
    fs::rename(world.path("anchors"), world.path("elsewhere")).unwrap();
    let (evidence, news) = world.open();
    let first = texts(&world, &evidence.problems());
    assert!(first[0].contains("the folder cannot be read: entity not found"), "{first:?}");
    assert!(!is_trusted(&world, &evidence));
    fs::rename(world.path("elsewhere"), world.path("anchors")).unwrap();
    until(&news, "trusted", || is_trusted(&world, &evidence));
    fs::rename(world.path("anchors"), world.path("elsewhere")).unwrap();
    until(&news, "untrusted", || !is_trusted(&world, &evidence));
    fs::create_dir(world.path("anchors")).unwrap();
    fs::write(world.path("anchors/root.der"), root()).unwrap();
    until(&news, "trusted again", || is_trusted(&world, &evidence));
}

#[test]
fn folders_far_below_anything_that_exists_are_noticed() {
    let mut world = settled();
    world.settings.folders.anchors = world.path("a/b/c");
    let (evidence, news) = world.open();
    for step in ["a", "a/b", "a/b/c"] {
        fs::create_dir(world.path(step)).unwrap();
    }
    world.write("a/b/c/root.der", &root());
    until(&news, "trusted", || is_trusted(&world, &evidence));
}

#[test]
fn folders_may_lie_within_each_other() {
    let mut world = settled();
    world.settings.folders.lists = Some(world.path("anchors/lists"));
    fs::rename(world.path("lists"), world.path("anchors/lists")).unwrap();
    let (evidence, news) = world.open();
    assert!(is_trusted(&world, &evidence));
    fs::remove_file(world.path("anchors/root.der")).unwrap();
    until(&news, "untrusted", || !is_trusted(&world, &evidence));
    fs::write(world.path("anchors/root.der"), root()).unwrap();
    until(&news, "trusted", || is_trusted(&world, &evidence));
    fs::remove_file(world.path("anchors/lists/sub.crl")).unwrap();
    until(&news, "not checked", || !is_trusted(&world, &evidence));
}

#[test]
fn a_folder_that_is_a_link_can_be_swapped() {
    let world = settled();
    fs::rename(world.path("lists"), world.path("first")).unwrap();
    std::os::unix::fs::symlink("first", world.path("lists")).unwrap();
    let (evidence, news) = world.open();
    assert!(is_trusted(&world, &evidence));
    fs::create_dir(world.path("second")).unwrap();
    fs::write(world.path("second/root.crl"), root_list()).unwrap();
    fs::write(world.path("second/sub.crl"), revoking()).unwrap();
    std::os::unix::fs::symlink("second", world.path("next")).unwrap();
    fs::rename(world.path("next"), world.path("lists")).unwrap();
    until(&news, "revoked", || !is_trusted(&world, &evidence));
}

#[test]
fn a_list_that_breaks_counts_as_it_was_and_leaves_others_alone() {
    let world = settled();
    world.write("lists/sub.crl", &revoking());
    let (evidence, news) = world.open();
    let stamp = evidence.stamp();
    fs::write(world.path("lists/sub.crl"), &list()[..100]).unwrap();
    until(&news, "broken", || !evidence.problems().is_empty());
    assert_eq!(
        texts(&world, &evidence.problems()),
        [
            "lists/sub.crl: list 1: the revocation list is malformed: the bytes end before the object does",
            "lists/sub.crl: what was read before still counts"
        ]
    );
    assert_eq!(refusals(&world.judge(&evidence)).len(), 1);
    assert!(refusals(&world.judge(&evidence))[0].contains("revoked at"));
    assert_eq!(evidence.stamp(), stamp, "a problem is no evidence");
    fs::write(world.path("lists/sub.crl"), list()).unwrap();
    until(&news, "repaired", || is_trusted(&world, &evidence));
    assert_eq!(evidence.problems(), []);
}

#[test]
fn lists_outlive_their_folder_and_trust_does_not() {
    let world = settled();
    world.write("lists/sub.crl", &revoking());
    let (evidence, news) = world.open();
    fs::rename(world.path("lists"), world.path("unmounted")).unwrap();
    until(&news, "gone", || !evidence.problems().is_empty());
    assert!(refusals(&world.judge(&evidence))[0].contains("revoked at"));
    let found = texts(&world, &evidence.problems());
    assert_eq!(found.last().unwrap(), "lists: what was read before still counts");
}

#[test]
fn a_folder_with_thousands_of_lists_is_read_once() {
    let world = settled();
    for number in 0..3000 {
        fs::write(world.path(&format!("lists/x{number:04}.crl")), list()).unwrap();
    }
    let (evidence, news) = world.open();
    assert_eq!(evidence.snapshot().lists().lists().count(), 3002);
    let newer = ListDraft { this_update: der::generalized("20260831000000Z"), ..revoking_draft() };
    fs::write(world.path("lists/y.crl"), newer.signed(&AUTHORITY_KEY)).unwrap();
    until(&news, "revoked", || !is_trusted(&world, &evidence));
}

#[test]
fn of_several_lists_the_newest_counts_whatever_its_name() {
    let world = settled();
    let newer = ListDraft { this_update: der::generalized("20260831000000Z"), ..revoking_draft() };
    for name in ["a", "z"] {
        let file = format!("lists/{name}.crl");
        world.write(&file, &newer.signed(&AUTHORITY_KEY));
        let (evidence, _news) = world.open();
        assert!(refusals(&world.judge(&evidence)).join("").contains("revoked at"), "{file}");
        fs::remove_file(world.path(&file)).unwrap();
    }
}

#[test]
fn lists_find_their_signers_when_authorities_come_later() {
    let world = settled();
    fs::remove_file(world.path("intermediates/sub.der")).unwrap();
    let (evidence, news) = world.open();
    let found = texts(&world, &evidence.problems());
    assert!(found[0].contains("no configured authority has signed it"), "{found:?}");
    world.write("intermediates/sub.der", &authority());
    until(&news, "trusted", || is_trusted(&world, &evidence));
    assert_eq!(evidence.problems(), []);
    let lists = evidence.snapshot();
    assert!(lists.lists().lists().all(|list| list.has_known_signer()));
}

#[test]
fn a_reload_on_demand_reads_what_no_event_told_of() {
    let world = settled();
    fs::rename(world.path("lists/sub.crl"), world.path("target")).unwrap();
    std::os::unix::fs::symlink("../target", world.path("lists/sub.crl")).unwrap();
    let (evidence, _news) = world.open();
    assert!(is_trusted(&world, &evidence));
    world.write("target2", &revoking());
    fs::rename(world.path("target2"), world.path("target")).unwrap();
    evidence.reload();
    assert!(!is_trusted(&world, &evidence));
}
