//! Every persona of the virtual card ends in its own finding, under the PKI that issued it. Certificates and
//! lists are written by other programs, `rcgen` and OpenSSL, and read from the card as the daemon does.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lanyard_card::{Unidentified, identify, piv::Slot};
use lanyard_test_pki::{AnswerDraft, Key, SingleDraft};
use lanyard_trust::{
    Anchors, Certificate, Crl, CrlStore, Evidence, Intermediates, Judgement, OcspAnswer,
    OcspEvidence, PolicySettings, Renewal, RevocationStatus, Settings, UnixTime, judge,
};
use lanyard_virtcard::{Authorities, Card, Persona, Personas};

/// 1 September 2026.
const TODAY: u64 = 1_788_220_800;

const DAY: i64 = 86_400;

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
    let site = Site::new();
    let mut wrong = Vec::new();
    for persona in Personas::compiled_in().unwrap().iter() {
        let outcome = site.outcome(persona);
        let named = OTHERS.iter().find(|(name, _)| *name == persona.name);
        let expected = named.map_or("trusted", |(_, outcome)| outcome);
        if outcome != expected {
            wrong.push(format!("{}: {outcome}, not {expected}", persona.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_revoked_persona_is_told_with_reason_and_date() {
    let site = Site::new();
    let judgement = site.judged(&site.certificate("revoked"), &site.lists);
    let Some(RevocationStatus::Revoked { since, reason, .. }) = judgement.revocation else {
        panic!("{judgement:?}");
    };
    assert_eq!(reason.to_string(), "keyCompromise");
    assert_eq!((site.now().0 - since.0) / DAY, 30);
    // Everything else about it is in order.
    assert_eq!(judgement.findings.iter().filter(|finding| finding.refuses()).count(), 1);
}

#[test]
fn each_persona_has_one_partition_and_the_others_say_nothing_about_it() {
    let site = Site::new();
    let [root, partitions @ ..] = &*site.lists else { panic!("no lists") };
    for name in ["pharmacist", "slow", "nurse", "student", "expiring", "rich"] {
        let certificate = site.certificate(name);
        let alone: Vec<String> = partitions
            .iter()
            .map(|partition| word(&site.judged(&certificate, &[root.clone(), partition.clone()])))
            .collect();
        let trusted = alone.iter().filter(|word| word.starts_with("trusted")).count();
        let unchecked = alone.iter().filter(|word| *word == "not-checked").count();
        assert_eq!((trusted, unchecked), (1, 3), "{name}: {alone:?}");
        // The right partition of the authority, but nothing about the authority itself.
        assert_eq!(word(&site.judged(&certificate, partitions)), "not-checked", "{name}");
    }
}

#[test]
fn a_card_revoked_while_it_is_in_is_refused_from_the_next_list_on() {
    let mut site = Site::new();
    let certificate = site.certificate("pharmacist");
    assert_eq!(word(&site.judged(&certificate, &site.lists)), "trusted");
    let reason = lanyard_virtcard::RevocationReason::Superseded;
    let pharmacist = Personas::compiled_in().unwrap().named("pharmacist").unwrap().clone();
    site.authorities.revoke(&pharmacist, reason, site.today).unwrap();
    assert_eq!(word(&site.judged(&certificate, &site.lists)), "trusted", "the old lists");
    let renewed = site.authorities.lists();
    assert_eq!(word(&site.judged(&certificate, &renewed)), "revoked");
    let changed = renewed.iter().zip(&site.lists).filter(|(new, old)| new != old).count();
    assert_eq!(changed, 1, "one partition was made anew");
    // A card that is issued anew has the same numbers.
    assert_eq!(word(&site.judged(&site.certificate("pharmacist"), &renewed)), "revoked");
    assert_eq!(word(&site.judged(&site.certificate("slow"), &renewed)), "trusted");
}

#[test]
fn the_policy_of_the_cards_holds_up_to_the_root() {
    let site = Site::new();
    for (policy, outcome) in [("2.999.1", "trusted"), ("2.999.2", "wrong-policy")] {
        let policies =
            PolicySettings { accepted: vec![policy.parse().unwrap()], ..PolicySettings::default() };
        let settings = Settings { policies, ..Settings::default() };
        for name in ["slow", "nurse"] {
            let judgement = site.judged_by(&settings, &site.certificate(name), &site.lists);
            assert_eq!(word(&judgement), outcome, "{name} {policy}");
        }
    }
}

#[test]
fn the_responder_speaks_for_the_authority_that_delegates_to_it_and_for_no_other() {
    let site = Site::new();
    for (name, outcome) in [("nurse", "trusted"), ("slow", "not-checked")] {
        let certificate = site.certificate(name);
        let evidence = [site.answer(name, &certificate)];
        // Nothing but the root's list beside the answer.
        let judgement =
            site.judged_with(&Settings::default(), &certificate, &site.lists[..1], &evidence);
        assert_eq!(word(&judgement), outcome, "{name}: {:?}", judgement.findings);
    }
}

struct Site {
    authorities: Authorities,
    lists: Vec<Vec<u8>>,
    today: SystemTime,
}

impl Site {
    fn new() -> Self {
        let today = SystemTime::UNIX_EPOCH + Duration::from_secs(TODAY);
        let authorities = Authorities::in_memory(today).unwrap();
        let lists = authorities.lists();
        Self { authorities, lists, today }
    }

    fn now(&self) -> UnixTime {
        self.today.into()
    }

    fn certificate(&self, persona: &str) -> Vec<u8> {
        self.read(Personas::compiled_in().unwrap().named(persona).unwrap()).unwrap()
    }

    /// From a new card.
    fn read(&self, persona: &Persona) -> Result<Vec<u8>, Unidentified> {
        // Translating for T=0 is the reader's duty, and there is none here.
        let persona = Persona { features: Vec::new(), ..persona.clone() };
        let mut card = Card::issue(&persona, &self.authorities, self.today).unwrap();
        let identity = identify(&mut card, Slot::Authentication, &|_| None)?;
        Ok(identity.certificate.der().to_vec())
    }

    fn outcome(&self, persona: &Persona) -> String {
        let Ok(der) = self.read(persona) else { return "no certificate".to_owned() };
        let judgement = self.judged(&der, &self.lists);
        if let Some(proof) = judgement.trusted() {
            assert_eq!(proof.holder().as_str(), persona.holder_uuid);
            assert_eq!(judgement.path.len(), 3, "certificate, authority, root");
        }
        word(&judgement)
    }

    /// "Good", by the responder of this PKI.
    fn answer(&self, persona: &str, certificate: &[u8]) -> OcspEvidence {
        let personas = Personas::compiled_in().unwrap();
        let issuer = self.authorities.issuer_of(personas.named(persona).unwrap());
        let name = Certificate::parse(issuer.certificate()).unwrap().subject().der().to_vec();
        let issuer_key = Key::from_pem(&issuer.key_pem().unwrap());
        let certificate = Certificate::parse(certificate).unwrap();
        let good = SingleDraft::good(name, &issuer_key, certificate.serial().as_bytes());
        let responder = self.authorities.responder();
        let key = Key::from_pem(&responder.key_pem().unwrap());
        let mut draft = AnswerDraft::by_name(&[], vec![good]).by_key(&key);
        draft.certificates = vec![responder.certificate().to_vec()];
        OcspEvidence { answer: OcspAnswer::parse(&draft.signed(&key)).unwrap(), nonce: None }
    }

    /// With hard revocation, as by default.
    fn judged(&self, der: &[u8], lists: &[Vec<u8>]) -> Judgement {
        self.judged_by(&Settings::default(), der, lists)
    }

    fn judged_by(&self, settings: &Settings, der: &[u8], lists: &[Vec<u8>]) -> Judgement {
        self.judged_with(settings, der, lists, &[])
    }

    fn judged_with(
        &self,
        settings: &Settings,
        der: &[u8],
        lists: &[Vec<u8>],
        answers: &[OcspEvidence],
    ) -> Judgement {
        let parsed = |ders: Vec<Vec<u8>>| -> Vec<Certificate> {
            ders.iter().map(|der| Certificate::parse(der).unwrap()).collect()
        };
        let anchors = parsed(self.authorities.anchors());
        let intermediates = parsed(self.authorities.intermediates());
        let known = anchors.iter().chain(&intermediates);
        let lists = lists.iter().map(|der| Arc::new(Crl::load(der, known.clone()).unwrap()));
        let lists: CrlStore = lists.collect();
        let evidence = Evidence {
            anchors: &anchors.into_iter().collect::<Anchors>(),
            intermediates: &intermediates.into_iter().collect::<Intermediates>(),
            from_card: &[],
            crls: &lists,
            ocsp: answers,
            responders: &[],
        };
        judge(der, &evidence, settings, self.now())
    }
}

/// What it comes down to.
fn word(judgement: &Judgement) -> String {
    match (judgement.trusted(), judgement.first_refusal()) {
        (Some(proof), _) if proof.expiry().renewal == Renewal::NotDue => "trusted".to_owned(),
        (Some(_), _) => "trusted, renewal due".to_owned(),
        (None, Some(finding)) => finding.reason().word().to_owned(),
        (None, None) => "neither".to_owned(),
    }
}
