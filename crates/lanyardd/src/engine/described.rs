//! A card as its owner is told of it: what it said of itself, and what judging that has come to.

use lanyard_dbus::{
    CardDescription, CertificateFinding, CertificateState, RenewalState, Revocation,
    RevocationState,
};
use lanyard_trust::{Expiry, Finding, Place, Renewal, RevocationStatus, UnixTime};

use super::{Known, Trust, trust::word};

/// The description of a card that has told who it is.
pub(super) fn describe(known: &Known) -> CardDescription {
    let certificate = &known.identity.certificate;
    let holder = certificate.holder().map(ToString::to_string).unwrap_or_default();
    let refused = known.trust.refusal();
    let judgement = known.trust.judgement();
    let expiry = judgement.and_then(|judgement| judgement.expiry);
    let status = judgement.and_then(|judgement| judgement.revocation.as_ref());
    let path = judgement.map_or(&[][..], |judgement| &judgement.path);
    CardDescription {
        holder,
        serial: known.identity.serial.to_string(),
        certificate: certificate.der().to_vec(),
        not_after: certificate.not_after(),
        state: match (&known.trust, refused) {
            (_, Some(_)) => CertificateState::NotTrusted,
            (Trust::Settled(_), None) => CertificateState::Trusted,
            (Trust::Unjudged | Trust::Provisional(_) | Trust::Late(_), None) => {
                CertificateState::Checking
            }
        },
        reason: refused.map(word),
        message: refused.map(lanyard_trust::Reason::message),
        days_to_expiry: expiry.map(|expiry| expiry.days_left),
        renewal: expiry.map(renewal),
        path: path.iter().map(|step| step.der().to_vec()).collect(),
        findings: judgement.into_iter().flat_map(|it| &it.findings).map(finding).collect(),
        judged_at: judgement.map(|judgement| judgement.at.0),
        revocation: status.map_or_else(|| Revocation::plain(RevocationState::NotAsked), revocation),
    }
}

const fn renewal(expiry: Expiry) -> RenewalState {
    match expiry.renewal {
        Renewal::NotDue => RenewalState::NotDue,
        Renewal::DueByHolder => RenewalState::DueByHolder,
        Renewal::DueBySponsorToo => RenewalState::DueBySponsorToo,
        Renewal::TooLate => RenewalState::TooLate,
    }
}

fn revocation(status: &RevocationStatus) -> Revocation {
    let seconds = |time: UnixTime| Some(time.0);
    match status {
        RevocationStatus::Good { as_of, .. } => {
            let state = RevocationState::Good;
            Revocation { as_of: seconds(*as_of), ..Revocation::plain(state) }
        }
        RevocationStatus::Revoked { reason, since, as_of, .. } => Revocation {
            state: RevocationState::Revoked,
            why: None,
            as_of: seconds(*as_of),
            reason: Some(reason.word().to_owned()),
            revoked_at: seconds(*since),
        },
        RevocationStatus::NotChecked { why } => {
            let why: Vec<_> = why.iter().map(ToString::to_string).collect();
            let state = RevocationState::NotChecked;
            Revocation { why: Some(why.join("; ")), ..Revocation::plain(state) }
        }
    }
}

fn finding(finding: &Finding) -> CertificateFinding {
    let place = match finding.place {
        Place::Whole => -1,
        Place::Certificate(number) => i32::try_from(number).unwrap_or(i32::MAX),
    };
    CertificateFinding {
        check: finding.check.word().to_owned(),
        place,
        weight: finding.weight.word().to_owned(),
        text: finding.fact.to_string(),
    }
}
