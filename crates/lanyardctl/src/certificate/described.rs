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

use super::told::{Found, Known, Moment, Status, Subject, Told, Verdict};

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
        subject: certificate.as_ref().map(Subject::of).unwrap_or_default(),
        days_left: judged.map(|_| description.days_to_expiry),
        renewal: judged.map(|_| renewal(description.renewal)),
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
    let Revocation { state, as_of, reason, revoked_at } = revocation;
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
