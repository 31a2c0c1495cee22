//! Checks of `lanyard-trust`: certificates, revocation lists and OCSP answers. Nobody here has the keys,
//! so whatever is believed was signed before, byte for byte.

use std::sync::{Arc, LazyLock};

use lanyard_card::PublicKey;
use lanyard_iso7816::tlv;
use lanyard_trust::{
    Anchors, Certificate, Crl, CrlStore, Evidence, Intermediates, Judgement, OcspAnswer,
    OcspEvidence, RevocationMode, RevocationStatus, Settings, UnixTime, judge,
};

/// The authority that is trusted, and a certificate of it: the fixtures are written with the seeds.
const ROOT: &[u8] = include_bytes!("../fixtures/root.der");
const HOLDER: &[u8] = include_bytes!("../fixtures/holder.der");

/// 1 September 2026.
const TODAY: UnixTime = UnixTime(1_788_220_800);

#[expect(clippy::expect_used, reason = "the fixture is a certificate")]
static ANCHORS: LazyLock<Anchors> = LazyLock::new(|| {
    [Certificate::parse(ROOT).expect("the root is well-formed")].into_iter().collect()
});

/// Certificates: one that can be read is kept as it was given; one that is believed bears a signature
/// over what was signed.
pub fn x509(input: &[u8]) {
    let Ok(certificate) = Certificate::parse(input) else {
        let refused = judged(input, RevocationMode::Off, &CrlStore::default(), &[]);
        assert!(!refused.holds() && !refused.findings.is_empty());
        return;
    };
    assert_eq!(certificate.der(), input);
    let _ = (certificate.crl_addresses().count(), certificate.ocsp_addresses().count());
    let _ = (certificate.subject().to_string(), certificate.serial().to_string());
    for mode in [RevocationMode::Off, RevocationMode::Hard] {
        let judgement = judged(input, mode, &CrlStore::default(), &[]);
        assert_eq!(judgement.holds(), judgement.first_refusal().is_none());
        assert_eq!(judgement.holds(), judgement.trusted().is_some());
        assert!(!judgement.holds() || is_signed(input) == Some(true), "a forged certificate");
    }
    let pool: Intermediates = [certificate.clone()].into_iter().collect();
    assert_eq!(pool.certificates(), [certificate]);
}

/// Lists: one without a known signer says nothing, whatever it names.
pub fn crl(input: &[u8]) {
    let Ok(list) = Crl::load(input, ANCHORS.certificates()) else { return };
    let (signed, length) = (list.has_known_signer(), list.len());
    assert!(length <= input.len(), "{length} entries");
    let store: CrlStore = [Arc::new(list)].into_iter().collect();
    let judgement = judged(HOLDER, RevocationMode::Hard, &store, &[]);
    let known = !matches!(judgement.revocation, Some(RevocationStatus::NotChecked { .. }));
    assert!(signed || !known, "a forged list");
    assert!(!known || is_signed(input) == Some(true), "a forged list");
}

/// Answers: one that is believed bears a signature.
pub fn ocsp(input: &[u8]) {
    let Ok(answer) = OcspAnswer::parse(input) else { return };
    let evidence = OcspEvidence { answer, nonce: None };
    let judgement = judged(HOLDER, RevocationMode::Hard, &CrlStore::default(), &[evidence]);
    assert_eq!(judgement.holds(), judgement.trusted().is_some());
    let certificate = judgement.certificate.as_ref();
    assert!(certificate.is_some_and(|certificate| certificate.der() == HOLDER));
}

/// What comes of a certificate, in a word.
pub fn judged_certificate(der: &[u8]) -> &'static str {
    let judgement = judged(der, RevocationMode::Off, &CrlStore::default(), &[]);
    match (&judgement.certificate, judgement.holds()) {
        (None, _) => "malformed",
        (Some(_), true) => "trusted",
        (Some(_), false) => "refused",
    }
}

/// What a list says about the holder of the fixture, in a word.
pub fn judged_list(der: &[u8]) -> &'static str {
    let Ok(list) = Crl::load(der, ANCHORS.certificates()) else { return "malformed" };
    word(&judged(HOLDER, RevocationMode::Hard, &[Arc::new(list)].into_iter().collect(), &[]))
}

/// What an answer says about the holder of the fixture, in a word.
pub fn judged_answer(der: &[u8]) -> &'static str {
    let Ok(answer) = OcspAnswer::parse(der) else { return "malformed" };
    let evidence = OcspEvidence { answer, nonce: None };
    word(&judged(HOLDER, RevocationMode::Hard, &CrlStore::default(), &[evidence]))
}

const fn word(judgement: &Judgement) -> &'static str {
    match judgement.revocation {
        Some(RevocationStatus::Good { .. }) => "good",
        Some(RevocationStatus::Revoked { .. }) => "revoked",
        Some(RevocationStatus::NotChecked { .. }) | None => "unknown",
    }
}

fn judged(
    der: &[u8],
    revocation: RevocationMode,
    crls: &CrlStore,
    ocsp: &[OcspEvidence],
) -> Judgement {
    let evidence = Evidence {
        anchors: &ANCHORS,
        intermediates: &Intermediates::default(),
        from_card: &[],
        crls,
        ocsp,
        responders: &[],
    };
    judge(der, &evidence, &Settings { revocation, ..Settings::default() }, TODAY)
}

/// Whether the authority's key signed it, as other programs read and verify it: the first object in it is
/// what is signed, the last is the signature.
fn is_signed(input: &[u8]) -> Option<bool> {
    let (outer, _) = tlv::read(input).ok()?;
    let (_, rest) = tlv::read(outer.value).ok()?;
    let signed = outer.value.get(..outer.value.len() - rest.len())?;
    let signature = tlv::find(rest, 0x03).ok()?.strip_prefix(&[0])?;
    let root = lanyard_card::Certificate::parse(ROOT).ok()?;
    Some(PublicKey::of(&root).ok()?.has_signed(signed, signature))
}
