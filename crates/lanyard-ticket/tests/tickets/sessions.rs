//! Sessions of virtual cards, from the statement to the server.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::SignedDuration;
use lanyard_ticket::{Audience, NoTicket, Nonce, NotOpened, TicketFor};
use lanyard_virtcard::{Personas, RevocationReason};
use serde_json::{Value, json};

use crate::cards::{LENGTH, Person, proof, random};
use crate::forge::{AUDIENCE, CHALLENGE, NONCE, NOW, time};
use crate::judges::{pem, words};

#[test]
fn both_verifiers_believe_tickets_of_cards_with_keys_of_both_kinds() {
    for name in ["nurse", "gp"] {
        let mut person = Person::of(name);
        let tickets = person.tickets();
        let first = person.case(person.ticket(&tickets, NOW), NOW);
        println!("{name}: a ticket of {} characters", first.ticket.len());
        let last = person.case(person.ticket(&tickets, NOW + 35_999), NOW + 35_999);
        assert_eq!(words(&[first, last]), ["ok", "ok"], "{name}");
    }
}

#[test]
fn a_ticket_of_a_card_that_is_revoked_is_not_believed() {
    let mut person = Person::of("nurse");
    let tickets = person.tickets();
    let personas = Personas::compiled_in().unwrap();
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(NOW.unsigned_abs());
    let nurse = personas.named("nurse").unwrap();
    person.authorities.revoke(nurse, RevocationReason::KeyCompromise, at).unwrap();
    let case = person.case(person.ticket(&tickets, NOW), NOW);
    assert_eq!(words(&[case]), ["certificate-revoked"]);
}

#[test]
fn each_session_has_a_key_and_a_name_of_its_own() {
    let mut person = Person::of("nurse");
    let (one, other) = (person.tickets(), person.tickets());
    assert_ne!(one.session(), other.session());
    assert_ne!(one.statement(), other.statement());
    let (one, other) = (person.ticket(&one, NOW), person.ticket(&one, NOW));
    assert_ne!(one, other, "each ticket has its identifier");
}

#[test]
fn no_tickets_come_of_anything_but_the_statement_itself() {
    let mut person = Person::of("nurse");
    let opening = person.opens(LENGTH);
    let bare = person.signs(*opening.statement().challenge());
    assert_eq!(opening.signed(&bare).err(), Some(NotOpened::NotThisStatement));

    let (opening, earlier) = (person.opens(LENGTH), person.opens(LENGTH));
    let held = person.signs(earlier.statement().clone());
    assert_eq!(opening.signed(&held).err(), Some(NotOpened::NotThisStatement));

    let opening = person.opens(LENGTH);
    let held = Person::of("student").signs(opening.statement().clone());
    assert_eq!(opening.signed(&held).err(), Some(NotOpened::NotThisStatement));
}

#[test]
fn a_ticket_outlives_neither_its_session_nor_its_role() {
    let mut person = Person::of("nurse");
    let tickets = person.tickets();
    let (audience, nonce) = (Audience::parse(AUDIENCE).unwrap(), Nonce::parse(NONCE).unwrap());
    let document = person.document();
    let asked = TicketFor { audience: &audience, nonce: &nonce, role: proof(&document) };
    let at = |second| tickets.ticket(&asked, &random(), time(second));
    let life = |second| {
        let ticket = at(second).unwrap();
        let claims = part(&ticket, 1);
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
    };
    assert_eq!((life(NOW), life(NOW + 35_999)), (60, 1));
    assert_eq!(at(NOW + 36_000), Err(NoTicket::SessionOver));
    assert_eq!(at(NOW - 1), Err(NoTicket::ClockSetBack));

    let opening = person.opens(SignedDuration::from_hours(8 * 24));
    let held = person.signs(opening.statement().clone());
    let longer = opening.signed(&held).unwrap();
    let week = 7 * 86_400;
    let last = longer.ticket(&asked, &random(), time(NOW + week - 5)).unwrap();
    assert_eq!(part(&last, 1)["exp"], json!(NOW + week));
    let over = longer.ticket(&asked, &random(), time(NOW + week));
    assert_eq!(over, Err(NoTicket::RoleOver));
}

#[test]
fn a_session_of_no_length_is_not_opened() {
    let person = Person::of("nurse");
    assert_eq!(person.would_open(SignedDuration::ZERO).err(), Some(NotOpened::NoLength));
}

/// The example as a program, as an administrator would run it.
#[test]
fn the_example_reads_files_and_says_what_is_proved() {
    let mut person = Person::of("nurse");
    let tickets = person.tickets();
    let ticket = person.ticket(&tickets, NOW);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("anchors.pem", pem("CERTIFICATE", &person.authorities.anchors()).concat());
    write("lists.pem", pem("X509 CRL", &person.authorities.lists()).concat());
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    write("keys/north.pem", person.registration.public_pem.clone());
    write("rights.json", json!({ "north": ["RZZ01"] }).to_string());
    let verify = |nonce: &str| {
        let script = "../../docs/examples/verify_ticket.py";
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
        let mut python = Command::new("/usr/bin/python3")
            .args(["-B", "-I"])
            .arg(script)
            .args(["--anchor", "anchors.pem", "--crl", "lists.pem", "--keys", "keys"])
            .args(["--rights", "rights.json", "--audience", AUDIENCE, "--nonce", nonce])
            .args(["--challenge", CHALLENGE, "--at", &NOW.to_string()])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        python.stdin.take().unwrap().write_all(ticket.as_bytes()).unwrap();
        let output = python.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, said) = verify(NONCE);
    assert_eq!(code, Some(0), "{said}");
    let proved: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(proved["role"]["org_code"], "RZZ01");
    assert_eq!(proved["session"], tickets.session());
    let refused = (Some(1), "refused: ticket-wrong-nonce\n".to_owned());
    assert_eq!(verify("another-nonce-of-it"), refused);
}

fn part(jws: &str, number: usize) -> Value {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let part = jws.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
