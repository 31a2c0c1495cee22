//! The seeds as they are: none breaks its check, and each leads where the first word of its name says.

use std::collections::BTreeSet;
use std::fs;

use lanyard_bad_input::{TARGETS, conversation::Teller, roles, trust};
use lanyard_card::{
    Unidentified, identify,
    piv::{ReadError, Slot, parse_certificate_object, parse_chuid},
};

use crate::target;

#[test]
fn no_seed_breaks_its_check() {
    for target in TARGETS {
        for (name, said) in target.seeds().unwrap() {
            println!("{}: {name}", target.name);
            (target.check)(&said);
        }
    }
}

#[test]
fn every_target_has_a_program_and_every_program_is_a_target() {
    let known: BTreeSet<_> =
        TARGETS.iter().map(|target| (target.package, target.name.to_owned())).collect();
    let mut found = BTreeSet::new();
    for target in TARGETS {
        assert!(target.seeds().unwrap().len() > 5, "{}", target.name);
        for program in fs::read_dir(target.fuzz_folder().join("fuzz_targets")).unwrap() {
            let path = program.unwrap().path();
            found.insert((target.package, path.file_stem().unwrap().to_str().unwrap().to_owned()));
        }
    }
    assert_eq!(found, known);
}

#[test]
fn every_chuid_leads_where_its_name_says() {
    for (name, said) in target("chuid").seeds().unwrap() {
        let outcome = match parse_chuid(&said) {
            Ok(_) => "number",
            Err(ReadError::Absent) => "absent",
            Err(ReadError::Serial(_)) => "blank",
            Err(_) => "malformed",
        };
        assert_eq!(first_word(&name), outcome, "{name}");
    }
}

#[test]
fn every_certificate_leads_where_its_name_says() {
    for (name, said) in target("certificate").seeds().unwrap() {
        let outcome = match parse_certificate_object(&said) {
            Ok(certificate) => {
                assert!(certificate.holder().is_some(), "{name}");
                "read"
            }
            Err(ReadError::Absent) => "absent",
            Err(_) => "refused",
        };
        assert_eq!(first_word(&name), outcome, "{name}");
    }
}

#[test]
fn every_conversation_leads_where_its_name_says() {
    for (name, said) in target("identify").seeds().unwrap() {
        let mut card = Teller::new(&said);
        let outcome = match identify(&mut card, Slot::Authentication, &|_| None) {
            Ok(_) => "identified",
            Err(Unidentified::Unsupported) => "unsupported",
            Err(Unidentified::Blank) => "blank",
            Err(Unidentified::Unreadable(_)) => "unreadable",
            Err(Unidentified::Lost(_)) => "lost",
        };
        assert_eq!(first_word(&name), outcome, "{name}");
    }
}

/// Seeds that a fuzzer found are named like the others.
fn first_word(name: &str) -> &str {
    name.split('-').next().unwrap_or_default()
}

#[test]
fn every_certificate_list_and_answer_leads_where_its_name_says() {
    for (name, said) in target("x509").seeds().unwrap() {
        assert_eq!(first_word(&name), trust::judged_certificate(&said), "{name}");
    }
    for (name, said) in target("crl").seeds().unwrap() {
        assert_eq!(first_word(&name), trust::judged_list(&said), "{name}");
    }
    for (name, said) in target("ocsp").seeds().unwrap() {
        assert_eq!(first_word(&name), trust::judged_answer(&said), "{name}");
    }
}

#[test]
fn every_catalogue_and_role_document_leads_where_its_name_says() {
    for (name, said) in target("catalogue").seeds().unwrap() {
        assert_eq!(first_word(&name), roles::read_catalogue(&said), "{name}");
    }
    for (name, said) in target("userinfo").seeds().unwrap() {
        assert_eq!(first_word(&name), roles::read_userinfo(&said), "{name}");
    }
    for (name, said) in target("document").seeds().unwrap() {
        assert!(name.starts_with(roles::opened(&said)), "{name}: {}", roles::opened(&said));
    }
}
