//! What the daemon tells of a card's certificate, in the common form; and the certificates themselves.
//!
//! Nothing is judged here: what the daemon makes of it is shown. Names, number and beginning are read from
//! the certificate, which the daemon passes on as the card has it.

use lanyard_dbus::{
    CardDescription, CertificateFinding, CertificateState, Reason, RenewalState, Revocation,
    RevocationState,
};
use lanyard_trust::{Certificate, Renewal, UnixTime};
use pem::{EncodeConfig, LineEnding, Pem};
use serde::Serialize;

use super::told::{Found, Known, Moment, Status, Told, Verdict, Written};

/// What is told of a card.
#[derive(Debug, Serialize)]
pub(super) struct OfCard {
    /// The card's path.
    pub(super) card: String,
    /// The number of the card itself.
    pub(super) card_serial: String,
    #[serde(flatten)]
    pub(super) told: Told,
}

impl OfCard {
    /// Tells a description that was given now.
    pub(super) fn of(card: &str, description: &CardDescription, now: UnixTime) -> Self {
        Self {
            card: card.to_owned(),
            card_serial: description.serial.clone(),
            told: told(description, now),
        }
    }
}

fn told(description: &CardDescription, now: UnixTime) -> Told {
    let certificate = Certificate::parse(&description.certificate).ok();
    let holder = Some(description.holder.clone()).filter(|holder| !holder.is_empty());
    // Before anybody has judged, the daemon's words about it say nothing.
    let judged = description.judged_at.map(|at| Moment(UnixTime(at)));
    Told {
        verdict: match description.state {
            CertificateState::Trusted => Verdict::Trusted,
            CertificateState::Checking => Verdict::Checking,
            CertificateState::NotTrusted => Verdict::Refused,
        },
        profile: "sign-in",
        at: judged,
        reason: description.reason.map(Reason::as_str),
        message: description.message.clone(),
        holder,
        written: certificate.as_ref().map(Written::of).unwrap_or_default(),
        days_left: description.days_to_expiry,
        renewal: description.renewal.map(renewal),
        revocation: known(&description.revocation),
        path: description.path.iter().map(|der| subject(der)).collect(),
        findings: description.findings.iter().map(found).collect(),
        now,
    }
}

const fn renewal(state: RenewalState) -> Renewal {
    match state {
        RenewalState::NotDue => Renewal::NotDue,
        RenewalState::DueByHolder => Renewal::DueByHolder,
        RenewalState::DueBySponsorToo => Renewal::DueBySponsorToo,
        RenewalState::TooLate => Renewal::TooLate,
    }
}

fn known(revocation: &Revocation) -> Option<Known> {
    let Revocation { state, as_of, reason, revoked_at, .. } = revocation;
    let moment = |seconds: i64| Moment(UnixTime(seconds));
    let status = match state {
        RevocationState::NotAsked => return None,
        RevocationState::Good => Status::Good,
        RevocationState::Revoked => Status::Revoked,
        RevocationState::NotChecked => Status::NotChecked,
    };
    Some(Known {
        as_of: as_of.map(moment),
        reason: reason.clone(),
        since: revoked_at.map(moment),
        ..Known::plain(status)
    })
}

fn subject(der: &[u8]) -> String {
    let certificate = Certificate::parse(der);
    certificate.map_or_else(|error| error.to_string(), |step| step.subject().to_string())
}

fn found(finding: &CertificateFinding) -> Found {
    Found {
        check: finding.check.clone(),
        place: usize::try_from(finding.place).ok(),
        weight: finding.weight.clone(),
        text: finding.text.clone(),
    }
}

/// The certificates of the path, the card's first, as PEM (RFC 7468); without a path the card's alone.
pub(super) fn pem(description: &CardDescription) -> String {
    let own = std::slice::from_ref(&description.certificate);
    let path = if description.path.is_empty() { own } else { &description.path };
    let form = EncodeConfig::new().set_line_ending(LineEnding::LF);
    path.iter().map(|der| pem::encode_config(&Pem::new("CERTIFICATE", der.clone()), form)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A card that has told its certificate, and nobody has judged it.
    fn unjudged() -> CardDescription {
        CardDescription {
            holder: String::new(),
            serial: "0A".to_owned(),
            certificate: b"no certificate".to_vec(),
            not_after: 0,
            state: CertificateState::Checking,
            reason: None,
            message: None,
            days_to_expiry: None,
            renewal: None,
            revocation: Revocation::plain(RevocationState::NotAsked),
            path: Vec::new(),
            findings: Vec::new(),
            judged_at: None,
        }
    }

    fn told(description: &CardDescription) -> serde_json::Value {
        serde_json::to_value(OfCard::of("/card", description, UnixTime(0))).unwrap()
    }

    #[test]
    fn before_anybody_has_judged_nothing_is_told_that_looks_like_knowledge() {
        let told = told(&unjudged());
        assert_eq!((&told["verdict"], &told["card"]), (&"checking".into(), &"/card".into()));
        for field in ["at", "reason", "holder", "not_after", "days_left", "renewal", "revocation"] {
            assert!(told[field].is_null(), "{field}: {told}");
        }
    }

    #[test]
    fn a_verdict_that_came_too_late_is_a_refusal_all_the_same() {
        let state = CertificateState::NotTrusted;
        let late = CardDescription { state, reason: Some(Reason::NotChecked), ..unjudged() };
        let told = told(&late);
        assert_eq!((&told["verdict"], &told["reason"]), (&"refused".into(), &"not-checked".into()));
        assert!(told["days_left"].is_null(), "{told}");
    }

    #[test]
    fn without_a_path_the_card_s_own_certificate_is_written() {
        let own = pem(&unjudged());
        assert_eq!(
            own,
            "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"
        );
        let path = vec![b"one".to_vec(), b"two".to_vec()];
        let path = pem(&CardDescription { path, ..unjudged() });
        assert_eq!(path.matches("-----BEGIN CERTIFICATE-----\n").count(), 2, "{path}");
        assert!(path.find("b25l") < path.find("dHdv"), "the holder's first: {path}");
    }
}
