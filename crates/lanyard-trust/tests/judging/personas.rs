//! Every persona of the virtual card ends in its own finding. Their certificates are written by another
//! program, `rcgen`, and read from the card as the daemon does.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lanyard_card::{Unidentified, identify, piv::Slot};
use lanyard_test_pki::{EntryDraft, Key, ListDraft, der, extension};
use lanyard_trust::{
    Anchors, Certificate, Crl, CrlStore, Evidence, Intermediates, Judgement, Renewal, Settings,
    UnixTime, judge,
};
use lanyard_virtcard::{Authorities, AuthorityName, Card, Persona, Personas};

/// 1 September 2026.
const TODAY: u64 = 1_788_220_800;

/// What comes of each; those that are not named here are trusted.
const OTHERS: [(&str, &str); 10] = [
    ("expired", "expired"),
    ("not-yet-valid", "not-yet-valid"),
    ("expiring", "trusted, renewal due"),
    ("revoked", "revoked"),
    ("untrusted", "untrusted-issuer"),
    ("blank", "no certificate"),
    ("mute", "no certificate"),
    ("garbage", "no certificate"),
    ("unsupported", "no certificate"),
    // The certificate is right: that the key is not its own shows when it signs.
    ("clone", "trusted"),
];

#[test]
fn every_persona_ends_in_its_own_finding() {
    let folder = tempfile::tempdir().unwrap();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(TODAY);
    let authorities = Authorities::open(folder.path(), now).unwrap();
    let root = authorities.named(AuthorityName::Trusted).certificate().unwrap();
    let key = fs::read(folder.path().join("trusted/root.key")).unwrap();
    let site = Site { root: Certificate::parse(&root).unwrap(), key: Key::from_pem(&key) };
    let mut wrong = Vec::new();
    for persona in Personas::compiled_in().unwrap().iter() {
        let outcome = match certificate_of(persona, &authorities, now) {
            Ok(der) => site.outcome(persona, &der),
            Err(_) => "no certificate".to_owned(),
        };
        let named = OTHERS.iter().find(|(name, _)| *name == persona.name);
        let expected = named.map_or("trusted", |(_, outcome)| outcome);
        if outcome != expected {
            wrong.push(format!("{}: {outcome}, not {expected}", persona.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn certificate_of(
    persona: &Persona,
    authorities: &Authorities,
    now: SystemTime,
) -> Result<Vec<u8>, Unidentified> {
    // Translating for T=0 is the reader's duty, and there is none here.
    let persona = Persona { features: Vec::new(), ..persona.clone() };
    let mut card = Card::issue(&persona, authorities, now).unwrap();
    let identity = identify(&mut card, Slot::Authentication, &|_| None)?;
    Ok(identity.certificate.der().to_vec())
}

struct Site {
    root: Certificate,
    key: Key,
}

impl Site {
    fn outcome(&self, persona: &Persona, der: &[u8]) -> String {
        let judgement = self.judged(persona, der);
        match (judgement.trusted(), judgement.first_refusal()) {
            (Some(proof), _) => {
                assert_eq!(proof.holder().as_str(), persona.holder_uuid);
                match proof.expiry().renewal {
                    Renewal::NotDue => "trusted".to_owned(),
                    _ => "trusted, renewal due".to_owned(),
                }
            }
            (None, Some(finding)) => finding.reason().word().to_owned(),
            (None, None) => "neither".to_owned(),
        }
    }

    /// With the partition of the list that the personas' certificates name by a directory name.
    fn judged(&self, persona: &Persona, der: &[u8]) -> Judgement {
        let point = der::name(&[
            ("2.5.4.10", "nhs"),
            ("2.5.4.11", "CA"),
            ("2.5.4.3", "Lanyard throwaway root"),
            ("2.5.4.3", "Lanyard throwaway root CRL 1"),
        ]);
        let mut list = ListDraft::new(self.root.subject().der().to_vec());
        let point = extension::point_name(&[extension::directory(&point)]);
        list.extensions = vec![extension::issuing_point(&[point])];
        if persona.revoked {
            let certificate = Certificate::parse(der).unwrap();
            list.entries = vec![EntryDraft::new(certificate.serial().as_bytes())];
        }
        let list = Crl::load(&list.signed(&self.key), [&self.root]).unwrap();
        let evidence = Evidence {
            anchors: &Anchors::from_iter([self.root.clone()]),
            intermediates: &Intermediates::default(),
            from_card: &[],
            crls: &CrlStore::from_iter([Arc::new(list)]),
            ocsp: &[],
            responders: &[],
        };
        let now = UnixTime(i64::try_from(TODAY).unwrap());
        judge(der, &evidence, &Settings::default(), now)
    }
}
