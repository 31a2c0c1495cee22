//! Every persona whose certificate has something to tell: shown, exported, refused and revoked.

use std::time::Duration;

use lanyard_witness::text;

use super::desk::{Desk, runs};

const PATIENCE: Duration = Duration::from_secs(20);

/// What is told of a persona: the exit code, how the first line begins, the reason, and something besides.
type Row = (&'static str, i32, &'static str, Option<&'static str>, &'static str);

const PERSONAS: [Row; 8] = [
    ("gp", 0, "TRUSTED for signing in, at 20", None, "Revocation: not revoked, as of 20"),
    ("nurse", 0, "TRUSTED for signing in, at 20", None, "Holder:     999900000102\n"),
    (
        "expiring",
        0,
        "TRUSTED for signing in, at 20",
        None,
        "Renewal:    Renew your certificate now.",
    ),
    ("clone", 0, "TRUSTED for signing in, at 20", None, "Holder:     999900000101\n"),
    (
        "expired",
        8,
        "REFUSED at 20",
        Some("expired"),
        "told: The certificate on your card has expired.",
    ),
    (
        "not-yet-valid",
        8,
        "REFUSED at 20",
        Some("not-yet-valid"),
        "refuses (dates): the certificate: not",
    ),
    ("revoked", 8, "REFUSED at 20", Some("revoked"), "(keyCompromise), as of 20"),
    (
        "untrusted",
        8,
        "REFUSED at 20",
        Some("untrusted-issuer"),
        "  refuses (chain): the certificate: no",
    ),
];

#[tokio::test]
async fn every_persona_s_certificate_is_shown_as_it_was_judged() {
    let mut desk = Desk::with("student").await;
    for (persona, code, first, reason, besides) in PERSONAS {
        desk.swap(persona).await;
        let words = desk.runs(&["certificate"]);
        assert_eq!(words.status.code(), Some(code), "{persona}: {words:?}");
        assert!(words.stdout.starts_with(first), "{persona}: {}", words.stdout);
        assert!(words.stdout.contains(besides), "{persona}: {}", words.stdout);
        let (told, ended) = desk.json();
        assert_eq!(ended, Some(code), "{persona}: {told}");
        assert_eq!(told["reason"].as_str(), reason, "{persona}: {told}");
        assert_eq!(told["message"].is_string(), reason.is_some(), "{persona}: {told}");
        let refusals = told["findings"].as_array().unwrap().iter();
        let refusals = refusals.filter(|finding| finding["weight"] == "refuses").count();
        assert_eq!(refusals > 0, reason.is_some(), "{persona}: {told}");
    }
}

#[tokio::test]
async fn a_card_is_told_in_the_fields_of_a_file_and_with_the_same_values() {
    let mut desk = Desk::with("gp").await;
    for persona in ["gp", "expiring", "expired", "revoked"] {
        if persona != "gp" {
            desk.swap(persona).await;
        }
        let (card, ended) = desk.json();
        let (file, checked) = desk.checked(desk.pem().path(), card["at"].as_str().unwrap());
        assert_eq!(ended, checked, "{persona}: {card} {file}");
        let (card, file) = (card.as_object().unwrap(), file.as_object().unwrap());
        let of_card_alone = card.keys().filter(|field| !file.contains_key(*field));
        assert_eq!(of_card_alone.collect::<Vec<_>>(), ["card", "card_serial"]);
        for (field, value) in file {
            match &**field {
                "problems" => assert!(!card.contains_key(field)),
                "revocation" => {
                    for part in ["status", "as_of", "reason", "since"] {
                        assert_eq!(card["revocation"][part], value[part], "{persona}: {part}");
                    }
                }
                _ => assert_eq!(&card[field], value, "{persona}: {field}"),
            }
        }
    }
}

#[tokio::test]
async fn the_certificates_of_the_path_are_read_by_openssl() {
    let desk = Desk::with("gp").await;
    let pem = desk.pem();
    let (path, text) = (pem.path().to_str().unwrap(), std::fs::read_to_string(&pem).unwrap());
    assert!(text.starts_with("-----BEGIN CERTIFICATE-----\n"), "{text}");
    assert!(text.ends_with("-----END CERTIFICATE-----\n"), "{text}");
    assert_eq!(text.matches("-----BEGIN CERTIFICATE-----\n").count(), 3, "{text}");
    assert!(text.lines().all(|line| line.len() <= 64 && !line.ends_with('\r')), "{text}");

    let (read, subject) = desk.sitting.ask(&format!("openssl x509 -noout -subject -in {path}"));
    assert!(read && subject.contains("999900000101"), "{subject}");
    let root = desk.stack().pki().join("anchors/root.pem");
    let verify = format!("openssl verify -CAfile {} -untrusted {path} {path}", root.display());
    let (holds, said) = desk.sitting.ask(&verify);
    assert!(holds, "{said}");
}

#[tokio::test]
async fn a_renewal_is_told_once_after_signing_in() {
    let desk = Desk::with("expiring").await;
    let login = runs(desk.stack(), &["login"], "123456\n");
    assert_eq!(login.status.code(), Some(0), "{login:?}");
    let mut lines = login.stdout.lines();
    assert_eq!(lines.next(), Some("The card and its holder are authenticated."));
    let notice = lines.next().unwrap();
    assert!(
        notice.starts_with("Your certificate ends in ") && notice.contains("Renew"),
        "{notice}"
    );
    let once: Vec<_> = lines.collect();
    let signed_in =
        ["Signed in: Test Renewal (999900000113)", "Role: Nurse at TEST HOSPITAL (RZZ01)"];
    assert_eq!(once, signed_in, "the notice is told once");
    let login = runs(desk.stack(), &["login", "--json"], "123456\n");
    let told: serde_json::Value = serde_json::from_str(&login.stdout).unwrap();
    // A card that was issued just now has lost a day a second later.
    let days = |notice: &str| notice.replace(|digit: char| digit.is_ascii_digit(), "");
    assert_eq!(days(told["notice"].as_str().unwrap()), days(notice));
    assert_eq!(told["renewal-due"], true);
    assert!(told["days-to-expiry"].is_i64(), "{told}");
}

#[tokio::test]
async fn who_is_refused_is_not_asked_and_told_why_and_what_to_do() {
    let mut desk = Desk::with("expired").await;
    let login = runs(desk.stack(), &["login"], "123456\n");
    assert_eq!(
        (login.status.code(), &*login.stdout, &*login.stderr),
        (
            Some(1),
            "The card or its certificate is not trusted. The certificate on your card has expired. You \
             cannot renew it yourself any more. Ask your Registration Authority, local smartcard \
             administrator or service desk.\n",
            ""
        )
    );
    desk.swap("clone").await;
    let login = runs(desk.stack(), &["login"], "123456\n");
    assert_eq!(login.status.code(), Some(1), "{login:?}");
    assert!(login.stdout.ends_with("show it to your Registration Authority.\n"), "{login:?}");
}

#[tokio::test]
async fn everybody_reads_that_a_card_was_cancelled_while_it_is_in() {
    let mut desk = Desk::with("gp").await;
    let watch = desk.stack().own("lanyardctl").unwrap();
    let watch = watch.args(["--bus", desk.stack().bus().address(), "watch"]);
    let mut watch = watch.start().unwrap();
    watch.wait_for_line("the card", PATIENCE, |line| line.contains("ready to be used")).unwrap();
    desk.card().command("revoke gp").unwrap();
    let card = desk.sitting.witness.card_in_state("unusable").await;
    assert_eq!(text(&card, "Reason"), "certificate-revoked");
    let said = "card cannot be used: the card was cancelled";
    watch.wait_for_line(said, PATIENCE, |line| line.contains(said)).unwrap();
    let cards = desk.runs(&["cards"]);
    assert!(cards.stdout.contains(": cannot be used: the card was cancelled"), "{cards:?}");
    let (told, ended) = desk.json();
    assert_eq!((&told["reason"], ended), (&"revoked".into(), Some(8)), "{told}");
    let login = desk.runs(&["login"]);
    assert_eq!(login.status.code(), Some(1), "{login:?}");
    assert!(login.stdout.contains("Your card has been cancelled."), "{login:?}");
}
