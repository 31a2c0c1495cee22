//! Every persona ends in its own finding.

use lanyard_dbus::{CertificateState, Reason, RenewalState, RevocationState};
use lanyard_desk::{CURRENT, Pki, Sitting};
use lanyard_settings::Settings;
use lanyard_virtcard::Personas;
use lanyard_witness::Does;

use crate::{described, words};

#[tokio::test]
async fn who_is_believed_signs_in() {
    let personas = Personas::compiled_in().unwrap();
    for persona in ["nurse", "gp", "receptionist", "pharmacist", "rich", "lsa", "sponsor", "ra"] {
        let passcode = &personas.named(persona).unwrap().passcode;
        let mut sitting = Sitting::with(persona).await;
        assert_eq!(words(&sitting.desk.client.card_that_was_read().await), "ready", "{persona}");
        let ended = sitting.enters(Does::types(passcode)).await;
        assert_eq!(ended.words(), ("ok", ""), "{persona}");
        assert_eq!(ended.notice(), None, "{persona}");
        let told = described(&sitting).await;
        assert_eq!((told.state, told.reason), (CertificateState::Trusted, None), "{persona}");
        assert_eq!(told.revocation.state, RevocationState::Good, "{persona}");
        assert_eq!(told.renewal, Some(RenewalState::NotDue), "{persona}");
        assert_eq!(told.path.len(), 3, "{persona}: holder, authority, anchor");
        sitting.desk.stop().await.unwrap();
    }
}

#[tokio::test]
async fn who_is_not_believed_is_told_why_and_asked_for_nothing() {
    for (persona, shown, reason) in [
        ("expired", "certificate-expired", Reason::Expired),
        ("not-yet-valid", "certificate-not-yet-valid", Reason::NotYetValid),
        ("untrusted", "certificate-untrusted", Reason::UntrustedIssuer),
        ("revoked", "certificate-revoked", Reason::Revoked),
    ] {
        let mut sitting = Sitting::with(persona).await;
        assert_eq!(
            words(&sitting.desk.client.card_that_was_read().await),
            format!("unusable {shown}")
        );
        let ended = sitting.enters(Does::types(CURRENT)).await;
        assert_eq!(ended.words(), ("not-trusted", reason.as_str()));
        assert_eq!(ended.tries_left(), Some(3));
        assert!(sitting.person.shown().is_empty(), "{persona}: nobody was asked");
        assert_eq!(sitting.passcodes_heard(), 0, "{persona}");
        let told = described(&sitting).await;
        assert_eq!((told.state, told.reason), (CertificateState::NotTrusted, Some(reason)));
        assert!(told.findings.iter().any(|finding| finding.weight == "refuses"), "{persona}");
        let message = told.message.unwrap();
        assert_eq!(ended.message(), message);
        let refused = lanyard_trust::Reason::ALL.iter().find(|it| it.word() == reason.as_str());
        assert!(message.ends_with(refused.unwrap().advice()), "what to do: {message}");
        sitting.desk.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_refusal_says_how_to_reach_those_that_it_sends_the_holder_to() {
    let mut settings = Settings::default();
    settings.contacts.registration_authority = "Block C, ext. 4411".to_owned();
    let mut sitting = Sitting::with_settings("revoked", settings).await;
    sitting.desk.client.card_that_was_read().await;
    let ended = sitting.enters(Does::types(CURRENT)).await;
    let refused = ended.message();
    let ending = "Ask your Registration Authority for a new one. Registration Authority: Block C, ext. 4411.";
    assert!(refused.ends_with(ending), "{refused}");
    assert_eq!(described(&sitting).await.message.as_deref(), Some(refused));
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn why_and_when_a_card_was_revoked_is_told() {
    let sitting = Sitting::with("revoked").await;
    let told = sitting.enters(Does::types(CURRENT)).await;
    assert_eq!(told.reason(), "revoked");
    let revocation = described(&sitting).await.revocation;
    assert_eq!(revocation.state, RevocationState::Revoked);
    assert!(revocation.revoked_at.unwrap() <= revocation.as_of.unwrap());
    assert!(revocation.reason.is_some());
}

#[tokio::test]
async fn a_renewal_that_is_due_is_said_with_each_signing_in() {
    let sitting = Sitting::with("expiring").await;
    for _ in 0..2 {
        let ended = sitting.enters(Does::types(CURRENT)).await;
        assert_eq!(ended.words(), ("ok", ""));
        let notice = ended.notice().unwrap();
        assert!(notice.contains("Renew your certificate"), "{notice}");
    }
    let told = described(&sitting).await;
    assert!(told.renewal.unwrap().is_due() && told.days_to_expiry.unwrap() < 90);
}

#[tokio::test]
async fn a_copied_certificate_is_believed_and_its_card_is_not() {
    let mut sitting = Sitting::with("clone").await;
    assert_eq!(words(&sitting.desk.client.card_that_was_read().await), "ready");
    let ended = sitting.enters(Does::types(CURRENT)).await;
    assert_eq!(ended.words(), ("not-trusted", "key-not-held"));
}

#[tokio::test]
async fn a_passcode_can_be_changed_whatever_the_certificate_is_worth() {
    let sitting = Sitting::with("expired").await;
    let entries = [CURRENT, "739150", "739150"].map(Does::types);
    assert_eq!(sitting.changes(entries).await.words(), ("ok", ""));
}

#[tokio::test]
async fn a_site_with_other_windows_says_so_later() {
    let mut settings = Settings::default();
    settings.trust.renewal_days = 1;
    settings.trust.sponsor_renewal_days = 1;
    Pki::of_the_test().believed_by(&mut settings);
    let sitting = Sitting::with_settings("expiring", settings).await;
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.notice(), None);
}
