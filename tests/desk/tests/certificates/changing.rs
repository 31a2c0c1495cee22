//! Anchors and lists that come, go and change while cards are in.

use std::{fs, path::Path};

use lanyard_desk::{CURRENT, Pki, Sitting};
use lanyard_trust::RevocationMode;
use lanyard_witness::{Does, Options, ended};

use crate::words;

#[tokio::test]
async fn a_card_that_is_revoked_while_it_is_in_becomes_unusable() {
    let pki = Pki::new();
    let mut sitting = Sitting::with_pki("nurse", &pki, pki.believed()).await;
    sitting.desk.client.card_in_state("ready").await;
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.outcome, "ok");
    pki.revoke("nurse");
    let card = sitting.desk.client.card_in_state("unusable").await;
    assert_eq!(words(&card), "unusable certificate-revoked");
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("not-trusted", "revoked"));
}

#[tokio::test]
async fn a_prompt_is_closed_when_its_card_is_revoked_meanwhile() {
    let pki = Pki::new();
    let mut sitting = Sitting::with_pki("nurse", &pki, pki.believed()).await;
    sitting.desk.client.card_in_state("ready").await;
    sitting.person.then(Does::Hangs);
    let request = sitting.desk.client.request("/", Options::new()).await;
    sitting.person.is_shown_something().await;
    pki.revoke("nurse");
    let ended = ended(&request).await;
    assert_eq!(ended.words(), ("not-trusted", "revoked"));
    assert_eq!(sitting.passcodes_heard(), 0);
}

#[tokio::test]
async fn without_an_anchor_nobody_signs_in_until_there_is_one() {
    let pki = Pki::new();
    let anchors = pki.folder().join("anchors");
    let kept = pki.folder().join("kept");
    fs::rename(&anchors, &kept).unwrap();
    fs::create_dir(&anchors).unwrap();
    let mut sitting = Sitting::with_pki("nurse", &pki, pki.believed()).await;
    let card = sitting.desk.client.card_in_state("unusable").await;
    assert_eq!(words(&card), "unusable certificate-untrusted");
    let ended = sitting.enters(Does::types(CURRENT)).await;
    assert_eq!(ended.words(), ("not-trusted", "untrusted-issuer"));
    fs::copy(kept.join("root.pem"), anchors.join("root.pem")).unwrap();
    sitting.desk.client.card_in_state("ready").await;
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.outcome, "ok");
}

#[tokio::test]
async fn a_list_that_nobody_has_refuses_where_it_is_demanded_and_nowhere_else() {
    for (mode, words) in [
        (RevocationMode::Hard, ("not-trusted", "not-checked")),
        (RevocationMode::Soft, ("ok", "")),
        (RevocationMode::Off, ("ok", "")),
    ] {
        let pki = Pki::new();
        lose_holders_lists(pki.folder());
        let mut settings = pki.believed();
        settings.revocation.mode = mode;
        let sitting = Sitting::with_pki("nurse", &pki, settings).await;
        assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), words, "{mode:?}");
    }
}

#[tokio::test]
async fn a_list_that_comes_later_makes_a_card_usable() {
    let pki = Pki::new();
    let lists = pki.folder().join("lists");
    let kept = pki.folder().join("kept");
    fs::rename(&lists, &kept).unwrap();
    fs::create_dir(&lists).unwrap();
    let mut sitting = Sitting::with_pki("nurse", &pki, pki.believed()).await;
    let card = sitting.desk.client.card_in_state("unusable").await;
    assert_eq!(words(&card), "unusable certificate-not-checked");
    for list in fs::read_dir(&kept).unwrap() {
        let list = list.unwrap();
        fs::rename(list.path(), lists.join(list.file_name())).unwrap();
    }
    sitting.desk.client.card_in_state("ready").await;
}

/// The lists in which holders with P-256 keys stand.
pub(crate) fn lose_holders_lists(pki: &Path) {
    for list in ["p256-1.crl", "p256-2.crl"] {
        fs::remove_file(pki.join("lists").join(list)).unwrap();
    }
}
