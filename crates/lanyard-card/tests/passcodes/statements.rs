//! Statements that a card signs instead of a bare challenge, read as any JOSE library would.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use lanyard_card::piv::{KeyHeld, NotHeld, Slot, Verdict};
use lanyard_card::{PublicKey, STATEMENT_KIND, Statement};
use serde_json::{Map, Value, json};

use crate::desk::{CHALLENGE, Desk};

const AUTHORITY: &[u8] = b"a certificate of an authority";

fn statement() -> Statement {
    let claims = Map::from_iter([("sub".to_owned(), json!("999900000998"))]);
    Statement::new(CHALLENGE, claims, vec![AUTHORITY.to_vec()])
}

fn entered(desk: &mut Desk) -> Result<KeyHeld, NotHeld> {
    let (right, shown) = (desk.right.clone(), desk.shown());
    let outcome = desk.enter_to_sign(&right, shown, statement().into()).unwrap();
    desk.ledger.settle(outcome.settlement).unwrap();
    match outcome.verdict {
        Verdict::Accepted(proved) => proved,
        other => panic!("{other:?}"),
    }
}

fn part(jws: &str, number: usize) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(jws.split('.').nth(number).unwrap()).unwrap()
}

#[test]
fn every_kind_of_key_signs_a_statement_that_its_certificate_verifies() {
    for (algorithm, word, length, commands) in [
        ("rsa2048", "RS256", 256, 6),
        ("rsa3072", "RS256", 384, 6),
        ("p256", "ES256", 64, 4),
        ("p384", "ES384", 96, 4),
    ] {
        let persona = format!(
            "[[persona]]\nname = \"new\"\nabout = \"a key of some kind\"\n\
             holder-uuid = \"999900000998\"\nholder-name = \"Test Newkey\"\n\
             algorithm = \"{algorithm}\"\nslots = [\"9a\"]"
        );
        let mut desk = Desk::of_new(&persona);
        let held = entered(&mut desk).unwrap();
        assert_eq!(
            desk.witness.card.counts().apdus,
            commands + 2,
            "no more than a challenge costs"
        );
        assert_eq!(held.challenge(), &CHALLENGE);
        let jws = held.statement().unwrap();

        let header: Value = serde_json::from_slice(&part(jws, 0)).unwrap();
        let chain = [desk.identity.certificate.der(), AUTHORITY].map(|der| STANDARD.encode(der));
        assert_eq!(header, json!({ "alg": word, "typ": STATEMENT_KIND, "x5c": chain }));
        let claims: Value = serde_json::from_slice(&part(jws, 1)).unwrap();
        let jti = URL_SAFE_NO_PAD.encode(CHALLENGE);
        assert_eq!(claims, json!({ "jti": jti, "sub": "999900000998" }));

        let (input, _) = jws.rsplit_once('.').unwrap();
        let mut signature = part(jws, 2);
        assert_eq!(signature.len(), length);
        let key = PublicKey::of(&desk.identity.certificate).unwrap();
        assert!(key.has_signed_jws(input.as_bytes(), &signature), "{algorithm}");
        signature[length / 2] ^= 1;
        assert!(!key.has_signed_jws(input.as_bytes(), &signature), "{algorithm}");
    }
}

#[test]
fn a_statement_by_another_key_proves_nothing() {
    let mut desk = Desk::of("nurse");
    desk.slot = Slot::Signature;
    assert_eq!(entered(&mut desk), Err(NotHeld::WrongSignature));
}

#[test]
fn a_challenge_that_was_signed_alone_is_no_statement() {
    let mut desk = Desk::of("nurse");
    let outcome = desk.enter(&desk.right.clone()).unwrap();
    desk.ledger.settle(outcome.settlement).unwrap();
    let Verdict::Accepted(Ok(held)) = outcome.verdict else { panic!("{:?}", outcome.verdict) };
    assert_eq!(held.statement(), None);
}
