//! `lanyardctl certificate check` over a site made for the test: believed, refused for each reason, and
//! files that stand against judging. The suite of NIST is in `pkits`.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[cfg(test)]
mod files;
#[cfg(test)]
mod pkits;
mod site;

use std::fs;
use std::path::Path;

use lanyard_test_pki::{CertificateDraft, EntryDraft, Key, der, extension};

use site::{HOLDER, Site};

#[test]
fn a_certificate_that_may_be_believed_is_trusted_and_told_whole() {
    let site = Site::new();
    let ended = site.check(&[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let told = [
        "TRUSTED for signing in, at 2026-09-01T00:00:00Z.",
        "Holder:     999900000102",
        "Issuer:     CN=Sub,",
        "Serial:     07",
        "Dates:      2020-01-01T00:00:00Z to 2049-12-31T23:59:59Z, 8522 days left",
        "Revocation: not revoked, by a list of 2024-06-01T00:00:00Z (822 days old), which counts until \
         2049-12-31T00:00:00Z",
    ];
    for line in told {
        assert!(ended.stdout.lines().any(|other| other.starts_with(line)), "{line}\n{ended:?}");
    }
    let path = ended.stdout.split("Path:\n").nth(1).unwrap();
    assert_eq!(path.lines().filter(|line| line.starts_with("  ")).count(), 3, "{path}");
    assert_eq!(ended.stderr, "");
}

#[test]
fn machines_get_one_object_with_every_field() {
    let told = Site::new().json(&[], 0);
    let fields = [
        "verdict",
        "profile",
        "at",
        "reason",
        "message",
        "holder",
        "subject",
        "issuer",
        "serial",
        "not_before",
        "not_after",
        "days_left",
        "renewal",
        "revocation",
        "path",
        "findings",
        "problems",
    ];
    let found: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(found.len(), fields.len());
    assert!(fields.iter().all(|field| found.contains(field)), "{found:?}");
    assert_eq!(told["verdict"], "trusted");
    assert_eq!(told["profile"], "sign-in");
    assert_eq!(told["at"], "2026-09-01T00:00:00Z");
    assert!(told["reason"].is_null() && told["message"].is_null());
    assert_eq!(told["holder"], HOLDER);
    assert_eq!(told["days_left"], 8522);
    assert_eq!(told["renewal"], "not-due");
    assert_eq!(told["revocation"]["status"], "good");
    assert_eq!(told["revocation"]["source"], "list");
    assert_eq!(told["revocation"]["as_of"], "2024-06-01T00:00:00Z");
    assert_eq!(told["path"].as_array().unwrap().len(), 3);
    assert_eq!((&told["findings"], &told["problems"]), (&[0; 0].into(), &[0; 0].into()));
}

#[test]
fn a_renewal_that_is_due_is_told_with_what_to_do() {
    let site = Site::new();
    let ended = site.check(&["--at", "2049-12-10"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("21 days left"), "{ended:?}");
    assert!(ended.stdout.contains("Renewal:    Renew your certificate now, or ask"), "{ended:?}");
    assert_eq!(site.json(&["--at", "2049-12-10"], 0)["renewal"], "due-by-sponsor-too");
}

#[test]
fn an_expired_certificate_is_refused_with_every_finding_and_advice() {
    let site = Site::new();
    let ended = site.check(&["--at", "2050-01-03"]);
    assert_eq!(ended.code, Some(8), "{ended:?}");
    for told in [
        "REFUSED at 2050-01-03T00:00:00Z: expired.\nThe holder is told: The certificate on your card has expired. You cannot",
        "49-12-31T23:59:59Z, over for 3 days\n",
        "  refuses (dates): the certificate: expired at 2049-12-31T23:59:59Z\n",
        "  refuses (dates): its issuer: expired at 2049-12-31T23:59:59Z\n",
        "  refuses (revocation): the certificate: revocation was not checked: the list is stale",
    ] {
        assert!(ended.stdout.contains(told), "{told}\n{ended:?}");
    }
}

#[test]
fn a_certificate_of_another_authority_is_refused() {
    let site = Site::new();
    let other = Key::p256();
    let root = CertificateDraft::authority("Other", "Other", &other, 1).signed(&other);
    fs::write(site.folder().join("anchors/root.der"), root).unwrap();
    let told = site.json(&[], 8);
    assert_eq!(
        (&told["verdict"], &told["reason"]),
        (&"refused".into(), &"untrusted-issuer".into())
    );
    assert_eq!(told["findings"][0]["check"], "chain");
    assert_eq!(told["findings"][0]["weight"], "refuses");
    assert_eq!(told["findings"][0]["place"], 1);
}

#[test]
fn a_revoked_certificate_is_refused_with_reason_and_date() {
    let site = Site::new();
    let entry = EntryDraft::new(&[7]).with(extension::reason(1));
    site.revoke(entry);
    let told = site.json(&[], 8);
    assert_eq!(told["reason"], "revoked");
    assert_eq!(told["revocation"]["status"], "revoked");
    assert_eq!(told["revocation"]["reason"], "keyCompromise");
    assert_eq!(told["revocation"]["since"], "2024-05-01T12:00:00Z");
    let ended = site.check(&["--revocation", "soft"]);
    assert_eq!(ended.code, Some(8), "{ended:?}");
    assert!(ended.stdout.contains("Revocation: revoked at 2024-05-01T12:00:00Z (keyCompromise)"));
    assert!(ended.stdout.contains("Your card has been cancelled. A cancelled card"), "{ended:?}");
    assert_eq!(site.check(&["--revocation", "off"]).code, Some(0));
}

#[test]
fn without_a_list_the_mode_decides() {
    let site = Site::new();
    fs::remove_file(site.folder().join("crls/sub.crl")).unwrap();
    let told = site.json(&[], 8);
    assert_eq!(told["reason"], "not-checked");
    assert_eq!(told["revocation"]["status"], "not-checked");
    let told = site.json(&["--revocation", "soft"], 0);
    assert_eq!(told["findings"][0]["weight"], "notes");
    let told = site.json(&["--revocation", "off"], 0);
    assert!(told["revocation"].is_null());
}

#[test]
fn without_an_anchor_nobody_is_believed_and_missing_folders_are_named() {
    let site = Site::new();
    fs::remove_file(site.folder().join("anchors/root.der")).unwrap();
    let told = site.json(&[], 8);
    let texts: Vec<_> = told["findings"].as_array().unwrap().iter().map(|f| &f["text"]).collect();
    assert!(texts.contains(&&"no trust anchor is configured".into()), "{texts:?}");
    if !Path::new("/etc/lanyard").exists() {
        let ended = site::run(&[site.file().as_os_str()]);
        assert_eq!(ended.code, Some(8), "{ended:?}");
        for folder in ["anchors", "intermediates", "crls"] {
            let line = format!("  /etc/lanyard/{folder}: there is no such folder\n");
            assert!(ended.stdout.contains(&line), "{ended:?}");
        }
    }
}

#[test]
fn an_authority_is_valid_as_a_path_and_refused_for_signing_in() {
    let site = Site::new();
    site.present(&fs::read(site.folder().join("intermediates/sub.der")).unwrap());
    let told = site.json(&["--profile", "path"], 0);
    assert_eq!((&told["verdict"], &told["profile"]), (&"valid".into(), &"path".into()));
    let told = site.json(&["--profile", "sign-in"], 8);
    assert_eq!(told["reason"], "wrong-usage");
    let checks = told["findings"].as_array().unwrap().iter().map(|f| f["check"].as_str().unwrap());
    assert!(checks.clone().any(|check| check == "holder"), "{:?}", checks.collect::<Vec<_>>());
}

#[test]
fn policies_are_asked_for_and_must_be_written_well() {
    let site = Site::new();
    let told = site.json(&["--policy", "1.2.3", "--policy", "1.2.4"], 8);
    assert_eq!(told["reason"], "wrong-policy");
    assert_eq!(site.json(&["--profile", "path", "--policy", "1.2.3"], 0)["verdict"], "valid");
    assert_eq!(site.json(&["--profile", "path", "--explicit-policy"], 8)["reason"], "wrong-policy");
    let ended = site.check(&["--policy", "smartcard"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("numbers with dots between them"), "{ended:?}");
    assert_eq!(site.check(&["--at", "tomorrow"]).code, Some(2));
}

#[test]
fn what_belongs_to_a_card_is_not_taken_for_a_file() {
    for contradiction in [
        &["certificate", "--pem", "check", "file"][..],
        &["certificate", "--card", "/card", "check", "file"],
        &["certificate", "--pem", "--json"],
        &["--json", "certificate", "--pem"],
    ] {
        let ended = site::lanyardctl(contradiction);
        assert_eq!(ended.code, Some(2), "{ended:?}");
    }
    let ended = site::lanyardctl(&["certificate", "--json", "check", "/nowhere/file"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
}

#[test]
fn a_refusal_stays_one_when_nobody_reads_the_words() {
    let site = Site::new();
    for (at, code) in [("2026-09-01", 0), ("2050-01-03", 8)] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = site.command(&["--at", at]);
        assert_eq!(command.stdout(writer).status().unwrap().code(), Some(code));
    }
}

#[test]
fn a_name_cannot_command_the_terminal() {
    let site = Site::with_holder(der::name(&[("2.5.4.3", "\u{1b}[2Jx\u{9b}31m\u{202e}y")]));
    let ended = site.check(&[]);
    assert_eq!(ended.code, Some(8), "{ended:?}");
    let is_hostile = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!ended.stdout.contains(is_hostile), "{ended:?}");
    assert!(ended.stdout.contains("[2Jx"), "{ended:?}");
}
