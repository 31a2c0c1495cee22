//! Tickets of which one thing is another than it should be.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::forge::{NOW, World, role, userinfo, with_another_signature};
use crate::judges::{Case, Tampering, both, each_is_named, word};

/// Puts another text in the place of the second part, unsigned.
fn with_payload(jws: &str, change: impl FnOnce(String) -> String) -> String {
    let parts: Vec<&str> = jws.split('.').collect();
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(change(payload)), parts[2])
}

#[test]
fn a_ticket_is_refused_when_any_field_is_another() {
    let tamperings: Vec<Tampering> = vec![
        (|it, _| it.spoil = Box::new(|jws| with_another_signature(&jws)), "ticket-wrong-signature"),
        (|it, world| it.session = world.stranger.clone(), "ticket-wrong-signature"),
        (|it, world| it.session = world.card.clone(), "ticket-wrong-signature"),
        (|it, _| it.claims["aud"] = json!("https://other.example"), "ticket-wrong-audience"),
        (|it, _| it.claims["aud"] = json!(["https://records.example"]), "ticket-malformed"),
        (|it, _| it.claims["nonce"] = json!("nonce-of-another-server"), "ticket-wrong-nonce"),
        (|it, _| it.claims["nonce"] = Value::Null, "ticket-malformed"),
        (|it, _| it.claims["sub"] = json!("999900000103"), "ticket-other-holder"),
        (|it, _| it.claims["sid"] = json!("another-session"), "ticket-other-session"),
        (|it, _| it.claims["jti"] = json!(""), "ticket-malformed"),
        (|it, _| it.claims["jti"] = json!("j".repeat(129)), "ticket-malformed"),
        (|it, _| it.claims["exp"] = json!(NOW + 61), "ticket-too-long"),
        (|it, _| it.claims["exp"] = json!(NOW), "ticket-expired"),
        (|it, _| it.claims["exp"] = json!("1788264060"), "ticket-malformed"),
        (|it, _| it.claims["exp"] = json!(1_788_264_060.0), "ticket-malformed"),
        (|it, _| it.claims["exp"] = json!(253_402_300_800_i64), "ticket-malformed"),
        (|it, _| it.claims["iat"] = json!(-1), "ticket-malformed"),
        (|it, _| it.claims["iat"] = json!(NOW + 61), "ticket-not-yet-issued"),
        (|it, _| it.now = NOW + 60, "ticket-expired"),
        (|it, _| it.now = NOW - 61, "ticket-not-yet-issued"),
    ];
    each_is_named(&tamperings);
}

#[test]
fn a_ticket_is_refused_when_it_is_of_another_form() {
    let tamperings: Vec<Tampering> = vec![
        (|it, _| it.header["typ"] = json!("JWT"), "ticket-wrong-type"),
        (|it, _| it.header["typ"] = json!("lanyard-statement+jwt"), "ticket-wrong-type"),
        (|it, _| it.header["alg"] = json!("none"), "ticket-wrong-algorithm"),
        (|it, _| it.header["alg"] = json!("HS256"), "ticket-wrong-algorithm"),
        (|it, _| it.header["alg"] = json!("ES384"), "ticket-wrong-algorithm"),
        (|it, _| it.header["crit"] = json!(["exp"]), "ticket-malformed"),
        (|it, _| it.header = json!({ "alg": "ES256" }), "ticket-malformed"),
        (|it, _| it.header = json!(["ES256", "lanyard-ticket+jwt"]), "ticket-malformed"),
        (|it, _| it.spoil = Box::new(|jws| format!("{jws}=")), "ticket-malformed"),
        (|it, _| it.spoil = Box::new(|jws| format!("{jws}.AA")), "ticket-malformed"),
        (|it, _| it.spoil = Box::new(|jws| format!(" {jws}")), "ticket-malformed"),
        (|it, _| it.spoil = Box::new(|jws| jws.replacen('.', "", 1)), "ticket-malformed"),
        (|it, _| it.spoil = Box::new(|_| String::new()), "ticket-malformed"),
        (|it, _| it.spoil = Box::new(|jws| jws + &"A".repeat(64 * 1024)), "ticket-too-large"),
        (
            |it, _| {
                let doubled = |json: String| json.replacen('{', "{\"sub\":\"x\",", 1);
                it.spoil = Box::new(move |jws| with_payload(&jws, doubled));
            },
            "ticket-malformed",
        ),
        (
            |it, _| it.spoil = Box::new(|jws| jws.rsplit_once('.').unwrap().0.to_owned() + "."),
            "ticket-wrong-signature",
        ),
    ];
    each_is_named(&tamperings);
}

/// What is in a ticket was signed for it: nobody can put another role or statement there afterwards.
#[test]
fn what_a_ticket_carries_cannot_be_exchanged() {
    let tamperings: Vec<Tampering> = vec![
        (
            |it, _| {
                let another = |json: String| json.replace("records", "another");
                it.spoil = Box::new(move |jws| with_payload(&jws, another));
            },
            "ticket-wrong-signature",
        ),
        (
            // A role that is good by itself, in a ticket that was signed with another one.
            |it, world| {
                let mut other = userinfo("RZZ01");
                other["nhsid_nrbac_roles"][0]["person_roleid"] = json!("777700000999");
                let other = role(&world.north, &other, NOW);
                it.spoil = Box::new(move |jws| {
                    with_payload(&jws, |json| {
                        let mut claims: Value = serde_json::from_str(&json).unwrap();
                        claims["lanyard_role"] = json!(other);
                        claims.to_string()
                    })
                });
            },
            "ticket-wrong-signature",
        ),
        (|it, _| it.claims["remark"] = json!("not looked at"), "ok"),
    ];
    each_is_named(&tamperings);
}

/// Any character, in whatever layer it lies.
#[test]
fn a_ticket_of_which_one_character_is_another_is_refused() {
    let world = World::new();
    let draft = world.draft(NOW);
    let whole = Case::of(&draft, &world);
    let other = |place: usize| {
        let mut ticket = whole.ticket.clone().into_bytes();
        ticket[place] = if ticket[place] == b'Q' { b'R' } else { b'Q' };
        let ticket = String::from_utf8(ticket).unwrap();
        Case { ticket, ..Case::of(&draft, &world) }
    };
    let cases: Vec<Case> = (0..whole.ticket.len()).step_by(11).map(other).collect();
    assert!(cases.len() > 300);
    for (number, (ours, theirs)) in both(&cases).iter().enumerate() {
        let (ours, theirs) = (word(ours), word(theirs));
        // What is the matter with a certificate that was spoilt at random has several names.
        let certificate = |word: &str| word.starts_with("certificate-");
        let agreed = ours == theirs || certificate(ours) && certificate(theirs);
        assert!(ours != "ok" && agreed, "character {}: {ours}, {theirs}", 11 * number);
    }
}

#[test]
fn a_ticket_is_bound_to_its_session_s_time() {
    let tamperings: Vec<Tampering> = vec![
        (|it, _| it.statement["iat"] = json!(NOW + 1), "ticket-outside-session"),
        (|it, _| it.statement["exp"] = json!(NOW + 59), "ticket-outside-session"),
        (|it, _| it.statement["exp"] = json!(NOW + 60), "ok"),
        (|it, _| it.now = NOW + 59, "ok"),
        (|it, _| it.now = NOW - 60, "ok"),
    ];
    each_is_named(&tamperings);
}
