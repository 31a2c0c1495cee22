//! yubico-piv-tool and ykcs11 with a card that is not their maker's. They ask for versions and serial
//! numbers in their own way, hear that there are none, and go on by the standard.

use std::fs;

use lanyard_judges::Court;

const MANAGEMENT_KEY: &str = "010203040506070801020304050607080102030405060708";

/// One kind of card, and what the tool calls it.
struct Kind {
    persona: &'static str,
    algorithm: &'static str,
    verified: &'static str,
    deciphered: &'static str,
}

const RSA: Kind = Kind {
    persona: "gp",
    algorithm: "RSA2048",
    verified: "Successful RSA verification.",
    deciphered: "Successfully performed RSA decryption!",
};

const P256: Kind = Kind {
    persona: "nurse",
    algorithm: "ECCP256",
    verified: "Successful ECDSA verification.",
    deciphered: "Successfully performed ECDH exchange with card.",
};

fn tool(court: &Court, actions: &str, expected: &[&str]) -> String {
    let line = format!("yubico-piv-tool --reader Virtual {actions}");
    court.ask(&line).unwrap().content_with(expected)
}

fn reads_what_is_on_the_card(kind: &Kind) {
    let court = Court::with(kind.persona).unwrap();
    let algorithm = format!("Algorithm:\t{}", kind.algorithm);
    let status =
        tool(&court, "-a status", &["CHUID:\t3019d4e7", "CCC:\tf015", "PIN tries left:\t3"]);
    assert_eq!(status.matches(&algorithm).count(), 4, "{status}");
    assert_eq!(status.matches("Subject DN:\tO=nhs, OU=people, CN=9999").count(), 4, "{status}");
    tool(&court, "-a read-certificate -s 9a", &["-----BEGIN CERTIFICATE-----"]);
}

fn uses_every_key(kind: &Kind) {
    let court = Court::with(kind.persona).unwrap();
    for slot in ["9a", "9c", "9e"] {
        let read = format!("-a read-certificate -s {slot} -o certificate.pem");
        tool(&court, &read, &[]);
        let test =
            format!("-a verify-pin -P 123456 -a test-signature -s {slot} -i certificate.pem");
        tool(&court, &test, &["Successfully verified PIN.", kind.verified]);
    }
    tool(&court, "-a read-certificate -s 9d -o certificate.pem", &[]);
    let test = "-a verify-pin -P 123456 -a test-decipher -s 9d -i certificate.pem";
    tool(&court, test, &[kind.deciphered]);
}

fn changes_and_unblocks_the_passcode(kind: &Kind) {
    let court = Court::with(kind.persona).unwrap();
    tool(&court, "-a verify-pin -P 123456", &["Successfully verified PIN."]);
    let change = "-a change-pin -P 123456 -N 654321";
    tool(&court, change, &["Successfully changed the pin code."]);
    let refused = court.ask("yubico-piv-tool --reader Virtual -a verify-pin -P 123456").unwrap();
    assert!(!refused.success && refused.words.contains("2 tries left"), "{}", refused.words);
    tool(&court, "-a verify-pin -P 654321", &["Successfully verified PIN."]);
    let change = "-a change-puk -P 12345678 -N 87654321";
    tool(&court, change, &["Successfully changed the puk code."]);
    let unblock = "-a unblock-pin -P 87654321 -N 123456";
    tool(&court, unblock, &["Successfully unblocked the pin code."]);
    tool(&court, "-a verify-pin -P 123456", &["Successfully verified PIN."]);
}

fn makes_a_key_that_signs(kind: &Kind) {
    let court = Court::with(kind.persona).unwrap();
    fs::write(court.stack().folder().join("data"), [0x5A; 100]).unwrap();
    let algorithm = kind.algorithm;
    let generate = format!("-a generate -s 9a -A {algorithm} -k{MANAGEMENT_KEY} -o public.pem");
    tool(&court, &generate, &["Successfully generated a new private key."]);
    let sign = format!(
        "-a verify-pin -P 123456 --sign -s 9a -A {algorithm} -H SHA256 -i data -o signature"
    );
    tool(&court, &sign, &["Signature successful!"]);
    let verify = "openssl dgst -sha256 -verify public.pem -signature signature data";
    court.ask(verify).unwrap().content_with(&["Verified OK"]);
    // Not the lowest bit of a byte: Triple DES does not look at it.
    let stranger = MANAGEMENT_KEY.replace("01", "11");
    let refused = format!("yubico-piv-tool --reader Virtual -a generate -s 9a -k{stranger}");
    assert!(!court.ask(&refused).unwrap().success);
}

#[test]
fn the_tool_reads_an_rsa_card() {
    reads_what_is_on_the_card(&RSA);
}

#[test]
fn the_tool_reads_a_p256_card() {
    reads_what_is_on_the_card(&P256);
}

#[test]
fn the_tool_uses_every_key_of_an_rsa_card() {
    uses_every_key(&RSA);
}

#[test]
fn the_tool_uses_every_key_of_a_p256_card() {
    uses_every_key(&P256);
}

#[test]
fn the_tool_changes_and_unblocks_the_passcode_of_an_rsa_card() {
    changes_and_unblocks_the_passcode(&RSA);
}

#[test]
fn the_tool_changes_and_unblocks_the_passcode_of_a_p256_card() {
    changes_and_unblocks_the_passcode(&P256);
}

#[test]
fn the_tool_makes_an_rsa_key_that_signs() {
    makes_a_key_that_signs(&RSA);
}

#[test]
fn the_tool_makes_a_p256_key_that_signs() {
    makes_a_key_that_signs(&P256);
}

#[test]
fn the_tool_writes_certificates_and_identifiers() {
    let court = Court::with(P256.persona).unwrap();
    tool(&court, "-a read-certificate -s 9a -o certificate.pem", &[]);
    let import = format!("-a import-certificate -s 9c -k{MANAGEMENT_KEY} -i certificate.pem");
    tool(&court, &import, &["Successfully imported a new certificate."]);
    let set = format!("-a set-chuid -k{MANAGEMENT_KEY}");
    tool(&court, &set, &["Successfully set new CHUID."]);
    let set = format!("-a set-ccc -k{MANAGEMENT_KEY}");
    tool(&court, &set, &["Successfully set new CCC."]);
    tool(&court, &format!("-a delete-certificate -s 9e -k{MANAGEMENT_KEY}"), &[]);
    let status = tool(&court, "-a status", &[]);
    assert_eq!(status.matches("Slot ").count(), 3, "{status}");
}

/// Its module takes readers whose name begins with "Yubico", as the stack's do.
#[test]
fn the_module_passes_an_rsa_card() {
    let court = Court::with(RSA.persona).unwrap();
    let module = "pkcs11-tool --module libykcs11.so.2 --login --pin 123456 --test";
    let tested = ["testing key 0 (Private key for PIV Authentication)", "No errors"];
    court.ask(module).unwrap().content_with(&tested);
}

#[test]
fn the_module_passes_a_p256_card() {
    let court = Court::with(P256.persona).unwrap();
    let module = "pkcs11-tool --module libykcs11.so.2 --login --pin 123456 --test";
    court.ask(module).unwrap().content_with(&["No errors"]);
}
