//! A judgement as machines are told it: one object, in which every field always stands.

use std::{fmt::Display, path::Path};

use lanyard_trust::{
    Certificate, Finding, Judgement, Place, Profile, Renewal, RevocationStatus, Settings, Source,
    Weight,
};
use serde::Serialize;

/// What came of a judgement.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    /// `trusted` for signing in, `valid` when only the path was asked about, `refused`.
    pub(super) verdict: &'static str,
    pub(super) profile: &'static str,
    pub(super) at: String,
    /// The word for the first finding that refuses.
    pub(super) reason: Option<&'static str>,
    pub(super) holder: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) serial: Option<String>,
    pub(super) not_before: Option<String>,
    pub(super) not_after: Option<String>,
    pub(super) days_left: Option<i64>,
    pub(super) renewal: Option<&'static str>,
    pub(super) revocation: Option<Known>,
    /// The subjects, the certificate's first and the anchor's last.
    pub(super) path: Vec<String>,
    pub(super) findings: Vec<Found>,
    pub(super) problems: Vec<Trouble>,
}

/// What is known about revocation; none of it when it was not asked, or no anchor was reached.
#[derive(Debug, Serialize)]
pub(super) struct Known {
    status: &'static str,
    source: Option<&'static str>,
    as_of: Option<String>,
    until: Option<String>,
    reason: Option<&'static str>,
    since: Option<String>,
}

/// One finding.
#[derive(Debug, Serialize)]
pub(super) struct Found {
    pub(super) check: &'static str,
    /// Where in the path: 0 is the certificate that is judged. None when it is not in one certificate.
    pub(super) place: Option<usize>,
    pub(super) weight: &'static str,
    pub(super) text: String,
}

/// Something wrong with a configured file or folder.
#[derive(Debug, Serialize)]
pub(super) struct Trouble {
    pub(super) file: String,
    /// Which certificate or list in it, from 1.
    pub(super) number: Option<usize>,
    pub(super) text: String,
}

impl Told {
    /// Tells a judgement by these rules, and what is wrong with files.
    pub(super) fn of(judgement: &Judgement, settings: &Settings, problems: Vec<Trouble>) -> Self {
        let certificate = judgement.certificate.as_ref();
        let text = |what: fn(&Certificate) -> String| certificate.map(what);
        Self {
            verdict: match (judgement.holds(), judgement.trusted()) {
                (true, Some(_)) => "trusted",
                (true, None) => "valid",
                (false, _) => "refused",
            },
            profile: match settings.profile {
                Profile::SignIn => "sign-in",
                Profile::Path => "path",
            },
            at: judgement.at.to_string(),
            reason: judgement.first_refusal().map(|finding| finding.reason().word()),
            holder: judgement.holder.as_ref().map(|holder| holder.as_str().to_owned()),
            subject: text(|certificate| certificate.subject().to_string()),
            issuer: text(|certificate| certificate.issuer().to_string()),
            serial: text(|certificate| certificate.serial().to_string()),
            not_before: text(|certificate| certificate.not_before().to_string()),
            not_after: text(|certificate| certificate.not_after().to_string()),
            days_left: judgement.expiry.map(|expiry| expiry.days_left),
            renewal: judgement.expiry.map(|expiry| renewal(expiry.renewal)),
            revocation: judgement.revocation.as_ref().map(Known::of),
            path: judgement.path.iter().map(|step| step.subject().to_string()).collect(),
            findings: judgement.findings.iter().map(Found::of).collect(),
            problems,
        }
    }
}

const fn renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::NotDue => "not-due",
        Renewal::DueByHolder => "due-by-holder",
        Renewal::DueBySponsorToo => "due-by-sponsor-too",
        Renewal::TooLate => "too-late",
    }
}

impl Known {
    fn of(status: &RevocationStatus) -> Self {
        let nothing = Self {
            status: "not-checked",
            source: None,
            as_of: None,
            until: None,
            reason: None,
            since: None,
        };
        match status {
            RevocationStatus::Good { source, as_of, until } => Self {
                status: "good",
                source: Some(word(*source)),
                as_of: Some(as_of.to_string()),
                until: Some(until.to_string()),
                ..nothing
            },
            RevocationStatus::Revoked { source, reason, since, as_of } => Self {
                status: "revoked",
                source: Some(word(*source)),
                as_of: Some(as_of.to_string()),
                reason: Some(reason.word()),
                since: Some(since.to_string()),
                ..nothing
            },
            RevocationStatus::NotChecked { .. } => nothing,
        }
    }
}

const fn word(source: Source) -> &'static str {
    match source {
        Source::List => "list",
        Source::Answer => "answer",
    }
}

impl Found {
    fn of(finding: &Finding) -> Self {
        Self {
            check: finding.check.word(),
            place: match finding.place {
                Place::Whole => None,
                Place::Certificate(number) => Some(number),
            },
            weight: match finding.weight {
                Weight::Refuses => "refuses",
                Weight::Notes => "notes",
            },
            text: finding.fact.to_string(),
        }
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
