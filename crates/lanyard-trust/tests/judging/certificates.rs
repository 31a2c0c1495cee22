//! Each field of a holder's certificate wrong in turn.

use lanyard_test_pki::extension::{self, Critical};
use lanyard_test_pki::{Algorithm, CertificateDraft, Key, der};

use crate::world::{AUTHORITY_KEY, HOLDER_KEY, OTHER_KEY, ROOT_KEY, World, rows, try_all};

#[test]
fn nothing_is_found_in_an_honest_chain() {
    assert_eq!(World::new().refusals(), [""; 0]);
}

#[test]
fn each_wrong_field_of_the_holders_certificate_is_its_own_finding() {
    let rows = rows! {
        "signed by somebody else", |world| world.holder_signer = OTHER_KEY.clone(),
            ["the holder's certificate: its signature: the signature is wrong"];
        "one bit of the signature changed", |world| world.holder_der = Some(changed_at_end(world)),
            ["the holder's certificate: its signature: the signature is wrong"];
        "one byte of the subject changed after signing", |world| {
            let der = world.holder_der();
            world.holder_der = Some(replaced(&der, b"999900000102", b"999900000103"));
        }, ["the holder's certificate: its signature: the signature is wrong"];
        "issuer unknown", |world| world.holder.issuer = der::authority("Nobody"),
            ["the holder's certificate: no trusted certificate of its issuer CN=Nobody,O=nhs is known"];
        "issuer's name longer", |world| world.holder.issuer = der::authority("Sub "  ),
            [];
        "issuer empty", |world| world.holder.issuer = der::sequence(&[]),
            ["the holder's certificate: no issuer is named",
             "the holder's certificate: no trusted certificate of its issuer  is known"];
        "algorithms differ inside and outside", |world| {
            world.holder.inner_algorithm = Algorithm::RsaSha256.identifier();
        }, ["the holder's certificate: the algorithm that is signed is not the one of the signature"];
        "signed with RSA's name by an elliptic key", |world| {
            let der = world.holder.signed(&AUTHORITY_KEY);
            let ours = Algorithm::EcdsaSha256.identifier();
            world.holder_der = Some(replaced(&der, &ours, &Algorithm::EcdsaSha384.identifier()));
        }, ["the holder's certificate: its signature: the signature is wrong"];
        "expired yesterday", |world| world.holder.not_after = der::utc("260831000000Z"),
            ["the holder's certificate: expired at 2026-08-31T00:00:00Z"];
        "begins tomorrow", |world| world.holder.not_before = der::utc("260902000000Z"),
            ["the holder's certificate: not valid before 2026-09-02T00:00:00Z"];
        "ends before it begins", |world| {
            world.holder.not_before = der::utc("270101000000Z");
            world.holder.not_after = der::utc("250101000000Z");
        }, ["the holder's certificate: it ends before it begins",
            "the holder's certificate: not valid before 2027-01-01T00:00:00Z",
            "the holder's certificate: expired at 2025-01-01T00:00:00Z"];
        "expired a second ago", |world| world.holder.not_after = der::utc("260831235959Z"),
            ["the holder's certificate: expired at 2026-08-31T23:59:59Z"];
        "last second", |world| world.holder.not_after = der::utc("260901000000Z"), [];
        "first second", |world| world.holder.not_before = der::utc("260901000000Z"), [];
    };
    try_all(&rows, World::new);
}

#[test]
fn each_wrong_extension_of_the_holders_certificate_is_its_own_finding() {
    let rows = rows! {
        "unknown critical extension", |world| {
            world.holder.set(extension::extension("2.999.7", Critical::Yes, &[5, 0]));
        }, ["the holder's certificate: the critical extension 2.999.7 is not understood"];
        "unknown extension that is not critical", |world| {
            world.holder.set(extension::extension("2.999.7", Critical::No, b"anything"));
        }, [];
        "an extension twice", |world| {
            world.holder.extensions.push(extension::key_usage(extension::DIGITAL_SIGNATURE));
        }, ["the holder's certificate: extension 2.5.29.15 stands there twice"];
        "key usage malformed", |world| {
            world.holder.set(extension::extension("2.5.29.15", Critical::Yes, &[3, 2, 9, 0x80]));
        }, ["the holder's certificate: extension 2.5.29.15 is malformed",
            "the holder's certificate: key usage digitalSignature is missing"];
        "bytes after an extension's value", |world| {
            world.holder.set(extension::extension("2.5.29.37", Critical::No, &[0x30, 4, 6, 2, 42, 3, 0]));
        }, ["the holder's certificate: extension 2.5.29.37 is malformed"];
        "alternative names empty", |world| world.holder.set(extension::alternative_names(&[])),
            ["the holder's certificate: extension 2.5.29.17 is malformed"];
        "policies twice the same", |world| {
            world.holder.set(extension::policies(&["2.999.1", "2.999.1"]));
        }, ["the holder's certificate: extension 2.5.29.32 is malformed"];
        "distribution points empty", |world| world.holder.set(extension::crl_points(&[])),
            ["the holder's certificate: extension 2.5.29.31 is malformed"];
        "authority key identifier critical", |world| {
            world.holder.set(extension::extension("2.5.29.35", Critical::Yes, &[0x30, 0]));
        }, ["the holder's certificate: extension 2.5.29.35 is critical or not against the standard"];
        "key usage for encryption alone", |world| {
            world.holder.set(extension::key_usage(extension::KEY_ENCIPHERMENT));
        }, ["the holder's certificate: key usage digitalSignature is missing"];
        "no key usage", |world| world.holder.extensions.clear(),
            ["the holder's certificate: key usage digitalSignature is missing"];
        "a holder who may sign certificates", |world| {
            world.holder.set(extension::key_usage(extension::DIGITAL_SIGNATURE | extension::KEY_CERT_SIGN));
        }, ["the holder's certificate: key usage keyCertSign without being an authority"];
        "extended usage for mail alone", |world| {
            world.holder.set(extension::extended_key_usage(&["1.3.6.1.5.5.7.3.4"]));
        }, ["the holder's certificate: extended key usage allows neither client authentication nor smartcard logon"];
        "extended usage for clients", |world| {
            world.holder.set(extension::extended_key_usage(&["1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"]));
        }, [];
        "extended usage for smartcard logon", |world| {
            world.holder.set(extension::extended_key_usage(&["1.3.6.1.4.1.311.20.2.2"]));
        }, [];
    };
    try_all(&rows, World::new);
}

#[test]
fn each_wrong_number_version_or_key_of_the_holders_certificate_is_its_own_finding() {
    let rows = rows! {
        "extensions in version 1", |world| world.holder.version.clear(),
            ["the holder's certificate: the version of the certificate has no such fields"];
        "extensions in version 2", |world| world.holder.version = der::context(0, &[&der::integer(&[1])]),
            ["the holder's certificate: the version of the certificate has no such fields"];
        "version 4", |world| world.holder.version = der::context(0, &[&der::integer(&[3])]),
            ["the holder's certificate: a certificate of an unknown version"];
        "serial number of 21 bytes", |world| world.holder.serial = der::integer(&[0x7F; 21]),
            ["the holder's certificate: the serial number has 21 bytes, more than 20"];
        "serial number negative", |world| world.holder.serial = der::integer(&[0xFF]), [];
        "serial number of 20 bytes", |world| world.holder.serial = der::integer(&[0x7F; 20]), [];
        "serial number with a spare zero", |world| world.holder.serial = der::integer(&[0, 1]),
            ["the holder's certificate: the certificate is malformed: a value is not in its one DER form"];
        "serial number empty", |world| world.holder.serial = der::integer(&[]),
            ["the holder's certificate: the certificate is malformed: a value is not in its one DER form"];
        "a key on a curve nobody takes", |world| world.holder.key = Key::p521().info(),
            ["the holder's certificate: its key: the signature's algorithm is not known here, or does not go with the signer's key"];
        "an RSA key of 1024 bits", |world| world.holder.key = Key::rsa(1024).info(),
            ["the holder's certificate: its key: the signature's algorithm or the signer's key is too weak"];
        "an RSA key of 2048 bits", |world| world.holder.key = Key::rsa(2048).info(), [];
        "a key on P-384", |world| world.holder.key = Key::p384().info(), [];
        "an algorithm of the key that is none", |world| {
            world.holder.key = der::sequence(&[&der::sequence(&[&der::oid("2.999.1")]), &der::bits(&[4])]);
        }, ["the holder's certificate: its key: the signature's algorithm is not known here, or does not go with the signer's key"];
        "issued by the anchor itself", |world| {
            world.holder.issuer = der::authority("Root");
            world.holder_signer = ROOT_KEY.clone();
        }, [];
        "everything at once", |world| {
            world.holder.not_after = der::utc("250101000000Z");
            world.holder.key = Key::rsa(1024).info();
            world.holder.subject = der::holder("nobody");
            world.holder.set(extension::key_usage(extension::KEY_ENCIPHERMENT));
        }, ["the holder's certificate: its key: the signature's algorithm or the signer's key is too weak",
            "the holder's certificate: expired at 2025-01-01T00:00:00Z",
            "the holder's certificate: key usage digitalSignature is missing",
            "the holder's certificate: the subject's common name or UID is not of 12 digits"];
    };
    try_all(&rows, World::new);
}

#[test]
fn a_right_path_is_found_beside_wrong_ones() {
    let mut world = World::new();
    world.authority.not_after = der::utc("250101000000Z");
    assert_eq!(world.refusals(), ["authority 1 above it: expired at 2025-01-01T00:00:00Z"]);
    let renewed = CertificateDraft::authority("Sub", "Root", &AUTHORITY_KEY, 9);
    world.further = vec![renewed.signed(&ROOT_KEY)];
    assert_eq!(world.refusals(), [""; 0]);
}

#[test]
fn an_authority_of_the_same_name_with_another_key_is_no_issuer() {
    let mut world = World::new();
    let namesake = CertificateDraft::authority("Sub", "Root", &OTHER_KEY, 9);
    world.further = vec![namesake.signed(&ROOT_KEY)];
    assert_eq!(world.refusals(), [""; 0]);
    assert_eq!(world.judged().path[1].serial().as_bytes(), [2]);
}

fn changed_at_end(world: &World) -> Vec<u8> {
    let mut der = world.holder_der();
    *der.last_mut().unwrap() ^= 1;
    der
}

/// All occurrences are replaced by something as long.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut bytes = bytes.to_vec();
    let at: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(old)).collect();
    assert!(!at.is_empty());
    for at in at {
        bytes[at..at + new.len()].copy_from_slice(new);
    }
    bytes
}

#[test]
fn the_key_of_the_holder_is_not_an_issuers() {
    let mut world = World::new();
    world.holder.issuer = der::holder(crate::world::HOLDER);
    world.holder_signer = HOLDER_KEY.clone();
    let issuer = "CN=999900000102,OU=people,O=nhs";
    let expected =
        format!("the holder's certificate: no trusted certificate of its issuer {issuer} is known");
    assert_eq!(world.refusals(), [expected]);
}
