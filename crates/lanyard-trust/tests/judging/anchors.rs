//! What is said of the files of a site's trust configuration, and what a certificate says to a fetcher.

use lanyard_test_pki::{CertificateDraft, Key, der, extension};
use lanyard_trust::{
    Anchors, Certificate, CrlStore, Evidence, Intermediates, Problem, Reason, Settings, judge,
};

use crate::world::{ROOT_KEY, TODAY, World, parse};

fn pem(der: &[u8]) -> Vec<u8> {
    openssl::x509::X509::from_der(der).unwrap().to_pem().unwrap()
}

#[test]
fn each_problem_of_an_anchor_is_named() {
    let root = World::new().root.signed(&ROOT_KEY);
    let key = Key::p256();
    let mut expired = CertificateDraft::authority("Old", "Old", &key, 1);
    expired.not_after = der::utc("240101000000Z");
    let expired = expired.signed(&key);
    let mut future = CertificateDraft::authority("New", "New", &key, 1);
    future.not_before = der::utc("300101000000Z");
    let future = future.signed(&key);
    let holder = World::new().holder_der();
    let both = [pem(&root), pem(&expired), b"-----BEGIN CERTIFICATE-----\n!\n".to_vec()].concat();
    let files: [(&str, &[u8]); 7] = [
        ("root.der", &root),
        ("both.pem", &both),
        ("holder.pem", &pem(&holder)),
        ("notes.txt", b"hello"),
        ("key.pem", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        ("future.der", &future),
        ("empty", b""),
    ];
    let (anchors, problems) = Anchors::load(files, TODAY);
    let told: Vec<String> = problems
        .iter()
        .map(|found| format!("{} {}: {}", found.file, found.number, found.problem))
        .collect();
    assert_eq!(
        told,
        [
            "both.pem 1: CN=Root,O=nhs stands there twice",
            "both.pem 2: CN=Old,O=nhs expired at 2024-01-01T00:00:00Z",
            "both.pem 3: unreadable: the PEM form is broken",
            "holder.pem 1: CN=999900000102,OU=people,O=nhs is not an authority",
            "notes.txt 1: unreadable: the certificate is malformed: object 68 stands where 30 is expected",
            "key.pem 1: no certificate is in it",
            "future.der 1: CN=New,O=nhs is not valid before 2030-01-01T00:00:00Z",
            "empty 1: unreadable: the certificate is malformed: the bytes end before the object does",
        ]
    );
    assert_eq!(anchors.certificates().len(), 3);
    assert!(problems.iter().any(|found| matches!(found.problem, Problem::Expired { .. })));
}

#[test]
fn without_anchors_nobody_signs_in() {
    let evidence = Evidence {
        anchors: &Anchors::default(),
        intermediates: &Intermediates::default(),
        from_card: &[],
        crls: &CrlStore::default(),
        ocsp: &[],
        responders: &[],
    };
    let judgement = judge(&World::new().holder_der(), &evidence, &Settings::default(), TODAY);
    let first = judgement.first_refusal().unwrap();
    assert_eq!(first.to_string(), "the holder's certificate: no trust anchor is configured");
    assert_eq!(first.reason(), Reason::UntrustedIssuer);
}

#[test]
fn authorities_from_the_card_lead_to_an_anchor() {
    let world = World::new();
    let (anchors, problems) = Anchors::load([("root", &*world.root.signed(&ROOT_KEY))], TODAY);
    assert_eq!(problems, []);
    let from_card = [parse(&world.authority.signed(&ROOT_KEY)).unwrap()];
    let evidence = Evidence {
        anchors: &anchors,
        intermediates: &Intermediates::default(),
        from_card: &from_card,
        crls: &CrlStore::default(),
        ocsp: &[],
        responders: &[],
    };
    assert!(judge(&world.holder_der(), &evidence, &world.settings, TODAY).holds());
}

#[test]
fn a_certificate_says_where_its_revocation_can_be_asked() {
    let mut world = World::new();
    let directory = extension::directory(&der::authority("CRL 1"));
    let http = extension::uri("http://crl.example/1.crl");
    world.holder.set(extension::crl_points(&[&[directory, http]]));
    world.holder.set(extension::ocsp_access("http://ocsp.example/"));
    let holder = Certificate::parse(&world.holder_der()).unwrap();
    assert_eq!(holder.crl_addresses().collect::<Vec<_>>(), ["http://crl.example/1.crl"]);
    let names: Vec<String> = holder.crl_directory_names().map(ToString::to_string).collect();
    assert_eq!(names, ["CN=CRL 1,O=nhs"]);
    assert_eq!(holder.ocsp_addresses().collect::<Vec<_>>(), ["http://ocsp.example/"]);
    assert!(world.judged().holds());
}
