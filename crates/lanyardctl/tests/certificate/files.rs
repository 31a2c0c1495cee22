//! Files as they come: in both forms, with company, broken, hostile, too long, missing.

use std::{
    fs::{self, File},
    process::Command,
};

use super::site::{Site, pem};

#[test]
fn further_certificates_of_the_file_count_as_brought_along() {
    let site = Site::new();
    let holder = pem(&fs::read(site.file()).unwrap());
    let authority = site.folder().join("intermediates/sub.der");
    let company = pem(&fs::read(&authority).unwrap());
    fs::remove_file(authority).unwrap();
    assert_eq!(site.json(&[], 8)["reason"], "untrusted-issuer");
    let broken = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    site.present(&[b"Whoever reads this: hello\n", &*holder, &company, broken].concat());
    let told = site.json(&[], 0);
    assert_eq!(told["verdict"], "trusted");
    assert_eq!(told["problems"][0]["number"], 3);
    assert_eq!(told["problems"].as_array().unwrap().len(), 1);
}

#[test]
fn bytes_that_are_no_certificate_are_refused_as_malformed() {
    let site = Site::new();
    for content in [&b""[..], b"no certificate", &[0x30, 0x82, 0xFF, 0xFF, 0]] {
        site.present(content);
        let told = site.json(&[], 8);
        assert_eq!((&told["verdict"], &told["reason"]), (&"refused".into(), &"malformed".into()));
        assert!(told["subject"].is_null());
    }
    assert!(site.check(&[]).stdout.contains("The certificate on your card is damaged."));
}

#[test]
fn files_that_cannot_be_judged_end_with_1_and_are_named() {
    let site = Site::new();
    let cut = b"-----BEGIN CERTIFICATE-----\nMAA=\n";
    let other = b"-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n";
    for (content, why) in [
        (&cut[..], "the PEM form of the certificate is broken"),
        (other, "no certificate is in it"),
        (&vec![0; 1024 * 1024 + 1], "longer than 1048576 bytes"),
    ] {
        site.present(content);
        let ended = site.check(&[]);
        assert_eq!((ended.code, &*ended.stdout), (Some(1), ""), "{ended:?}");
        assert_eq!(ended.stderr, format!("lanyardctl: {}: {why}\n", site.file().display()));
    }
    fs::remove_file(site.file()).unwrap();
    let ended = site.check(&[]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("cannot be read: No such file"), "{ended:?}");
}

#[test]
fn a_folder_that_was_named_must_be_there() {
    let site = Site::new();
    for name in ["anchors", "intermediates", "crls"] {
        let ended = site.check(&[&format!("--{name}"), "/nowhere"]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.stderr.starts_with("lanyardctl: /nowhere: cannot be read"), "{ended:?}");
    }
}

#[test]
fn what_is_wrong_with_configured_files_is_told_and_hurts_nothing_else() {
    let site = Site::new();
    let at = |name: &str| site.folder().join(name);
    fs::write(at("anchors/\u{1b}[31mjunk\n"), b"junk").unwrap();
    fs::write(at("anchors/holder.cer"), fs::read(site.file()).unwrap()).unwrap();
    fs::write(at("anchors/twice.der"), fs::read(at("anchors/root.der")).unwrap()).unwrap();
    fs::write(at("crls/junk"), b"junk").unwrap();
    File::create(at("crls/long.crl")).unwrap().set_len(64 * 1024 * 1024 + 1).unwrap();
    let pipe = Command::new("mkfifo").arg(at("crls/pipe")).status().unwrap();
    assert!(pipe.success());

    let ended = site.check(&[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for told in [
        "anchors/\\u{1b}[31mjunk\\n, number 1: unreadable: ",
        "anchors/holder.cer, number 1: ",
        "anchors/twice.der, number 1: ",
        "crls/junk, number 1: the revocation list is malformed",
        "crls/long.crl: longer than 67108864 bytes\n",
        "crls/pipe: not a file\n",
    ] {
        assert!(ended.stdout.contains(told), "{told}\n{ended:?}");
    }
    let order: Vec<_> = ["twice.der", "crls/junk", "long.crl", "crls/pipe"]
        .map(|name| ended.stdout.find(name).unwrap())
        .into();
    assert!(order.is_sorted(), "{ended:?}");
    assert!(!ended.stdout.contains('\u{1b}'), "{ended:?}");
}

#[test]
fn folders_within_and_hidden_files_are_not_looked_at() {
    let site = Site::new();
    let at = |name: &str| site.folder().join(name);
    fs::create_dir(at("anchors/below")).unwrap();
    fs::rename(at("anchors/root.der"), at("anchors/below/root.der")).unwrap();
    fs::copy(at("anchors/below/root.der"), at("anchors/.root.der")).unwrap();
    let told = site.json(&[], 8);
    let problems = told["problems"].to_string();
    assert!(!problems.contains("anchors"), "{problems}");
    let below = at("anchors/below");
    let told = site.json(&["--anchors", below.to_str().unwrap()], 0);
    assert_eq!(told["verdict"], "trusted");
    let file = below.join("root.der");
    assert_eq!(site.check(&["--anchors", file.to_str().unwrap()]).code, Some(0));
}

#[test]
fn a_list_that_nobody_known_has_signed_is_named() {
    let site = Site::new();
    let other = Site::new();
    fs::copy(other.folder().join("crls/sub.crl"), site.folder().join("crls/sub.crl")).unwrap();
    let told = site.json(&[], 8);
    assert_eq!(told["reason"], "not-checked");
    let text = told["problems"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("no known authority has signed this list of CN=Sub"), "{text}");
}
