//! Certificates on the real stack: what an administrator sees and does, and what outside clients read.

use std::{fs, os::unix::fs::symlink, path::Path};

use lanyard_stack::{Signal, Stack};
use lanyard_witness::{Does, Witness, text};

use crate::sitting::{RIGHT, Sitting};

/// Settings that name these folders of a site's own.
fn site(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "[trust]\nanchors = \"{folder}/anchors\"\nintermediates = \"{folder}/intermediates\"\n\
         [revocation]\nlists = \"{folder}/lists\"\nresponders = \"\"\ncache = \"\"\n"
    )
}

#[tokio::test]
async fn the_journal_says_that_nobody_can_sign_in_and_why() {
    let stack = Stack::start().unwrap();
    let folder = stack.folder().join("site");
    fs::create_dir(&folder).unwrap();
    for part in ["anchors", "intermediates", "lists"] {
        fs::create_dir(folder.join(part)).unwrap();
    }
    fs::write(folder.join("anchors/notes.txt"), "no certificate").unwrap();
    let mut daemon = stack.daemon(&site(&folder)).unwrap();
    let journal = daemon.process().stderr();
    for words in ["no trust anchor is there: nobody can sign in", "anchors/notes.txt"] {
        assert!(journal.contains(words), "{words}: {journal}");
    }
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    let _card = stack.card(0, "nurse").unwrap();
    let card = witness.card_in_state("unusable").await;
    assert_eq!(text(&card, "Reason"), "certificate-untrusted");
    fs::copy(stack.pki().join("anchors/root.pem"), folder.join("anchors/root.pem")).unwrap();
    for part in ["intermediates", "lists"] {
        for file in fs::read_dir(stack.pki().join(part)).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), folder.join(part).join(file.file_name())).unwrap();
        }
    }
    witness.card_in_state("ready").await;
}

#[tokio::test]
async fn hangup_reads_again_what_nobody_could_see_change() {
    let stack = Stack::start().unwrap();
    let (folder, elsewhere) = (stack.folder().join("site"), stack.folder().join("elsewhere"));
    for new in [&folder, &folder.join("anchors"), &elsewhere] {
        fs::create_dir(new).unwrap();
    }
    for part in ["intermediates", "lists"] {
        symlink(stack.pki().join(part), folder.join(part)).unwrap();
    }
    fs::write(elsewhere.join("root.pem"), "not yet").unwrap();
    symlink(elsewhere.join("root.pem"), folder.join("anchors/root.pem")).unwrap();
    let mut daemon = stack.daemon(&site(&folder)).unwrap();
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("unusable").await;
    // The folder stays as it was: what changes is the file that a link in it leads to.
    fs::write(elsewhere.join("root.pem"), fs::read(stack.pki().join("anchors/root.pem")).unwrap())
        .unwrap();
    daemon.process().signal(Signal::HUP).unwrap();
    witness.card_in_state("ready").await;
}

#[tokio::test]
async fn an_outside_client_is_told_whether_a_card_is_believed() {
    let sitting = Sitting::with("revoked").await;
    let card = sitting.witness.cards().await.remove(0);
    let address = sitting.stack.bus().address();
    let call = format!(
        "busctl --address={address} --json=short call org.lanyard.Lanyard1 {card} \
         org.lanyard.Lanyard1.Card Describe"
    );
    let (is_content, said) = sitting.ask(&call);
    assert!(is_content, "{said}");
    let told: serde_json::Value = serde_json::from_str(&said).unwrap();
    let value = |key: &str| told["data"][0][key]["data"].clone();
    assert_eq!(value("certificate-state"), "not-trusted");
    assert_eq!(value("certificate-reason"), "revoked");
    assert_eq!(value("revocation"), "revoked");
    assert!(value("revoked-at").is_i64());
    assert_eq!(value("path").as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn the_audit_log_says_why_somebody_was_not_believed() {
    let mut sitting = Sitting::with("expired").await;
    assert_eq!(sitting.enters(Does::types(RIGHT)).await.words(), ("not-trusted", "expired"));
    assert!(sitting.person.shown().is_empty());
    assert_eq!(sitting.daemon.terminate().unwrap().code(), Some(0));
    let log = fs::read_to_string(sitting.stack.folder().join("records/audit.jsonl")).unwrap();
    let record = log.lines().find(|line| line.contains("authentication-ended")).unwrap();
    assert!(record.contains("\"outcome\":\"not-trusted\",\"reason\":\"expired\""), "{record}");
}
