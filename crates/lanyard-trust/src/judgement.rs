//! The judgement: bytes and a time in, a verdict with all findings out.
//!
//! [`CertificateTrusted`] is the only way on, and [`judge`] its only maker.

use std::sync::Arc;

use lanyard_card::HolderUuid;

use crate::anchors::{Anchors, Intermediates};
use crate::checks::{Case, holder};
use crate::der::UnixTime;
use crate::finding::{Check, Fact, Finding, Findings, Place, Weight};
use crate::path::{self, Found, Path, Pool};
use crate::renewal::Expiry;
use crate::revocation::{CrlStore, OcspEvidence, RevocationStatus, Sources};
use crate::settings::{Profile, RevocationMode, Settings};
use crate::signatures::Signatures;
use crate::x509::Certificate;

/// So many characters of a name are told: certificates can name 64 KiB.
const LONGEST_NAME: usize = 256;

/// What a judgement rests on. Everything may be shared by judgements that run side by side.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Whom the site trusts.
    pub anchors: &'a Anchors,
    /// Further authorities that the site knows.
    pub intermediates: &'a Intermediates,
    /// What came with the certificate: authorities to lead to an anchor.
    pub from_card: &'a [Certificate],
    /// The revocation lists.
    pub crls: &'a CrlStore,
    /// OCSP answers that were fetched.
    pub ocsp: &'a [OcspEvidence],
    /// OCSP responders that the site trusts for every issuer.
    pub responders: &'a [Certificate],
}

/// A verdict with everything that led to it.
#[derive(Debug)]
pub struct Judgement {
    /// Everything that was found, in the order of the checks.
    pub findings: Vec<Finding>,
    /// The certificate, when it could be read.
    pub certificate: Option<Certificate>,
    /// The path that was judged: the certificate first, the anchor last. Without an anchor, how far it got.
    pub path: Vec<Certificate>,
    /// Whom the subject names, when it names exactly one.
    pub holder: Option<HolderUuid>,
    /// What is known about the certificate's revocation; none when it was not asked.
    pub revocation: Option<RevocationStatus>,
    /// How long it still lasts.
    pub expiry: Option<Expiry>,
    /// When it was judged.
    pub at: UnixTime,
    verdict: Verdict,
}

#[derive(Debug)]
enum Verdict {
    Trusted(Arc<CertificateTrusted>),
    /// The path holds, but signing in was not asked about.
    PathHolds,
    Refused,
}

/// The proof that a certificate may be believed for signing in, at one time. It cannot be copied, only held by
/// several: who needs another judges again.
#[derive(Debug)]
pub struct CertificateTrusted {
    certificate: Certificate,
    holder: HolderUuid,
    at: UnixTime,
    revocation: Option<RevocationStatus>,
    expiry: Expiry,
}

impl CertificateTrusted {
    /// The certificate that was judged.
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Whom it names.
    pub const fn holder(&self) -> &HolderUuid {
        &self.holder
    }

    /// When it was judged.
    pub const fn at(&self) -> UnixTime {
        self.at
    }

    /// What was known about its revocation; none when the site does not ask.
    pub const fn revocation(&self) -> Option<&RevocationStatus> {
        self.revocation.as_ref()
    }

    /// How long it still lasts, and whether a renewal is due.
    pub const fn expiry(&self) -> Expiry {
        self.expiry
    }
}

impl Judgement {
    /// Whether everything that the profile asks for holds.
    pub const fn holds(&self) -> bool {
        !matches!(self.verdict, Verdict::Refused)
    }

    /// The proof, when signing in was asked about and nothing is against it.
    pub const fn trusted(&self) -> Option<&Arc<CertificateTrusted>> {
        match &self.verdict {
            Verdict::Trusted(proof) => Some(proof),
            Verdict::PathHolds | Verdict::Refused => None,
        }
    }

    /// The proof itself, or why there is none.
    ///
    /// # Errors
    /// The findings, when something is against it or signing in was not asked about.
    pub fn into_trusted(self) -> Result<Arc<CertificateTrusted>, Vec<Finding>> {
        match self.verdict {
            Verdict::Trusted(proof) => Ok(proof),
            Verdict::PathHolds | Verdict::Refused => Err(self.findings),
        }
    }

    /// The first finding for which the certificate is refused: the one the holder is told.
    pub fn first_refusal(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.refuses())
    }

    fn unreadable(fact: Fact, at: UnixTime) -> Self {
        let mut findings = Findings::default();
        findings.refuse(Check::Form, Place::Certificate(0), fact);
        Self {
            findings: findings.in_order(),
            certificate: None,
            path: Vec::new(),
            holder: None,
            revocation: None,
            expiry: None,
            at,
            verdict: Verdict::Refused,
        }
    }
}

/// Judges a certificate in DER form at a time.
///
/// Of several paths to an anchor the first that holds counts; when none does, the one with the fewest
/// findings against it is told. Time and memory are bounded whatever the bytes.
pub fn judge(der: &[u8], evidence: &Evidence<'_>, settings: &Settings, now: UnixTime) -> Judgement {
    match Certificate::parse(der) {
        Ok(certificate) => judge_parsed(&certificate, evidence, settings, now),
        Err(error) => Judgement::unreadable(Fact::Unreadable(error), now),
    }
}

/// Judges a certificate that was read already.
pub fn judge_parsed(
    certificate: &Certificate,
    evidence: &Evidence<'_>,
    settings: &Settings,
    now: UnixTime,
) -> Judgement {
    let signatures = Signatures::new(settings.algorithms);
    let pool = Pool {
        anchors: evidence.anchors.certificates(),
        configured: evidence.intermediates.certificates(),
        from_card: evidence.from_card,
    };
    let revocation = (evidence.crls, evidence.ocsp, evidence.responders);
    let sources = Sources::new(revocation, pool, settings, &signatures, now);
    let found = path::search(certificate, pool, &signatures, now);
    let case = |path, below| Case {
        path,
        below,
        settings,
        signatures: &signatures,
        sources: &sources,
        now,
    };
    let (path, findings) = likeliest(&found, pool, case);
    let revocation = match settings.revocation {
        RevocationMode::Hard | RevocationMode::Soft if !found.complete.is_empty() => {
            Some(sources.status(&path, 0))
        }
        RevocationMode::Hard | RevocationMode::Soft | RevocationMode::Off => None,
    };
    concluded(certificate, path, findings, revocation, settings, now)
}

/// The path that is told, with its findings.
fn likeliest<'a>(
    found: &'a Found,
    pool: Pool<'_>,
    case: impl Fn(&'a [Certificate], usize) -> Case<'a>,
) -> (Path, Findings) {
    let to_anchor = |path: &'a Path| (path, case(path, path.len().saturating_sub(1)).findings());
    let (path, mut findings) = match best(found.complete.iter().map(to_anchor)) {
        Some((path, findings)) => (path.clone(), findings),
        None => without_anchor(
            &found.longest,
            pool,
            case(&found.longest, found.longest.len()).findings(),
        ),
    };
    if found.cut_short && findings.refusals() > 0 {
        findings.add(Check::Chain, Place::Whole, Weight::Notes, Fact::TooComplex);
    }
    (path, findings)
}

/// The first path that holds, or else the one with the fewest findings against it.
fn best<'a>(judged: impl Iterator<Item = (&'a Path, Findings)>) -> Option<(&'a Path, Findings)> {
    let mut best: Option<(&Path, Findings)> = None;
    for (path, findings) in judged {
        let refusals = findings.refusals();
        if refusals == 0 {
            return Some((path, findings));
        }
        if best.as_ref().is_none_or(|(_, others)| refusals < others.refusals()) {
            best = Some((path, findings));
        }
    }
    best
}

/// No anchor is reached: that, and everything that can be said without one.
fn without_anchor(path: &Path, pool: Pool<'_>, mut findings: Findings) -> (Path, Findings) {
    let issuer = path.last().map(|last| last.issuer().to_string()).unwrap_or_default();
    let issuer = issuer.chars().take(LONGEST_NAME).collect();
    let fact =
        if pool.anchors.is_empty() { Fact::NoAnchor } else { Fact::UnknownIssuer { issuer } };
    let place = Place::Certificate(path.len().saturating_sub(1));
    findings.refuse(Check::Chain, place, fact);
    (path.clone(), findings)
}

/// The one place where the proof is made.
fn concluded(
    certificate: &Certificate,
    path: Path,
    findings: Findings,
    revocation: Option<RevocationStatus>,
    settings: &Settings,
    now: UnixTime,
) -> Judgement {
    let expiry = Expiry::of(certificate, settings.renewal, now);
    let named = holder(certificate).ok();
    let verdict = match (findings.refusals(), settings.profile, &named) {
        (0, Profile::SignIn, Some(holder)) => Verdict::Trusted(Arc::new(CertificateTrusted {
            certificate: certificate.clone(),
            holder: holder.clone(),
            at: now,
            revocation: revocation.clone(),
            expiry,
        })),
        (0, Profile::Path, _) => Verdict::PathHolds,
        _ => Verdict::Refused,
    };
    Judgement {
        findings: findings.in_order(),
        certificate: Some(certificate.clone()),
        path,
        holder: named,
        revocation,
        expiry: Some(expiry),
        at: now,
        verdict,
    }
}
