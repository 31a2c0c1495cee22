//! May an OCSP answer be believed (RFC 6960 §3.2, §4.2.2.2)? It is about the certificate, signed by its
//! issuer or by somebody whom the issuer or this site authorised, of now, and repeats what was asked with.

use super::ocsp_answer::{Basic, Said, Single};
use super::{OcspEvidence, RevocationStatus, Source, Sources, Unusable};
use crate::der::{object, oid, tag};
use crate::settings::NonceRule;
use crate::x509::{Certificate, KeyUsage};

/// A responder's clock may be ahead by so many seconds.
const AHEAD: i64 = 60;

/// What the answers say about the certificate at this place: the worst that may be believed, and why the
/// others may not.
pub(super) fn ask(
    sources: &Sources<'_>,
    path: &[Certificate],
    place: usize,
) -> (Option<RevocationStatus>, Vec<Unusable>) {
    let (mut best, mut why) = (None, Vec::new());
    for evidence in sources.answers {
        match judge(sources, evidence, path, place) {
            Ok(revoked @ RevocationStatus::Revoked { .. }) => return (Some(revoked), why),
            Ok(status) => best = Some(status),
            Err(Unusable::OtherCertificate) if place > 0 => {}
            Err(unusable) => why.push(unusable),
        }
    }
    (best, why)
}

fn judge(
    sources: &Sources<'_>,
    evidence: &OcspEvidence,
    path: &[Certificate],
    place: usize,
) -> Result<RevocationStatus, Unusable> {
    let answer = &evidence.answer;
    let basic = answer.basic.as_ref().ok_or(Unusable::NoAnswer(answer.status))?;
    let (Some(certificate), Some(issuer)) = (path.get(place), path.get(place + 1)) else {
        return Err(Unusable::OtherCertificate);
    };
    let about = |single: &&Single| single.is_about(certificate, issuer);
    let single = basic.singles.iter().find(about).ok_or(Unusable::OtherCertificate)?;
    if let Some(oid) = &basic.unknown_critical {
        return Err(Unusable::AnswerUnknownCritical(oid.clone()));
    }
    repeats_the_nonce(sources, evidence, basic)?;
    is_current(sources, basic, single)?;
    is_authorised(sources, basic, path, place, issuer)?;
    let as_of = single.this_update;
    let oldest = sources.settings.longest_ocsp_age.seconds;
    let until = single.next_update.unwrap_or(as_of.plus_seconds(oldest));
    match single.said {
        Said::Good => Ok(RevocationStatus::Good { source: Source::Answer, as_of, until }),
        Said::Revoked { reason, since } => {
            Ok(RevocationStatus::Revoked { source: Source::Answer, reason, since, as_of })
        }
        Said::Unknown => Err(Unusable::NotKnown),
    }
}

/// The extension's value is an octet string in new answers, and was bare bytes in very old ones.
fn repeats_the_nonce(
    sources: &Sources<'_>,
    evidence: &OcspEvidence,
    basic: &Basic,
) -> Result<(), Unusable> {
    match (&evidence.nonce, &basic.nonce, sources.settings.nonce) {
        (None, _, _) | (Some(_), None, NonceRule::WhenPresent) => Ok(()),
        (Some(_), None, NonceRule::Required) => Err(Unusable::OtherNonce),
        (Some(asked), Some(repeated), _) => {
            let whole = object(tag::OCTET_STRING, &[&asked.0]);
            let same = **repeated == *whole || **repeated == asked.0;
            if same { Ok(()) } else { Err(Unusable::OtherNonce) }
        }
    }
}

/// RFC 6960 §4.2.2.1.
fn is_current(sources: &Sources<'_>, basic: &Basic, single: &Single) -> Result<(), Unusable> {
    let latest = sources.now.plus_seconds(AHEAD);
    for from in [single.this_update, basic.produced_at] {
        if from > latest {
            return Err(Unusable::FutureAnswer { from });
        }
    }
    let oldest = sources.settings.longest_ocsp_age.seconds;
    let until = single.next_update.unwrap_or(single.this_update.plus_seconds(oldest));
    if until < sources.now { Err(Unusable::StaleAnswer { until }) } else { Ok(()) }
}

/// RFC 6960 §4.2.2.2: the issuer itself; somebody with a certificate directly from it that says so; or one
/// whom this site trusts for it.
fn is_authorised(
    sources: &Sources<'_>,
    basic: &Basic,
    path: &[Certificate],
    place: usize,
    issuer: &Certificate,
) -> Result<(), Unusable> {
    let ours = sources.responders.iter().filter(|ours| ours.is_current(sources.now));
    let delegated =
        basic.certificates.iter().filter(|one| is_delegate(sources, one, path, place, issuer));
    let mut complaint = Unusable::UnauthorisedResponder;
    for signer in ours.chain(Some(issuer)).chain(delegated) {
        if !basic.responder.is(signer) {
            continue;
        }
        match sources.signatures.of_evidence(&basic.signed(), signer) {
            Ok(()) => return Ok(()),
            Err(fault) => complaint = Unusable::AnswerSignature(fault),
        }
    }
    Err(complaint)
}

/// Issued by the same authority with the same key, for this use, and not over. Whether it was revoked is
/// asked of lists, unless it says that nobody need ask (§4.2.2.2.1).
fn is_delegate(
    sources: &Sources<'_>,
    delegate: &Certificate,
    path: &[Certificate],
    place: usize,
    issuer: &Certificate,
) -> bool {
    let extensions = delegate.extensions();
    let for_this = extensions.extended_key_usage.as_ref();
    let purpose =
        for_this.is_some_and(|usages| usages.iter().any(|usage| usage.is(oid::OCSP_SIGNING)));
    purpose
        && delegate.issuer() == issuer.subject()
        && delegate.is_current(sources.now)
        && delegate.defects().is_empty()
        && delegate.unknown_critical().is_empty()
        && extensions.allows(KeyUsage::DIGITAL_SIGNATURE)
        && sources.signatures.of_certificate(delegate, issuer).is_ok()
        && (extensions.ocsp_no_check || !is_revoked(sources, delegate, path, place))
}

fn is_revoked(
    sources: &Sources<'_>,
    delegate: &Certificate,
    path: &[Certificate],
    place: usize,
) -> bool {
    let above = path.iter().skip(place + 1).cloned();
    let path: Vec<_> = std::iter::once(delegate.clone()).chain(above).collect();
    matches!(sources.by_lists(&path, 0), RevocationStatus::Revoked { .. })
}
