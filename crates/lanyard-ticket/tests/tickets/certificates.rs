//! Certificates that are not to be believed, each for one reason.

use lanyard_test_pki::der::{authority, generalized, holder};
use lanyard_test_pki::{Algorithm, CertificateDraft, EntryDraft, Key, ListDraft, extension};
use serde_json::json;

use crate::forge::x5c;
use crate::judges::{Tampering, each_is_named};

#[test]
fn a_certificate_that_is_not_believed_is_refused_by_its_reason() {
    let tamperings: Vec<Tampering> = vec![
        (|it, world| it.lists[1] = world.revoking(7), "certificate-revoked"),
        (|it, world| it.lists[1] = world.revoking(8), "ok"),
        (
            |it, world| {
                let mut list = ListDraft::new(authority("Root"));
                list.entries.push(EntryDraft::new(&[2]));
                it.lists[0] = list.signed(&world.root);
            },
            "certificate-revoked",
        ),
        (|it, _| drop(it.lists.pop()), "certificate-not-checked"),
        (|it, _| it.lists.clear(), "certificate-not-checked"),
        (
            |it, world| {
                let mut list = ListDraft::new(authority("Issuer"));
                list.next_update = generalized("20260801000000Z");
                it.lists[1] = list.signed(&world.issuer);
            },
            "certificate-not-checked",
        ),
        (
            |it, world| {
                let mut old = world.certificate();
                old.not_after = generalized("20260801000000Z");
                it.statement_header["x5c"] = world.chain_with(&old);
            },
            "certificate-expired",
        ),
        (
            |it, world| {
                let mut new = world.certificate();
                new.not_before = generalized("20270101000000Z");
                it.statement_header["x5c"] = world.chain_with(&new);
            },
            "certificate-not-yet-valid",
        ),
        (
            |it, world| {
                let mut old = world.issuers();
                old.not_after = generalized("20260801000000Z");
                let chain = [world.certificate().signed(&world.issuer), old.signed(&world.root)];
                it.statement_header["x5c"] = x5c(&chain);
            },
            "certificate-authority-not-current",
        ),
    ];
    each_is_named(&tamperings);
}

#[test]
fn a_certificate_must_lead_to_an_anchor() {
    let tamperings: Vec<Tampering> = vec![
        (
            |it, world| {
                let alone = [world.certificate().signed(&world.issuer)];
                it.statement_header["x5c"] = x5c(&alone);
            },
            "certificate-untrusted-issuer",
        ),
        (
            |it, world| {
                let other = CertificateDraft::authority("Root", "Root", &world.stranger, 1);
                it.anchors = vec![other.signed(&world.stranger)];
            },
            "certificate-untrusted-issuer",
        ),
        (
            // Made on the workstation: an authority of its own, with the name of the real one.
            |it, world| {
                let chain = [
                    world.certificate().signed(&world.stranger),
                    CertificateDraft::authority("Issuer", "Root", &world.stranger, 2)
                        .signed(&world.stranger),
                ];
                it.statement_header["x5c"] = x5c(&chain);
            },
            "certificate-untrusted-issuer",
        ),
        (
            // Issued by a holder of a card.
            |it, world| {
                let mut own = world.certificate();
                own.issuer = holder("999900000103");
                let mut issuer = world.issuers();
                issuer.subject = holder("999900000103");
                issuer.set(extension::no_authority());
                issuer.set(extension::key_usage(extension::DIGITAL_SIGNATURE));
                let chain = [
                    own.signed(&world.stranger),
                    CertificateDraft { key: world.stranger.info(), ..issuer }.signed(&world.root),
                ];
                it.statement_header["x5c"] = x5c(&chain);
            },
            "certificate-untrusted-issuer",
        ),
    ];
    each_is_named(&tamperings);
}

#[test]
fn a_certificate_must_be_a_holder_s_and_for_signing_in() {
    let tamperings: Vec<Tampering> = vec![
        (
            |it, world| {
                let mut other = world.certificate();
                other.set(extension::key_usage(extension::KEY_ENCIPHERMENT));
                it.statement_header["x5c"] = world.chain_with(&other);
            },
            "certificate-wrong-usage",
        ),
        (
            |it, world| {
                let mut other = world.certificate();
                other.set(extension::extended_key_usage(&["1.3.6.1.5.5.7.3.4"]));
                it.statement_header["x5c"] = world.chain_with(&other);
            },
            "certificate-wrong-usage",
        ),
        (
            |it, world| {
                let mut nobody = world.certificate();
                nobody.subject = holder("Somebody");
                it.statement_header["x5c"] = world.chain_with(&nobody);
            },
            "certificate-unclear-holder",
        ),
        (
            |it, world| {
                let mut other = world.certificate();
                other.subject = holder("999900000103");
                it.statement_header["x5c"] = world.chain_with(&other);
            },
            "statement-other-holder",
        ),
        (
            // Somebody else's certificate, who has a key of her own.
            |it, world| {
                let mut other = world.certificate();
                other.key = world.stranger.info();
                it.statement_header["x5c"] = world.chain_with(&other);
            },
            "statement-wrong-signature",
        ),
    ];
    each_is_named(&tamperings);
}

#[test]
fn keys_of_every_kind_sign_statements_but_weak_ones() {
    let tamperings: Vec<Tampering> = vec![
        (
            |it, world| {
                it.card = Key::rsa(2048);
                it.statement_header["alg"] = json!("RS256");
                let certificate = CertificateDraft { key: it.card.info(), ..world.certificate() };
                it.statement_header["x5c"] = world.chain_with(&certificate);
            },
            "ok",
        ),
        (
            |it, world| {
                it.card = Key::p384();
                it.statement_header["alg"] = json!("ES384");
                let certificate = CertificateDraft { key: it.card.info(), ..world.certificate() };
                it.statement_header["x5c"] = world.chain_with(&certificate);
            },
            "ok",
        ),
        (
            |it, world| {
                it.card = Key::rsa(1024);
                it.statement_header["alg"] = json!("RS256");
                let certificate = CertificateDraft { key: it.card.info(), ..world.certificate() };
                it.statement_header["x5c"] = world.chain_with(&certificate);
            },
            "certificate-weak-algorithm",
        ),
        (
            |it, world| {
                it.card = Key::rsa(2056);
                it.statement_header["alg"] = json!("RS256");
                let certificate = CertificateDraft { key: it.card.info(), ..world.certificate() };
                it.statement_header["x5c"] = world.chain_with(&certificate);
            },
            "certificate-weak-algorithm",
        ),
        (
            |it, world| {
                it.card = Key::p521();
                it.statement_header["alg"] = json!("ES512");
                let certificate = CertificateDraft { key: it.card.info(), ..world.certificate() };
                it.statement_header["x5c"] = world.chain_with(&certificate);
            },
            "certificate-untrusted-issuer",
        ),
        (
            |it, world| {
                let issuer = Key::rsa(2048);
                let mut old = world.certificate();
                old.algorithm = Some(Algorithm::RsaSha1);
                let above = CertificateDraft { key: issuer.info(), ..world.issuers() };
                it.statement_header["x5c"] = x5c(&[old.signed(&issuer), above.signed(&world.root)]);
                it.lists[1] = ListDraft::new(authority("Issuer")).signed(&issuer);
            },
            "certificate-weak-algorithm",
        ),
    ];
    each_is_named(&tamperings);
}
