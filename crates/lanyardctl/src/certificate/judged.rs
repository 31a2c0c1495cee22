//! A judgement that was made here, of a certificate in a file, in the common form; and what was wrong with
//! the files.

use std::{fmt::Display, path::Path};

use lanyard_trust::{Finding, Judgement, Place, Profile, RevocationStatus, Settings};
use serde::Serialize;

use super::told::{Found, Known, Moment, Status, Told, Verdict, Written};

/// What is told of a file.
#[derive(Debug, Serialize)]
pub(super) struct Checked {
    #[serde(flatten)]
    pub(super) told: Told,
    pub(super) problems: Vec<Trouble>,
}

/// Something wrong with a configured file or folder.
#[derive(Debug, Serialize)]
pub(super) struct Trouble {
    pub(super) file: String,
    /// Which certificate or list in it, from 1.
    pub(super) number: Option<usize>,
    pub(super) text: String,
}

/// Tells a judgement by these rules.
pub(super) fn told(judgement: &Judgement, settings: &Settings) -> Told {
    let refused = judgement.first_refusal().map(Finding::reason);
    Told {
        verdict: match (judgement.holds(), judgement.trusted()) {
            (true, Some(_)) => Verdict::Trusted,
            (true, None) => Verdict::Valid,
            (false, _) => Verdict::Refused,
        },
        profile: match settings.profile {
            Profile::SignIn => "sign-in",
            Profile::Path => "path",
        },
        at: Some(Moment(judgement.at)),
        reason: refused.map(lanyard_trust::Reason::word),
        message: refused.map(lanyard_trust::Reason::message),
        holder: judgement.holder.as_ref().map(|holder| holder.as_str().to_owned()),
        written: judgement.certificate.as_ref().map(Written::of).unwrap_or_default(),
        days_left: judgement.expiry.map(|expiry| expiry.days_left),
        renewal: judgement.expiry.map(|expiry| expiry.renewal),
        revocation: judgement.revocation.as_ref().map(known),
        path: judgement.path.iter().map(|step| step.subject().to_string()).collect(),
        findings: judgement.findings.iter().map(found).collect(),
        now: judgement.at,
    }
}

fn known(status: &RevocationStatus) -> Known {
    let moment = |time| Some(Moment(time));
    match status {
        RevocationStatus::Good { source, as_of, until } => Known {
            source: Some(*source),
            as_of: moment(*as_of),
            until: moment(*until),
            ..Known::plain(Status::Good)
        },
        RevocationStatus::Revoked { source, reason, since, as_of } => Known {
            source: Some(*source),
            as_of: moment(*as_of),
            reason: Some(reason.word().to_owned()),
            since: moment(*since),
            ..Known::plain(Status::Revoked)
        },
        RevocationStatus::NotChecked { .. } => Known::plain(Status::NotChecked),
    }
}

fn found(finding: &Finding) -> Found {
    Found {
        check: finding.check.word().to_owned(),
        place: match finding.place {
            Place::Whole => None,
            Place::Certificate(number) => Some(number),
        },
        weight: finding.weight.word().to_owned(),
        text: finding.fact.to_string(),
    }
}

impl Trouble {
    /// With a file or folder as such.
    pub(super) fn of(file: &Path, what: &impl Display) -> Self {
        Self { file: file.to_string_lossy().into_owned(), number: None, text: what.to_string() }
    }

    /// With one of the objects in a file.
    pub(super) fn numbered(file: &Path, number: usize, text: String) -> Self {
        Self { file: file.to_string_lossy().into_owned(), number: Some(number), text }
    }
}
