//! The card's statement: a certificate that is believed, and what its key has signed.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lanyard_card::{HolderUuid, PublicKey, STATEMENT_KIND};
use lanyard_trust::{Certificate, CertificateTrusted, Evidence, Reason, judge_parsed};
use serde::Deserialize;

use super::refusal::{Fault, Part, Refusal};
use super::{Verifier, dates, unix};
use crate::given::Nonce;
use crate::jwk::Jwk;
use crate::jws::{Compact, object};

/// The most certificates that are read.
const MOST_CERTIFICATES: usize = 8;

/// The longest session's identifier that is read, in bytes.
const LONGEST_SESSION_ID: usize = 64;

/// A statement that is believed.
pub(super) struct Stated {
    pub(super) holder: HolderUuid,
    pub(super) session: String,
    pub(super) issued: i64,
    pub(super) expires: i64,
    pub(super) key: Jwk,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(rename = "jti")]
    _id: String,
    sub: String,
    sid: String,
    iat: i64,
    exp: i64,
    cnf: Confirmation,
    #[serde(default)]
    nonce: Option<String>,
}

/// RFC 7800 §3.2.
#[derive(Deserialize)]
struct Confirmation {
    jwk: Jwk,
}

impl Stated {
    pub(super) fn verify(
        jws: &str,
        verifier: &Verifier<'_>,
        challenge: Option<&Nonce>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let is = |fault| Part::Statement.is(fault);
        let compact = Compact::parse(jws).ok_or(is(Fault::Malformed))?;
        if compact.header.typ != STATEMENT_KIND {
            return Err(is(Fault::WrongType));
        }
        let claims: Claims = object(&compact.payload).ok_or(is(Fault::Malformed))?;
        if !claims.is_whole() {
            return Err(is(Fault::Malformed));
        }
        let trusted = believed(&compact, verifier, now)?;
        is_signed(&compact, &trusted)?;
        if claims.sub != trusted.holder().as_str() {
            return Err(is(Fault::OtherHolder));
        }
        let Claims { sid, iat, exp, cnf, nonce, .. } = claims;
        dates(Part::Statement, (iat, exp), verifier.longest_session_s, now)?;
        if challenge.is_some_and(|given| nonce.as_deref() != Some(given.as_str())) {
            return Err(is(Fault::WrongChallenge));
        }
        let holder = trusted.holder().clone();
        Ok(Self { holder, session: sid, issued: iat, expires: exp, key: cnf.jwk })
    }
}

impl Claims {
    fn is_whole(&self) -> bool {
        (1..=LONGEST_SESSION_ID).contains(&self.sid.len()) && self.cnf.jwk.is_whole()
    }
}

/// The card's certificate, judged with those that came along.
fn believed(
    compact: &Compact<'_>,
    verifier: &Verifier<'_>,
    now: Timestamp,
) -> Result<Arc<CertificateTrusted>, Refusal> {
    let malformed = Part::Statement.is(Fault::Malformed);
    let encoded = &compact.header.x5c;
    if encoded.len() > MOST_CERTIFICATES {
        return Err(malformed);
    }
    let decoded: Result<Vec<Vec<u8>>, _> = encoded.iter().map(|it| STANDARD.decode(it)).collect();
    let Ok(decoded) = decoded else { return Err(malformed) };
    let unreadable = |_| Refusal::Certificate(Reason::Malformed);
    let parsed: Result<Vec<Certificate>, _> =
        decoded.iter().map(|der| Certificate::parse(der)).collect();
    let parsed = parsed.map_err(unreadable)?;
    let (certificate, chain) = parsed.split_first().ok_or(malformed)?;
    let evidence = Evidence { from_card: chain, ..verifier.evidence };
    let judgement = judge_parsed(certificate, &evidence, verifier.trust, unix(now));
    let refusal = judgement.first_refusal().map(lanyard_trust::Finding::reason);
    judgement
        .into_trusted()
        .map_err(|_| Refusal::Certificate(refusal.unwrap_or(Reason::UntrustedIssuer)))
}

fn is_signed(compact: &Compact<'_>, trusted: &CertificateTrusted) -> Result<(), Refusal> {
    let certificate = lanyard_card::Certificate::parse(trusted.certificate().der());
    let certificate = certificate.map_err(|_| Refusal::Certificate(Reason::Malformed))?;
    let key = PublicKey::of(&certificate);
    let key = key.map_err(|_| Refusal::Certificate(Reason::WeakAlgorithm))?;
    if compact.header.alg != key.kind().jws_algorithm() {
        return Err(Part::Statement.is(Fault::WrongAlgorithm));
    }
    let signed = key.has_signed_jws(compact.input.as_bytes(), &compact.signature);
    if signed { Ok(()) } else { Err(Part::Statement.is(Fault::WrongSignature)) }
}
