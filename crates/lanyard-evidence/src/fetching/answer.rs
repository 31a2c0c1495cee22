//! Asking an OCSP responder (RFC 6960) about one certificate. Only an answer that the judge believes is
//! kept, so that a forged one lasts no longer than the question.

use lanyard_trust::{
    CertIdHash, CrlStore, Nonce, OcspAnswer, OcspEvidence, OcspRequest, ResponseStatus,
    RevocationMode, RevocationStatus, Source, UnixTime, Unusable, judge_parsed,
};
use ring::rand::{SecureRandom, SystemRandom};

use super::fault::Fault;
use super::fetcher::{Fetcher, Question};
use super::plan::path_rules;
use super::source::{self, Fetched, Order};
use crate::settings::Wanted;

impl Fetcher {
    /// Has an answer; returns until when it counts as fresh.
    pub(super) fn answer(&self, question: &Question) -> Result<UnixTime, Fault> {
        let [certificate, issuer, ..] = &*question.path else { return Err(Fault::UnknownSigner) };
        let nonce = match self.settings.nonce {
            Wanted::Yes => Some(random()?),
            Wanted::No => None,
        };
        let request = OcspRequest::new(certificate, issuer, CertIdHash::Sha1, nonce);
        let order = Order {
            address: &question.key.address,
            question: source::Question::Answer { request: &request.der },
            longest: self.settings.longest_answer,
            deadline: self.deadline(),
        };
        let body = match self.sources.fetch(&order) {
            Fetched::Body(body) => body,
            Fetched::Unsupported { scheme } => return Err(Fault::Unsupported { scheme }),
            Fetched::Failed(fault) => return Err(fault),
        };
        let answer = OcspAnswer::parse(&body).map_err(Fault::Answer)?;
        match answer.status() {
            ResponseStatus(0) => self.take_answer(OcspEvidence { answer, nonce }, question),
            status => Err(Fault::NoAnswer(status)),
        }
    }

    /// Makes an answer evidence, if the judge believes it. That the responder does not know the
    /// certificate is worth knowing too.
    fn take_answer(&self, answer: OcspEvidence, question: &Question) -> Result<UnixTime, Fault> {
        let now = question.now;
        let until = match self.judged(&answer, question) {
            Some(RevocationStatus::Good { source: Source::Answer, until, .. }) => Ok(until),
            Some(RevocationStatus::Revoked { source: Source::Answer, .. }) => {
                Ok(now.plus_seconds(question.rules.longest_ocsp_age.seconds))
            }
            Some(RevocationStatus::NotChecked { why }) => {
                let is_unknown = why.contains(&Unusable::NotKnown);
                let first = why.into_iter().next().unwrap_or(Unusable::OtherCertificate);
                Err((is_unknown, Fault::Unusable(first)))
            }
            Some(_) | None => Err((false, Fault::UnknownSigner)),
        };
        if !matches!(until, Err((false, _))) {
            self.board.change(|got| {
                got.answers.insert(question.key.clone(), answer);
                true
            });
        }
        let until = until.map_err(|(_, fault)| fault)?;
        // Judged by the time of the question. Over already, it would be asked for again and again.
        if until < self.clock.wall() {
            return Err(Fault::Unusable(Unusable::Stale { until }));
        }
        Ok(until.min(now.plus_seconds(self.settings.longest_fresh_seconds)))
    }

    /// What this answer alone says about the certificate.
    fn judged(&self, answer: &OcspEvidence, question: &Question) -> Option<RevocationStatus> {
        let [certificate, above @ ..] = &*question.path else { return None };
        let (snapshot, no_lists) = (self.board.snapshot(), CrlStore::default());
        let answers = std::slice::from_ref(answer);
        let evidence = snapshot.evidence(above, &no_lists, answers);
        let rules = path_rules(&question.rules, RevocationMode::Soft);
        judge_parsed(certificate, &evidence, &rules, question.now).revocation
    }
}

fn random() -> Result<Nonce, Fault> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Fault::NoMeans)?;
    Ok(Nonce(bytes))
}
