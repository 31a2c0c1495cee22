//! Whether a card's certificate may be believed: what evidence has said, and the proof that goes on.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use lanyard_card::Certificate;
use lanyard_dbus::{Outcome, Reason, UnusableReason};
use lanyard_evidence::Judged;
use lanyard_trust::{
    CertificateTrusted, Finding, Judgement, Reason as Refused, RevocationStatus, UnixTime,
};

use super::Conclusion;

/// How far the judging of a certificate is.
#[derive(Clone, Debug)]
pub enum Trust {
    /// Nobody has judged it yet.
    Unjudged,
    /// Judged by what was there; more is being fetched.
    Provisional(Arc<Judged>),
    /// Judged.
    Settled(Arc<Judged>),
    /// The last verdict has not come in time, only perhaps a first one.
    Late(Option<Arc<Judged>>),
}

/// The proof that a certificate is believed, for one attempt: the only way to an order that signs in.
#[derive(Clone, Debug)]
pub struct Trusted {
    proof: Arc<CertificateTrusted>,
    /// From the certificate to the anchor, without either.
    chain: Arc<[lanyard_trust::Certificate]>,
}

impl Trusted {
    /// The proof, if the judgement trusts.
    pub fn of(judged: &Judged) -> Option<Self> {
        let Judgement { path, .. } = &judged.judgement;
        let proof = Arc::clone(judged.judgement.trusted()?);
        let between = 1..path.len().saturating_sub(1);
        Some(Self { proof, chain: path.get(between).unwrap_or_default().into() })
    }

    /// The proof.
    pub const fn proof(&self) -> &Arc<CertificateTrusted> {
        &self.proof
    }

    /// The authorities between the certificate and the anchor, the one that signed it first.
    pub fn chain(&self) -> &[lanyard_trust::Certificate] {
        &self.chain
    }

    /// Whether it is this certificate that is trusted.
    pub fn is_for(&self, certificate: &Certificate) -> bool {
        self.proof.certificate().der() == certificate.der()
    }
}

impl Trust {
    /// The last word, as far as there is one.
    pub fn judgement(&self) -> Option<&Judgement> {
        match self {
            Self::Provisional(judged) | Self::Settled(judged) | Self::Late(Some(judged)) => {
                Some(&judged.judgement)
            }
            Self::Unjudged | Self::Late(None) => None,
        }
    }

    /// Why the certificate is not believed, where nothing that may still come could change that.
    pub(super) fn refusal(&self) -> Option<Refused> {
        match self {
            Self::Provisional(judged) if !is_curable(&judged.judgement) => {
                refusal(&judged.judgement)
            }
            Self::Settled(judged) => refusal(&judged.judgement),
            Self::Late(_) => Some(Refused::NotChecked),
            Self::Provisional(_) | Self::Unjudged => None,
        }
    }

    /// How long a last word stays what it is, if nothing but time passes: until a date in the certificate or
    /// the end of what is known of its revocation. None when it is for want of knowledge, which may come.
    pub(super) fn counts_for(&self, wall: SystemTime) -> Option<Duration> {
        let Self::Settled(judged) = self else { return None };
        let Judgement { certificate, revocation, .. } = &judged.judgement;
        if let Some(Refused::NotChecked | Refused::Clock) = refusal(&judged.judgement) {
            return None;
        }
        let dates =
            certificate.as_ref().map(|it| [it.not_before(), it.not_after().plus_seconds(1)]);
        let known_until = match revocation {
            Some(RevocationStatus::Good { until, .. }) => Some(*until),
            _ => None,
        };
        let dates = dates.into_iter().flatten().chain(known_until);
        let now = UnixTime::from(wall);
        let left = dates.map(|date| date.seconds_since(now)).filter(|left| *left > 0).min();
        Some(left.map_or(Duration::MAX, |left| Duration::from_secs(left.unsigned_abs())))
    }
}

fn refusal(judgement: &Judgement) -> Option<Refused> {
    judgement.first_refusal().map(Finding::reason)
}

/// Whether all that is missing is knowledge about revocation, which is being fetched.
fn is_curable(judgement: &Judgement) -> bool {
    let mut refusals = judgement.findings.iter().filter(|finding| finding.refuses());
    refusals.all(|finding| finding.reason() == Refused::NotChecked)
}

/// A request for somebody whose certificate is not believed.
pub(super) fn not_trusted(refused: Refused) -> Conclusion {
    Conclusion::because(Outcome::NotTrusted, word(refused))
}

/// In the words of the contract, which are the same.
pub(super) const fn word(refused: Refused) -> Reason {
    match refused {
        Refused::Clock => Reason::Clock,
        Refused::Malformed => Reason::Malformed,
        Refused::UntrustedIssuer => Reason::UntrustedIssuer,
        Refused::WeakAlgorithm => Reason::WeakAlgorithm,
        Refused::NotYetValid => Reason::NotYetValid,
        Refused::Expired => Reason::Expired,
        Refused::AuthorityNotCurrent => Reason::AuthorityNotCurrent,
        Refused::Revoked => Reason::Revoked,
        Refused::NotChecked => Reason::NotChecked,
        Refused::WrongUsage => Reason::WrongUsage,
        Refused::UnclearHolder => Reason::UnclearHolder,
        Refused::WrongPolicy => Reason::WrongPolicy,
    }
}

/// The refusal of a request, if it is for a certificate that is not believed.
pub(crate) fn refusal_of(reason: Reason) -> Option<Refused> {
    Refused::ALL.iter().copied().find(|refused| word(*refused) == reason)
}

/// What everybody may know of it: less than the holder.
pub(super) const fn public(refused: Refused) -> UnusableReason {
    match refused {
        Refused::NotYetValid => UnusableReason::CertificateNotYetValid,
        Refused::Expired => UnusableReason::CertificateExpired,
        Refused::Revoked => UnusableReason::CertificateRevoked,
        Refused::Clock => UnusableReason::ClockWrong,
        Refused::NotChecked => UnusableReason::CertificateNotChecked,
        Refused::Malformed | Refused::WrongUsage | Refused::UnclearHolder => {
            UnusableReason::CertificateWrongUsage
        }
        Refused::UntrustedIssuer
        | Refused::WeakAlgorithm
        | Refused::AuthorityNotCurrent
        | Refused::WrongPolicy => UnusableReason::CertificateUntrusted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_the_same_word_everywhere() {
        for refused in Refused::ALL {
            assert_eq!(word(*refused).as_str(), refused.word());
        }
    }
}
