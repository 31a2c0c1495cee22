//! Statements of cards of which one thing is another than it should be.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::forge::{NOW, jwk, with_another_signature, x5c};
use crate::judges::{Tampering, each_is_named};

#[test]
fn a_statement_is_refused_when_any_field_is_another() {
    let tamperings: Vec<Tampering> = vec![
        (
            |it, _| it.spoil_statement = Box::new(|jws| with_another_signature(&jws)),
            "statement-wrong-signature",
        ),
        (|it, world| it.card = world.stranger.clone(), "statement-wrong-signature"),
        (|it, world| it.card = world.session.clone(), "statement-wrong-signature"),
        (|it, _| it.statement["sub"] = json!("999900000103"), "statement-other-holder"),
        (|it, _| it.statement["sub"] = json!(999_900_000_102_i64), "statement-malformed"),
        (|it, _| it.statement["sid"] = json!(""), "statement-malformed"),
        (|it, _| it.statement["sid"] = json!("another-session"), "ticket-other-session"),
        (|it, _| it.statement["jti"] = Value::Null, "statement-malformed"),
        (|it, _| it.statement["iat"] = json!(NOW + 61), "statement-not-yet-issued"),
        (|it, _| it.statement["exp"] = json!(NOW), "statement-expired"),
        (|it, _| it.statement["exp"] = json!(NOW - 3600 + 36_001), "statement-too-long"),
        (|it, _| it.statement["exp"] = json!(true), "statement-malformed"),
        (|it, _| it.statement["iat"] = json!(NOW - 40_000), "statement-too-long"),
        (|it, _| it.statement_header["typ"] = json!("lanyard-role+jwt"), "statement-wrong-type"),
        (|it, _| it.statement_header["typ"] = Value::Null, "statement-malformed"),
        (|it, _| it.statement_header["alg"] = json!("RS256"), "statement-wrong-algorithm"),
        (|it, _| it.statement_header["alg"] = json!("none"), "statement-wrong-algorithm"),
        (|it, _| it.statement_header["crit"] = json!(["x5c"]), "statement-malformed"),
    ];
    each_is_named(&tamperings);
}

#[test]
fn a_statement_names_a_key_of_one_kind() {
    let tamperings: Vec<Tampering> = vec![
        (|it, _| it.statement["cnf"] = Value::Null, "statement-malformed"),
        (|it, _| it.statement["cnf"]["jwk"]["crv"] = json!("P-384"), "statement-malformed"),
        (|it, _| it.statement["cnf"]["jwk"]["kty"] = json!("RSA"), "statement-malformed"),
        (|it, _| it.statement["cnf"]["jwk"]["y"] = json!("AA"), "statement-malformed"),
        (
            |it, _| it.statement["cnf"]["jwk"]["y"] = it.statement["cnf"]["jwk"]["x"].clone(),
            "ticket-wrong-signature",
        ),
        (|it, world| it.statement["cnf"]["jwk"] = jwk(&world.stranger), "ticket-wrong-signature"),
    ];
    each_is_named(&tamperings);
}

/// Against statements that were signed in advance, while somebody had the card.
#[test]
fn a_server_s_challenge_must_be_in_the_statement() {
    let tamperings: Vec<Tampering> = vec![
        (
            |it, _| it.statement["nonce"] = json!("challenge-of-another"),
            "statement-wrong-challenge",
        ),
        (|it, _| it.statement["nonce"] = Value::Null, "statement-wrong-challenge"),
        (|it, _| it.statement["nonce"] = json!(["x"]), "statement-malformed"),
        (|it, _| it.challenge = None, "ok"),
        (
            |it, _| {
                it.challenge = None;
                it.statement["nonce"] = Value::Null;
            },
            "ok",
        ),
    ];
    each_is_named(&tamperings);
}

/// No signature that one of the keys makes for something else passes for a statement.
#[test]
fn what_was_signed_for_another_purpose_is_no_statement() {
    let tamperings: Vec<Tampering> = vec![
        (
            // What proves possession alone, put behind the statement.
            |it, world| {
                let bare =
                    b"Lanyard 1: this card holds the key\0and thirty-two bytes drawn at random";
                let signature = world.card.sign(world.card.algorithm(), bare);
                let pair = openssl::ecdsa::EcdsaSig::from_der(&signature).unwrap();
                let numbers = [pair.r(), pair.s()].map(|it| it.to_vec_padded(32).unwrap()).concat();
                let signature = URL_SAFE_NO_PAD.encode(numbers);
                it.spoil_statement =
                    Box::new(move |jws| format!("{}.{signature}", jws.rsplit_once('.').unwrap().0));
            },
            "statement-wrong-signature",
        ),
        (
            // A role in the place of a statement.
            |it, _| {
                it.statement_header["typ"] = json!("lanyard-role+jwt");
                it.statement_header["kid"] = json!("north");
            },
            "statement-wrong-type",
        ),
        (
            // A ticket by the card's own key.
            |it, _| it.statement_header["typ"] = json!("lanyard-ticket+jwt"),
            "statement-wrong-type",
        ),
    ];
    each_is_named(&tamperings);
}

#[test]
fn a_statement_without_usable_certificates_is_refused() {
    let tamperings: Vec<Tampering> = vec![
        (|it, _| it.statement_header["x5c"] = Value::Null, "statement-malformed"),
        (|it, _| it.statement_header["x5c"] = json!([]), "statement-malformed"),
        (|it, _| it.statement_header["x5c"] = json!(["no base64!"]), "statement-malformed"),
        (|it, _| it.statement_header["x5c"] = json!(["AAAA"]), "certificate-malformed"),
        (|it, _| it.statement_header["x5c"] = x5c(&vec![vec![0]; 9]), "statement-malformed"),
    ];
    each_is_named(&tamperings);
}
