//! What the role directory says while somebody is signed in: roles go, come, and cannot be looked up.

use std::{fs, os::unix::fs::FileExt};

use lanyard_desk::RolesFolder;
use lanyard_settings::Settings;
use lanyard_test_roles::{Persona, role};
use lanyard_witness::News;
use serde_json::Value;

use crate::{NURSE, SignedIn};

fn told(roles: &RolesFolder) -> Settings {
    let mut settings = Settings::default();
    roles.told_to(&mut settings);
    settings
}

/// The nurse's document with these roles.
fn nurse_with(roles: &RolesFolder, given: Vec<Value>) -> Persona {
    let mut nurse = roles.persona("nurse");
    let userinfo = nurse.userinfo.as_object_mut().unwrap();
    userinfo.insert("nhsid_nrbac_roles".to_owned(), given.into());
    nurse
}

fn hers() -> Value {
    role(102, "RZZ01", "R8001", "Nurse")
}

fn another() -> Value {
    role(2102, "RZZ01", "R8000", "Clinical Practitioner")
}

/// The nurse is in her role; this happens to her document, and ends the session.
async fn ends_by(happens: impl FnOnce(&RolesFolder, Persona)) {
    let roles = RolesFolder::new();
    let mut here = SignedIn::nurse(told(&roles)).await;
    happens(&roles, roles.persona("nurse"));
    here.hears([News::ended("role-revoked")]).await;
    here.is_no_more().await;
}

#[tokio::test]
async fn a_role_that_is_withdrawn_ends_the_session() {
    ends_by(|roles, _| roles.write(&nurse_with(roles, vec![another()]))).await;
}

#[tokio::test]
async fn a_role_at_another_organisation_is_another_role() {
    let elsewhere = role(102, "A99901", "R8001", "Nurse");
    ends_by(|roles, _| roles.write(&nurse_with(roles, vec![elsewhere]))).await;
}

#[tokio::test]
async fn a_role_that_gets_a_close_date_that_has_passed_ends_the_session() {
    let mut closed = hers();
    closed["nhsCloseDate"] = "20200101".into();
    ends_by(|roles, _| roles.write(&nurse_with(roles, vec![closed]))).await;
}

#[tokio::test]
async fn a_document_that_is_taken_away_ends_the_session() {
    ends_by(|roles, nurse| roles.site().remove(nurse.holder).unwrap()).await;
}

#[tokio::test]
async fn a_document_that_is_tampered_with_ends_the_session() {
    ends_by(|roles, nurse| {
        let file = roles.file(&nurse);
        let mut text = fs::read(&file).unwrap();
        let middle = text.len() / 2;
        text[middle] = if text[middle] == b'A' { b'B' } else { b'A' };
        fs::File::options().write(true).open(&file).unwrap().write_all_at(&text, 0).unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_older_document_in_place_of_a_newer_one_ends_the_session() {
    ends_by(|roles, nurse| roles.write_older(&nurse)).await;
}

#[tokio::test]
async fn another_role_on_offer_is_told_and_ends_nothing() {
    let roles = RolesFolder::new();
    let mut here = SignedIn::nurse(told(&roles)).await;
    roles.write(&nurse_with(&roles, vec![hers(), another()]));
    here.hears([News::RolesOffered]).await;
    let described = here.described().await;
    assert_eq!((described.state.as_str(), described.roles.len()), ("active", 2));
    assert_eq!(described.role.unwrap().id, NURSE);
    here.session().await.select_role("777700002102").await.unwrap();
    here.hears([News::role("777700002102")]).await;
}

#[tokio::test]
async fn the_same_role_by_another_close_date_goes_on() {
    let roles = RolesFolder::new();
    let mut here = SignedIn::nurse(told(&roles)).await;
    let mut dated = hers();
    dated["nhsCloseDate"] = "29991231".into();
    roles.write(&nurse_with(&roles, vec![dated]));
    here.hears([News::RolesOffered]).await;
    assert_eq!(here.described().await.state, "active");
}

#[tokio::test]
async fn the_first_role_that_somebody_is_given_is_hers_at_once() {
    let roles = RolesFolder::new();
    let mut here = SignedIn::under(told(&roles), "roleless").await;
    let mut roleless = roles.persona("roleless");
    roleless.userinfo["nhsid_nrbac_roles"] = vec![another()].into();
    roles.write(&roleless);
    here.hears([News::RolesOffered, News::role("777700002102"), News::state("active")]).await;
}

#[tokio::test]
async fn without_a_directory_somebody_is_signed_in_and_nothing_is_known_of_roles() {
    let roles = RolesFolder::new();
    let settings = told(&roles);
    fs::rename(&settings.roles.folder, settings.roles.folder.with_extension("away")).unwrap();
    let here = SignedIn::under(settings, "nurse").await;
    let described = here.described().await;
    assert_eq!(
        (described.state.as_str(), described.knowledge.as_str()),
        ("choosing-role", "unavailable")
    );
    assert!(described.roles.is_empty() && described.name.is_none());
}

#[tokio::test]
async fn a_directory_that_goes_withdraws_nothing_and_is_said_to_be_stale() {
    let roles = RolesFolder::new();
    let settings = told(&roles);
    let folder = settings.roles.folder.clone();
    let mut here = SignedIn::nurse(settings).await;
    fs::rename(&folder, folder.with_extension("away")).unwrap();
    here.hears([News::RolesOffered]).await;
    let described = here.described().await;
    assert_eq!((described.state.as_str(), described.knowledge.as_str()), ("active", "stale"));
    assert_eq!(described.role.unwrap().id, NURSE);
}
