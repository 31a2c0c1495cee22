//! Signed documents: what counts, and every finding against what does not.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use lanyard_roles::{
    CLOCK_SKEW_S, CloseDate, Document, Finding, KeyRights, Keys, Persons, RoleStatement, Uuid,
    sign_document, sign_person, sign_roles,
};
use lanyard_test_roles::{Authority, Persona, persona, role, signed_file, validity};
use serde_json::json;

use crate::{everything, later, now, only};

/// The gp: three roles at A99901 to A99903.
fn gp() -> Persona {
    persona("gp", now())
}

fn open(file: &str, keys: &Keys, at: Timestamp) -> Result<Document, Finding> {
    Document::open(file.as_bytes(), gp().holder, keys, at)
}

/// The finding against the whole, in a word.
fn refused(file: &str, keys: &Keys, at: Timestamp) -> &'static str {
    open(file, keys, at).unwrap_err().word()
}

/// How many roles count, and the findings against the others.
fn roles(document: &Document) -> (usize, Vec<&'static str>) {
    let findings = document.left_out().iter().map(|out| out.finding.word());
    (document.roles().len(), findings.collect())
}

#[test]
fn what_a_known_key_has_signed_counts() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let document = open(&signed_file(&gp(), &authority, now()), &keys, now()).unwrap();
    assert_eq!(roles(&document), (3, vec![]));
    assert_eq!(document.name(), Some("Test Practitioner"));
    let held = &document.roles()[1];
    assert_eq!(held.organisation_name.as_deref(), Some("TEST PRACTICE TWO"));
    let proof = held.proof.as_ref().unwrap();
    assert_eq!(proof.kid, "ra");
}

#[test]
fn a_role_can_be_shown_without_the_others_and_without_the_name() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let document = open(&signed_file(&gp(), &authority, now()), &keys, now()).unwrap();
    let held = &document.roles()[2];
    let jws = &held.proof.as_ref().unwrap().jws;
    let statement = RoleStatement::verify(jws, &keys, now()).unwrap();
    assert_eq!(statement.role, held.role);
    assert_eq!(statement.holder, gp().holder);
    assert_eq!(statement.organisation_name.as_deref(), Some("TEST PRACTICE THREE"));
    let payload = jws.split('.').nth(1).unwrap();
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    for foreign in ["Practitioner\"", "A99901", "A99902", "given_name"] {
        let own = payload.replace("General Medical Practitioner", "");
        assert!(!own.contains(foreign), "{payload}");
    }
}

#[test]
fn any_change_of_any_character_is_noticed() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let file = signed_file(&persona("nurse", now()), &authority, now());
    let holder = persona("nurse", now()).holder;
    let whole = Document::open(file.as_bytes(), holder, &keys, now()).unwrap();
    for at in 0..file.len() - 1 {
        for other in ["A", "b", "\n", "."] {
            let mut changed = file.clone();
            changed.replace_range(at..=at, other);
            let same = changed == file;
            let read = Document::open(changed.as_bytes(), holder, &keys, now());
            assert!(same == (read.as_ref() == Ok(&whole)), "{at}: {read:?}");
            assert!(same || read.is_err(), "{at}");
        }
    }
}

#[test]
fn roles_that_are_left_out_added_or_of_another_time_are_tampering() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let file = signed_file(&gp(), &authority, now());
    let other = signed_file(&gp(), &authority, later(60));
    let lines: Vec<&str> = file.lines().collect();
    let foreign = other.lines().nth(1).unwrap();
    let changed = [
        [&lines[..3], &[]].concat(),
        [&lines[..], &lines[1..2]].concat(),
        [&lines[..], &[foreign]].concat(),
        [&lines[..3], &[foreign]].concat(),
        [&lines[..], &[""]].concat(),
    ];
    for lines in changed {
        assert_eq!(refused(&(lines.join("\n") + "\n"), &keys, later(60)), "tampered");
    }
    let reordered = [lines[0], lines[3], lines[1], lines[2]].join("\n");
    assert_eq!(roles(&open(&reordered, &keys, now()).unwrap()), (3, vec![]));
}

#[test]
fn a_key_that_nobody_knows_or_that_only_has_the_name_of_one_says_nothing() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let stranger = signed_file(&gp(), &Authority::new("other"), now());
    assert_eq!(refused(&stranger, &keys, now()), "unknown-key");
    let namesake = signed_file(&gp(), &Authority::new("ra"), now());
    assert_eq!(refused(&namesake, &keys, now()), "tampered");
}

#[test]
fn a_key_speaks_for_its_organisations_alone() {
    let authority = Authority::new("ra");
    let file = signed_file(&gp(), &authority, now());
    let practices = only(&["A99901", "A99903"]);
    let rights = KeyRights { organisations: practices.clone(), persons: Persons::Anybody };
    let document = open(&file, &authority.alone(rights), now()).unwrap();
    assert_eq!(roles(&document), (2, vec!["key-not-allowed"]));

    let of_its_own = Persons::OfItsOrganisations;
    let rights = KeyRights { organisations: practices, persons: of_its_own };
    let document = open(&file, &authority.alone(rights), now()).unwrap();
    assert_eq!(roles(&document), (2, vec!["key-not-allowed"]));

    let document = open(&file, &authority.alone(KeyRights::default()), now()).unwrap();
    assert_eq!(roles(&document), (0, vec!["key-not-allowed"; 3]));
}

/// One authority for the first practice, one for the others, and a collector who signs no role.
#[test]
fn several_authorities_sign_their_roles_and_a_collector_names_them() {
    let [first, others, collector] = ["first", "others", "collector"].map(Authority::new);
    let userinfo = gp().userinfo.to_string();
    let sign = |authority: &Authority| {
        sign_roles(userinfo.as_bytes(), &authority.key, validity(now())).unwrap()
    };
    let (by_first, by_others) = (sign(&first), sign(&others));
    let statements = [&by_first[..1], &by_others[1..]].concat();
    let collected = |authority: &Authority| {
        sign_person(userinfo.as_bytes(), &statements, &authority.key, validity(now())).unwrap()
    };
    let mut keys = Keys::default();
    let of_its_own = Persons::OfItsOrganisations;
    let rights = |codes: &[&str], persons| KeyRights { organisations: only(codes), persons };
    keys.insert("first", first.public(), rights(&["A99901"], of_its_own));
    keys.insert("others", others.public(), rights(&["A99902", "A99903"], of_its_own));
    keys.insert("collector", collector.public(), rights(&[], Persons::Anybody));

    assert_eq!(roles(&open(&collected(&collector), &keys, now()).unwrap()), (3, vec![]));
    let document = open(&collected(&first), &keys, now()).unwrap();
    assert_eq!(roles(&document), (1, vec!["key-not-allowed"; 2]), "it names foreign roles");

    let forged = sign_roles(userinfo.as_bytes(), &collector.key, validity(now())).unwrap();
    let forged =
        sign_person(userinfo.as_bytes(), &forged, &collector.key, validity(now())).unwrap();
    let document = open(&forged, &keys, now()).unwrap();
    assert_eq!(roles(&document), (0, vec!["key-not-allowed"; 3]), "a collector makes no roles");
}

#[test]
fn a_document_about_another_person_is_refused() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let file = signed_file(&persona("nurse", now()), &authority, now());
    assert_eq!(refused(&file, &keys, now()), "wrong-uuid");

    let nurse = persona("nurse", now()).userinfo.to_string();
    let stolen = sign_roles(nurse.as_bytes(), &authority.key, validity(now())).unwrap();
    let userinfo = gp().userinfo.to_string();
    let file = sign_person(userinfo.as_bytes(), &stolen, &authority.key, validity(now())).unwrap();
    assert_eq!(roles(&open(&file, &keys, now()).unwrap()), (0, vec!["wrong-uuid"]));
}

#[test]
fn a_document_counts_until_it_expires_and_not_before_it_is_issued() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let file = signed_file(&gp(), &authority, now());
    let expires = validity(now()).expires;
    assert!(open(&file, &keys, expires - jiff::Span::new().seconds(1)).is_ok());
    assert_eq!(open(&file, &keys, expires), Err(Finding::Expired { at: expires }));
    assert!(open(&file, &keys, later(-CLOCK_SKEW_S)).is_ok());
    assert_eq!(refused(&file, &keys, later(-CLOCK_SKEW_S - 1)), "not-yet-issued");
}

#[test]
fn a_role_ends_when_its_own_statement_does() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let userinfo = gp().userinfo.to_string();
    let mut short = validity(now());
    short.expires = later(600);
    let mut statements = sign_roles(userinfo.as_bytes(), &authority.key, validity(now())).unwrap();
    let brief = sign_roles(userinfo.as_bytes(), &authority.key, short).unwrap();
    statements[0].clone_from(&brief[0]);
    let file =
        sign_person(userinfo.as_bytes(), &statements, &authority.key, validity(now())).unwrap();
    let document = open(&file, &keys, now()).unwrap();
    let rule = CloseDate::default();
    assert_eq!(document.open_roles(rule, later(599)).count(), 3);
    assert_eq!(document.open_roles(rule, later(600)).count(), 2);
    assert_eq!(document.next_change(rule, now()), Some(later(600)));
    assert_eq!(document.next_change(rule, later(600)), Some(validity(now()).expires));
    assert_eq!(roles(&open(&file, &keys, later(600)).unwrap()), (2, vec!["expired"]));
}

#[test]
fn a_statement_of_one_kind_is_never_one_of_the_other() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let file = signed_file(&gp(), &authority, now());
    let (person, roles) = file.split_once('\n').unwrap();
    let role = roles.lines().next().unwrap();
    assert_eq!(refused(role, &keys, now()), "malformed");
    let as_role = RoleStatement::verify(person, &keys, now()).unwrap_err();
    assert_eq!(as_role.word(), "malformed");
}

#[test]
fn headers_that_choose_how_they_are_verified_are_refused() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let file = signed_file(&gp(), &authority, now());
    let (person, rest) = file.split_once('\n').unwrap();
    let mut parts = person.split('.');
    let (_, payload, signature) = (parts.next(), parts.next().unwrap(), parts.next().unwrap());
    let kind = "lanyard-person+jwt";
    for header in [
        json!({ "alg": "none", "kid": "ra", "typ": kind }),
        json!({ "alg": "HS256", "kid": "ra", "typ": kind }),
        json!({ "alg": "ES256", "typ": kind }),
        json!({ "alg": "ES256", "kid": "ra" }),
        json!({ "alg": "ES256", "kid": "ra", "typ": kind, "crit": ["b64"], "b64": false }),
        json!({ "alg": "ES256", "kid": "a".repeat(2000), "typ": kind }),
    ] {
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        for signature in [signature, ""] {
            let file = format!("{header}.{payload}.{signature}\n{rest}");
            assert_eq!(refused(&file, &keys, now()), "malformed", "{header}");
        }
    }
    for alg in ["RS256", "PS256"] {
        let header = json!({ "alg": alg, "kid": "ra", "typ": kind }).to_string();
        let file = format!("{}.{payload}.{signature}\n{rest}", URL_SAFE_NO_PAD.encode(header));
        assert_eq!(refused(&file, &keys, now()), "tampered");
    }
}

#[test]
fn two_roles_with_one_identifier_are_both_left_out() {
    let authority = Authority::new("ra");
    let keys = authority.alone(everything());
    let mut gp = gp();
    let roles_of = |roles: &[u32]| -> Vec<String> {
        let at = |number: &u32| role(*number, "A99901", "R0260", "General Medical Practitioner");
        gp.userinfo["nhsid_nrbac_roles"] = roles.iter().map(at).collect();
        let userinfo = gp.userinfo.to_string();
        sign_roles(userinfo.as_bytes(), &authority.key, validity(now())).unwrap()
    };
    let [mut one, two] = [&[1, 2][..], &[1]].map({
        let mut roles_of = roles_of;
        move |roles| roles_of(roles)
    });
    one.extend(two);
    let userinfo = self::gp().userinfo.to_string();
    let file = sign_person(userinfo.as_bytes(), &one, &authority.key, validity(now())).unwrap();
    let document = open(&file, &keys, now()).unwrap();
    assert_eq!(roles(&document), (1, vec!["malformed"; 2]));
}

#[test]
fn nothing_is_signed_that_would_be_left_out() {
    let authority = Authority::new("ra");
    let sign = |userinfo: &serde_json::Value, validity| {
        sign_document(userinfo.to_string().as_bytes(), &authority.key, validity)
    };
    let mut broken = gp().userinfo;
    broken["nhsid_nrbac_roles"][1]["org_code"] = json!("nowhere");
    let refused = sign(&broken, validity(now())).unwrap_err();
    assert_eq!(refused.to_string(), "role 2: org_code has another form");
    let mut never = validity(now());
    never.expires = now();
    assert!(sign(&gp().userinfo, never).is_err());
    assert!(sign(&json!([]), validity(now())).is_err());
}

#[test]
fn too_large_and_shapeless_files_are_refused() {
    let keys = Keys::default();
    assert_eq!(refused(&"a".repeat(512 * 1024 + 1), &keys, now()), "too-large");
    assert_eq!(refused(&"a".repeat(128 * 1024 + 1), &keys, now()), "too-large");
    for file in ["", "\n", "a.b", "a.b.c", "{}"] {
        assert_eq!(refused(file, &keys, now()), "malformed", "{file}");
    }
    let holder = Uuid::parse("999900000101").unwrap();
    let outcome = Document::open(b"\xFF\xFE", holder, &keys, now());
    assert_eq!(outcome.unwrap_err().word(), "malformed");
}
