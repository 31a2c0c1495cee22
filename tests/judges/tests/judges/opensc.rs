//! OpenSC's tools and its PKCS#11 module, which find the card by its application.

use std::fs;

use lanyard_judges::Court;

/// The persona, and what its keys are called by OpenSC and OpenSSL.
const RSA: &str = "gp";
const P256: &str = "nurse";

const CERTIFICATES: [&str; 4] = [
    "Certificate for PIV Authentication",
    "Certificate for Digital Signature",
    "Certificate for Key Management",
    "Certificate for Card Authentication",
];

fn recognises_the_card(persona: &str) {
    let court = Court::with(persona).unwrap();
    let words = court.ask("piv-tool -n").unwrap();
    words.content_with(&["Personal Identity Verification Card"]);
    let words = court.ask("pkcs15-tool --list-certificates").unwrap();
    words.content_with(&CERTIFICATES);
    let words = court.ask("pkcs15-tool --list-pins").unwrap();
    words.content_with(&["PIN [PIN]", "Reference      : 128 (0x80)"]);
}

fn passes_the_pkcs11_test(persona: &str, tested: &[&str]) {
    let court = Court::with(persona).unwrap();
    let words = court.ask("pkcs11-tool --test --login --pin 123456").unwrap();
    words.content_with(tested);
}

#[test]
fn opensc_recognises_an_rsa_card() {
    recognises_the_card(RSA);
}

#[test]
fn opensc_recognises_a_p256_card() {
    recognises_the_card(P256);
}

#[test]
fn the_pkcs11_module_signs_and_deciphers_with_an_rsa_card() {
    let tested = [
        "testing key 0 (PIV AUTH key)",
        "SHA256-RSA-PKCS: OK",
        "testing key 1 (SIGN key)",
        "testing key 2 (KEY MAN key)",
        "No errors",
    ];
    passes_the_pkcs11_test(RSA, &tested);
}

#[test]
fn the_pkcs11_module_passes_a_p256_card() {
    passes_the_pkcs11_test(P256, &["testing key 0 (PIV AUTH key)", "No errors"]);
}

/// `pkcs11-tool --test` passes over elliptic curves, so they are signed with here, the signature key's
/// "PIN always" included.
#[test]
fn the_pkcs11_module_signs_with_the_keys_of_a_p256_card() {
    let court = Court::with(P256).unwrap();
    fs::write(court.stack().folder().join("digest"), [0x5A; 32]).unwrap();
    for id in ["01", "02", "04"] {
        let read = format!("pkcs11-tool --read-object --type pubkey --id {id} -o public.der");
        court.ask(&read).unwrap().content_with(&[]);
        let sign = format!(
            "pkcs11-tool --login --pin 123456 --sign --mechanism ECDSA --id {id} \
             --signature-format openssl --input-file digest --output-file signature"
        );
        court.ask(&sign).unwrap().content_with(&["Using signature algorithm ECDSA"]);
        let verify = "openssl pkeyutl -verify -pubin -keyform DER -inkey public.der \
                      -in digest -sigfile signature";
        court.ask(verify).unwrap().content_with(&["Signature Verified Successfully"]);
    }
}

#[test]
fn a_wrong_passcode_costs_a_try_that_opensc_sees() {
    let court = Court::with(P256).unwrap();
    let refused = court.ask("pkcs15-tool --verify-pin --pin 000000").unwrap();
    assert!(!refused.success, "{}", refused.words);
    let ask = "opensc-tool -s 00:A4:04:00:05:A0:00:00:03:08 -s 00:20:00:80";
    court.ask(ask).unwrap().content_with(&["(SW1=0x63, SW2=0xC2)"]);
    assert_eq!(court.card().command("status").unwrap()["tries"], 2);
}
