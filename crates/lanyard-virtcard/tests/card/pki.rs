//! The test PKI from outside: what two runs have in common, what lies in a folder, what becomes of lists.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use lanyard_virtcard::{Authorities, Card, RevocationReason};
use openssl::x509::X509;
use x509_parser::prelude::{
    CertificateRevocationList, FromDer as _, ParsedExtension, X509Certificate, X509Extension,
};

use crate::common::{personas, today};

const DAY: Duration = Duration::from_secs(86_400);

/// Every file of a PKI that others read, but the keys.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for name in ["anchors", "intermediates", "lists", "responder", "holders", "untrusted"] {
        for file in fs::read_dir(folder.join(name)).into_iter().flatten() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if !name.ends_with("key.pem") {
                files.push((name, fs::read(path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn with_cards(folder: &Path) -> Authorities {
    let authorities = Authorities::open(folder, today()).unwrap();
    for persona in personas().iter() {
        Card::issue(persona, &authorities, today()).unwrap();
    }
    authorities
}

/// An extension without what follows from a key.
fn told(extension: &X509Extension<'_>) -> String {
    let content = match extension.parsed_extension() {
        ParsedExtension::SubjectKeyIdentifier(key) => format!("{} bytes", key.0.len()),
        ParsedExtension::AuthorityKeyIdentifier(key) => {
            assert!(key.authority_cert_issuer.is_none() && key.authority_cert_serial.is_none());
            format!("{} bytes", key.key_identifier.as_ref().unwrap().0.len())
        }
        _ => format!("{:02X?}", extension.value),
    };
    format!("{} {} {content}", extension.oid, extension.critical)
}

/// Every field of a certificate or list that does not follow from a key.
fn fields(name: &str, content: &[u8]) -> Vec<String> {
    if Path::new(name).extension().is_some_and(|end| end == "crl") {
        let (rest, list) = CertificateRevocationList::from_der(content).unwrap();
        assert!(rest.is_empty());
        let tbs = &list.tbs_cert_list;
        let entries = tbs.revoked_certificates.iter().map(|entry| {
            let extensions: Vec<String> = entry.extensions().iter().map(told).collect();
            format!("{} {} {extensions:?}", entry.raw_serial_as_string(), entry.revocation_date)
        });
        return [format!("{:?} {} {:?}", tbs.version, tbs.issuer, tbs.signature)]
            .into_iter()
            .chain([format!("{} {:?}", tbs.this_update, tbs.next_update)])
            .chain(entries)
            .chain(tbs.extensions().iter().map(told))
            .collect();
    }
    let der = X509::from_pem(content).unwrap().to_der().unwrap();
    let (rest, certificate) = X509Certificate::from_der(&der).unwrap();
    assert!(rest.is_empty());
    let tbs = &certificate.tbs_certificate;
    let head = [
        format!("{:?} {} {:?}", tbs.version, tbs.raw_serial_as_string(), tbs.signature),
        format!("{} from {}", tbs.subject, tbs.issuer),
        format!("{} to {}", tbs.validity.not_before, tbs.validity.not_after),
        format!("{:?}", tbs.subject_pki.algorithm),
    ];
    head.into_iter().chain(tbs.extensions().iter().map(told)).collect()
}

#[test]
fn two_runs_at_one_time_differ_in_keys_alone() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    with_cards(first.path());
    with_cards(second.path());
    let (first, second) = (files(first.path()), files(second.path()));
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "anchors/root.pem",
        "intermediates/p256.pem",
        "intermediates/rsa.pem",
        "lists/p256-1.crl",
        "lists/p256-2.crl",
        "lists/root.crl",
        "lists/rsa-1.crl",
        "lists/rsa-2.crl",
        "responder/certificate.pem",
        "untrusted/root.pem",
        "untrusted/untrusted.crl",
        "holders/gp.pem",
        "holders/gp.9d.pem",
        "holders/untrusted.pem",
    ] {
        assert!(names.contains(&name), "{name} is missing: {names:?}");
    }
    assert_eq!(first.len(), second.len());
    for ((name, one), (other_name, other)) in first.iter().zip(&second) {
        assert_eq!(name, other_name);
        assert_eq!(fields(name, one), fields(name, other), "{name}");
        assert_ne!(one, other, "{name} has the same key or signature");
    }
}

#[test]
fn a_holders_certificate_names_its_list_and_nothing_that_the_field_has_not() {
    let folder = tempfile::tempdir().unwrap();
    let authorities = Authorities::open(folder.path(), today()).unwrap();
    let personas = personas();
    for name in ["nurse", "pharmacist", "revoked", "untrusted"] {
        Card::issue(personas.named(name).unwrap(), &authorities, today()).unwrap();
    }
    let files = files(folder.path());
    for (name, content) in files.iter().filter(|(name, _)| name.starts_with("holders/")) {
        let kinds: Vec<String> = fields(name, content)
            .iter()
            .filter_map(|field| {
                Some(field.split_once(" false ").or(field.split_once(" true "))?.0.to_owned())
            })
            .collect();
        // Key identifier of the issuer, key usage, policies, distribution point.
        assert_eq!(kinds, ["2.5.29.35", "2.5.29.15", "2.5.29.32", "2.5.29.31"], "{name}");
    }
}

/// Number, dates and entries of a list in a folder.
fn list(folder: &Path, name: &str) -> (String, i64, i64, Vec<i64>) {
    let content = fs::read(folder.join("lists").join(name)).unwrap();
    let (_, list) = CertificateRevocationList::from_der(&content).unwrap();
    let entries = list.iter_revoked_certificates().map(|entry| entry.revocation_date.timestamp());
    (
        list.crl_number().unwrap().to_string(),
        list.last_update().timestamp(),
        list.next_update().unwrap().timestamp(),
        entries.collect(),
    )
}

const LISTS: [&str; 5] = ["root.crl", "rsa-1.crl", "rsa-2.crl", "p256-1.crl", "p256-2.crl"];

fn entries(folder: &Path) -> Vec<usize> {
    LISTS.iter().map(|name| list(folder, name).3.len()).collect()
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

#[test]
fn lists_are_made_anew_when_half_of_their_life_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let open = |now| drop(Authorities::open(folder.path(), now).unwrap());
    open(today());
    let first = list(folder.path(), "p256-1.crl");
    let before = files_of_lists(folder.path());
    let (minute, week) = (60, 7 * 86_400);
    let made = seconds(today()) - minute;
    assert_eq!((&*first.0, first.1, first.2), ("1", made, made + week));

    open(today() + 3 * DAY);
    assert_eq!(files_of_lists(folder.path()), before, "they are good for four days more");
    open(today() + 4 * DAY);
    let second = list(folder.path(), "p256-1.crl");
    assert_eq!((&*second.0, second.1), ("2", made + 4 * 86_400));
    assert_eq!(second.3, first.3, "what was revoked stays so, with its date");
    open(today());
    assert_eq!(list(folder.path(), "p256-1.crl").0, "3", "a list from the future is no use");
}

fn files_of_lists(folder: &Path) -> Vec<(String, Vec<u8>)> {
    files(folder).into_iter().filter(|(name, _)| name.starts_with("lists/")).collect()
}

#[test]
fn files_that_were_lost_or_changed_are_written_again() {
    let folder = tempfile::tempdir().unwrap();
    drop(Authorities::open(folder.path(), today()).unwrap());
    let before = files_of_lists(folder.path());
    fs::remove_file(folder.path().join("lists/root.crl")).unwrap();
    fs::write(folder.path().join("lists/rsa-1.crl"), "").unwrap();
    drop(Authorities::open(folder.path(), today()).unwrap());
    assert_eq!(files_of_lists(folder.path()), before);
}

#[test]
fn a_card_is_revoked_in_one_partition_by_whoever_has_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let personas = personas();
    let named = |name| personas.named(name).unwrap();
    let mut one = Authorities::open(folder.path(), today()).unwrap();
    let mut other = Authorities::open(folder.path(), today()).unwrap();
    let before = entries(folder.path());
    assert_eq!(before.iter().sum::<usize>(), 1, "the persona `revoked` has one certificate");

    let later = today() + DAY;
    one.revoke(named("gp"), RevocationReason::Superseded, later).unwrap();
    other.revoke(named("pharmacist"), RevocationReason::KeyCompromise, later).unwrap();
    one.revoke(named("gp"), RevocationReason::KeyCompromise, later + DAY).unwrap();
    let after = entries(folder.path());
    let more: usize = after.iter().sum::<usize>() - before.iter().sum::<usize>();
    assert_eq!(more, 4 + 1, "four slots of gp once, one of the pharmacist: {after:?}");
    assert_eq!(after[0], 0, "the root's list names authorities alone");
    let dates = LISTS.map(|name| list(folder.path(), name).3).concat();
    assert_eq!(dates.iter().filter(|date| **date == seconds(later) - 60).count(), 5);
    one.revoke(named("student"), RevocationReason::KeyCompromise, later).unwrap();
    assert_eq!(one.lists().len(), 5);
    let on_disk: Vec<Vec<u8>> =
        LISTS.map(|name| fs::read(folder.path().join("lists").join(name)).unwrap()).into();
    assert_eq!(one.lists(), on_disk);
}

#[test]
fn a_register_that_is_none_is_an_error_and_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("authorities.json");
    fs::write(&register, "{}").unwrap();
    Authorities::open(folder.path(), today()).unwrap_err();
    assert_eq!(fs::read_to_string(register).unwrap(), "{}");
}

#[test]
fn the_responder_is_delegated_by_the_authority_it_speaks_for() {
    let authorities = Authorities::in_memory(today()).unwrap();
    let nurse = personas().named("nurse").unwrap().clone();
    let issuer = X509::from_der(authorities.issuer_of(&nurse).certificate()).unwrap();
    let der = authorities.responder().certificate();
    let responder = X509::from_der(der).unwrap();
    assert!(responder.verify(&issuer.public_key().unwrap()).unwrap());
    let key =
        openssl::pkey::PKey::private_key_from_pem(&authorities.responder().key_pem().unwrap());
    assert!(key.unwrap().public_eq(&responder.public_key().unwrap()));
    let (_, parsed) = X509Certificate::from_der(der).unwrap();
    let usage = parsed.extended_key_usage().unwrap().unwrap();
    assert!(usage.value.ocsp_signing && !usage.value.any);
    let no_check =
        parsed.extensions().iter().find(|it| it.oid.to_id_string() == "1.3.6.1.5.5.7.48.1.5");
    assert_eq!(no_check.unwrap().value, [5, 0]);
}
