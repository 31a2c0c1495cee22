//! The proof, and what it says about the end of a certificate.

use lanyard_test_pki::der;
use lanyard_trust::{Profile, Reason, Renewal};

use crate::world::{HOLDER, TODAY, World};

#[test]
fn a_proof_names_certificate_holder_time_and_revocation() {
    let mut world = World::with_lists();
    world.holder_der = Some(world.holder_der());
    let judgement = world.judged();
    let proof = judgement.trusted().unwrap();
    assert_eq!(proof.certificate().der(), world.holder_der());
    assert_eq!(proof.holder().as_str(), HOLDER);
    assert_eq!(proof.at(), TODAY);
    assert!(proof.revocation().unwrap().age_seconds(TODAY).is_some());
    assert_eq!(proof.expiry().renewal, Renewal::NotDue);
    assert_eq!(judgement.into_trusted().unwrap().holder().as_str(), HOLDER);
}

#[test]
fn a_path_that_holds_is_no_proof_for_signing_in() {
    let mut world = World::new();
    world.settings.profile = Profile::Path;
    world.holder.subject = der::holder("not a holder");
    world.holder.extensions.clear();
    let judgement = world.judged();
    assert!(judgement.holds() && judgement.trusted().is_none());
}

#[test]
fn nothing_refused_is_a_proof() {
    let mut world = World::new();
    world.holder.subject = der::holder("not a holder");
    let judgement = world.judged();
    assert!(judgement.trusted().is_none());
    assert_eq!(judgement.into_trusted().unwrap_err().len(), 1);
}

#[test]
fn a_renewal_is_due_within_the_windows() {
    for (days, renewal) in [
        (200, Renewal::NotDue),
        (90, Renewal::NotDue),
        (89, Renewal::DueByHolder),
        (30, Renewal::DueByHolder),
        (29, Renewal::DueBySponsorToo),
        (0, Renewal::DueBySponsorToo),
        (-1, Renewal::TooLate),
    ] {
        let mut world = World::new();
        let end = TODAY.plus_days(days).to_string().replace(['-', 'T', ':'], "");
        world.holder.not_after = der::generalized(&end);
        let judgement = world.judged();
        let expiry = judgement.expiry.unwrap();
        assert_eq!((expiry.days_left, expiry.renewal), (days, renewal));
        assert_eq!(judgement.holds(), days >= 0);
        assert_eq!(renewal.advice().is_some(), renewal.is_due());
    }
}

#[test]
fn the_holder_hears_the_first_finding_and_the_administrator_all() {
    let mut world = World::with_lists();
    world.lists.clear();
    world.holder.not_after = der::utc("250101000000Z");
    let judgement = world.judged();
    let reasons: Vec<Reason> =
        judgement.findings.iter().map(lanyard_trust::Finding::reason).collect();
    assert_eq!(reasons, [Reason::Expired, Reason::NotChecked, Reason::NotChecked]);
    let told = judgement.first_refusal().unwrap().reason();
    assert_eq!(told.word(), "expired");
    assert!(told.advice().contains("Registration Authority"));
}
