//! The personas as their cards show them: subjects, dates, issuers, sizes.

use crate::common::{AUTHORITIES, card, certificate, object, personas, select};
use lanyard_iso7816::tlv;
use lanyard_virtcard::{ApplicationKind, AuthorityName, Card, Fault, Feature, Personas};
use openssl::asn1::Asn1Time;
use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::nid::Nid;
use openssl::stack::Stack;
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;

const AUTHENTICATION: [u8; 3] = [0x5F, 0xC1, 0x05];

fn x509(card: &mut Card) -> X509 {
    select(card);
    X509::from_der(&certificate(card, AUTHENTICATION)).unwrap()
}

fn root(name: AuthorityName) -> X509 {
    X509::from_der(AUTHORITIES.named(name).certificate()).unwrap()
}

#[test]
fn every_persona_of_the_project_is_there() {
    let personas = personas();
    let names: Vec<&str> = personas.iter().map(|persona| persona.name.as_str()).collect();
    for name in [
        "gp",
        "nurse",
        "receptionist",
        "pharmacist",
        "rich",
        "roleless",
        "student",
        "expired",
        "not-yet-valid",
        "expiring",
        "revoked",
        "untrusted",
        "clone",
        "blocked",
        "one-try-left",
        "issued-locked",
        "ten-tries",
        "blank",
        "mute",
        "garbage",
        "slow",
        "unsupported",
        "t0",
        "closing-today",
        "lsa",
        "sponsor",
        "ra",
    ] {
        assert!(names.contains(&name), "{name} is missing");
    }
}

#[test]
fn certificates_name_their_holder_as_the_field_does() {
    for persona in personas().iter() {
        let answers = persona.fault.is_none_or(|fault| matches!(fault, Fault::Slow(_)));
        // Whole commands are for T=1; over PC/SC a reader's side knows what T=0 takes.
        let readable = answers && !persona.has(Feature::T0);
        if persona.application != ApplicationKind::Piv || !readable {
            continue;
        }
        let certificate = x509(&mut card(&persona.name));
        let subject: Vec<String> = certificate
            .subject_name()
            .entries()
            .map(|entry| entry.data().to_string().unwrap())
            .collect();
        assert_eq!(subject, ["nhs", "people", persona.holder_uuid.as_str()]);
        let issuer = X509::from_der(AUTHORITIES.issuer_of(persona).certificate()).unwrap();
        assert!(certificate.verify(&issuer.public_key().unwrap()).unwrap());
        assert!(certificate.subject_alt_names().is_none());
        let usages = certificate.to_text().unwrap();
        let usages = String::from_utf8_lossy(&usages).into_owned();
        assert!(usages.contains("Digital Signature") && !usages.contains("Extended Key Usage"));
        assert!(usages.contains("DirName:O = nhs, OU = CA"), "{usages}");
    }
}

#[test]
fn an_rsa_certificate_is_as_long_as_one_in_the_field() {
    let mut card = card("gp");
    select(&mut card);
    let length = certificate(&mut card, AUTHENTICATION).len();
    assert!((950..=1200).contains(&length), "{length} bytes");
}

#[test]
fn dates_are_those_of_the_persona() {
    let day = |offset: i64| Asn1Time::from_unix(1_788_220_800 + offset * 86_400).unwrap();
    let dates = |name: &str| {
        let certificate = x509(&mut card(name));
        let after = certificate.not_after().diff(&day(0)).unwrap();
        let before = certificate.not_before().diff(&day(0)).unwrap();
        (-before.days, -after.days)
    };
    assert_eq!(dates("nurse"), (-180, 550));
    assert_eq!(dates("expired"), (-760, -30));
    assert_eq!(dates("not-yet-valid"), (30, 760));
    assert_eq!(dates("expiring"), (-670, 60));
}

#[test]
fn the_untrusted_one_has_another_authority() {
    let certificate = x509(&mut card("untrusted"));
    let trusted = root(AuthorityName::Trusted);
    assert!(!certificate.verify(&trusted.public_key().unwrap()).unwrap());
    let issuer = certificate.issuer_name();
    let name = issuer.entries_by_nid(Nid::COMMONNAME).next().unwrap();
    assert_eq!(name.data().to_string().unwrap(), "Lanyard Test Untrusted Root");
}

#[test]
fn a_signed_chuid_is_signed_over_what_stands_before_the_signature() {
    let mut card = card("ra");
    select(&mut card);
    let chuid = object(&mut card, [0x5F, 0xC1, 0x02]).unwrap();
    let signature = tlv::find(&chuid, 0x3E).unwrap();
    let facts = &chuid[..chuid.windows(2).position(|pair| pair == [0x3E, 0x82]).unwrap()];
    let mut cms = CmsContentInfo::from_der(signature).unwrap();
    let mut store = X509StoreBuilder::new().unwrap();
    store.add_cert(root(AuthorityName::Trusted)).unwrap();
    let certificates = Stack::new().unwrap();
    let options = CMSOptions::BINARY | CMSOptions::NO_SIGNER_CERT_VERIFY;
    let store = store.build();
    let verified = cms.verify(Some(&certificates), Some(&store), Some(facts), None, options);
    verified.unwrap();
}

#[test]
fn a_file_adds_personas_and_says_what_is_wrong_with_them() {
    let mut personas = personas();
    let text = |more: &str| {
        format!(
            "[[persona]]\nname = \"mine\"\nabout = \"\"\nholder-uuid = \"999900000999\"\n\
             holder-name = \"Test Mine\"\n{more}"
        )
    };
    personas.add(&text("")).unwrap();
    assert_eq!(personas.named("mine").unwrap().tries, 3);
    for (bad, reason) in [
        ("passcode = \"12345\"", "the passcode does not suit pin-format"),
        ("puk = \"1\"", "puk has eight characters"),
        ("tries = 0", "tries are from 1 to 15"),
        ("tries-left = 4", "tries are from 1 to 15"),
        ("features = [\"t0\", \"extended-length\"]", "has no extended-length"),
        ("colour = \"red\"", "unknown field `colour`"),
        ("fault = \"tired\"", "pulled-during-verify"),
    ] {
        let error = personas.add(&text(bad)).unwrap_err().to_string();
        assert!(error.contains(reason), "{bad}: {error}");
    }
}

#[test]
fn an_unknown_persona_is_told_who_there_is() {
    let error = personas().named("nobody").unwrap_err().to_string();
    assert!(error.starts_with("there is no persona \"nobody\"; there are: blank, blocked"));
    assert!(Personas::compiled_in().is_ok());
}
