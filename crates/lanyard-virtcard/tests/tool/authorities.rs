//! The authorities through the program: cards taken back while they are in, and the whole PKI at once.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Output, Stdio};

use openssl::bn::BigNum;
use openssl::stack::StackRef;
use openssl::x509::{X509, X509Crl};
use serde_json::json;

use crate::tool::{Tool, program, reader};

/// How many certificates the lists of a folder name.
fn revoked(authorities: &Path) -> usize {
    let lists = fs::read_dir(authorities.join("lists")).unwrap();
    let counts = lists.map(|file| {
        let list = X509Crl::from_der(&fs::read(file.unwrap().path()).unwrap()).unwrap();
        list.get_revoked().map_or(0, StackRef::len)
    });
    counts.sum()
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

#[test]
fn cards_are_revoked_by_order_and_from_outside() {
    let reader = reader();
    let mut tool = Tool::start(&reader, &["--out"]);
    tool.line();
    let folder = tool.state().join("ca");
    assert_eq!(revoked(&folder), 1, "the persona `revoked`");

    assert_eq!(tool.order("revoke student"), json!({"ok": true}));
    assert_eq!(revoked(&folder), 2);
    let authorities = folder.to_str().unwrap();
    let outside = run(&["revoke", "rich", "--ca", authorities, "--reason", "superseded"]);
    assert!(outside.status.success(), "{outside:?}");
    assert_eq!(revoked(&folder), 3);
    assert_eq!(tool.order("revoke lsa cessationOfOperation"), json!({"ok": true}));
    assert_eq!(revoked(&folder), 5, "two certificates of the card, and the one from outside stays");

    assert_eq!(tool.order("revoke nobody")["ok"], json!(false));
    let refused = run(&["revoke", "rich", "--ca", authorities, "--reason", "whim"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("\"whim\" is no reason; there are: keyCompromise"), "{said}");
}

#[test]
fn where_no_authorities_are_none_are_made_to_revoke_a_card() {
    let folder = tempfile::tempdir().unwrap();
    let misspelt = folder.path().join("misspelt");
    let outside = run(&["revoke", "rich", "--ca", misspelt.to_str().unwrap()]);
    assert!(!outside.status.success(), "{outside:?}");
    assert!(!misspelt.exists());
}

#[test]
fn a_persona_of_a_file_that_is_to_be_revoked_is_in_the_list_from_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let persona = "[[persona]]\nname = \"lost\"\nabout = \"\"\nholder-uuid = \"999900000998\"\n\
        holder-name = \"Test Lost\"\nslots = [\"9a\"]\nrevoked = true\n";
    fs::write(file.path(), persona).unwrap();
    let reader = reader();
    let mut tool = Tool::start(&reader, &["--out", "--personas", file.path().to_str().unwrap()]);
    tool.line();
    assert_eq!(revoked(&tool.state().join("ca")), 2);
}

#[test]
fn where_nobody_sees_the_lists_nobody_is_told_that_a_card_is_revoked() {
    let mut child = program()
        .args(["--persona", "blank", "--out"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "revoke nurse\nquit").unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(said.contains("nobody sees the lists: start with `--ca DIR`"), "{said}");
}

#[test]
fn the_whole_pki_has_the_certificates_that_are_on_its_cards() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let made = run(&["pki", path, "--at", "2026-09-01"]);
    assert!(made.status.success(), "{made:?}");
    let said = String::from_utf8(made.stdout).unwrap();
    for line in [
        "  anchors/root.pem            Lanyard Test Root, until Aug 29 00:00:00 2036 GMT\n",
        "  lists/p256-1.crl            1 revoked, until Sep  7 23:59:00 2026 GMT\n",
        "  cards/                      27 cards that have them\n",
    ] {
        assert!(said.contains(line), "{said}");
    }
    for name in ["gp", "t0", "untrusted"] {
        let holder = fs::read(folder.path().join(format!("holders/{name}.pem"))).unwrap();
        let der = X509::from_pem(&holder).unwrap().to_der().unwrap();
        let digits = BigNum::from_slice(&der).unwrap().to_hex_str().unwrap().to_lowercase();
        let card = fs::read_to_string(folder.path().join(format!("cards/{name}.json"))).unwrap();
        assert!(card.contains(&digits), "{name}");
    }
    let again = run(&["pki", path, "--at", "2026-09-02"]);
    assert_eq!(String::from_utf8(again.stdout).unwrap(), said, "it is there already");
}
