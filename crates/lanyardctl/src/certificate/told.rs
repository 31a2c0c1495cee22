//! What is told of a certificate, whoever judged it: one form, in which every field always stands, that
//! machines get as it is and `words` puts into words.

use std::fmt;

use lanyard_trust::{Certificate, Renewal, Source, UnixTime};
use serde::{Serialize, Serializer};

/// What came of a judgement.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    pub(super) verdict: Verdict,
    pub(super) profile: &'static str,
    /// As of when; none when nobody has judged it yet.
    pub(super) at: Option<Moment>,
    /// The word for the first finding that refuses.
    pub(super) reason: Option<&'static str>,
    /// What its holder is told then.
    pub(super) message: Option<String>,
    pub(super) holder: Option<String>,
    #[serde(flatten)]
    pub(super) written: Written,
    pub(super) days_left: Option<i64>,
    #[serde(serialize_with = "as_word")]
    pub(super) renewal: Option<Renewal>,
    pub(super) revocation: Option<Known>,
    /// The subjects, the certificate's first and the anchor's last.
    pub(super) path: Vec<String>,
    pub(super) findings: Vec<Found>,
    /// When this is told: what is known ages until then.
    #[serde(skip)]
    pub(super) now: UnixTime,
}

/// What it comes down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    /// For signing in.
    Trusted,
    /// Only the path was asked about.
    Valid,
    /// Nothing is against it so far.
    Checking,
    Refused,
}

/// What stands in the certificate itself; nothing when it cannot be read.
#[derive(Debug, Default, Serialize)]
pub(super) struct Written {
    pub(super) subject: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) serial: Option<String>,
    pub(super) not_before: Option<Moment>,
    pub(super) not_after: Option<Moment>,
}

/// What is known about revocation; none of it when it was not asked, or no anchor was reached.
#[derive(Debug, Serialize)]
pub(super) struct Known {
    pub(super) status: Status,
    #[serde(serialize_with = "as_source")]
    pub(super) source: Option<Source>,
    pub(super) as_of: Option<Moment>,
    pub(super) until: Option<Moment>,
    pub(super) reason: Option<String>,
    pub(super) since: Option<Moment>,
}

/// It in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    Good,
    Revoked,
    /// Why, a finding says.
    NotChecked,
}

/// One finding.
#[derive(Debug, Serialize)]
pub(super) struct Found {
    pub(super) check: String,
    /// Where in the path: 0 is the certificate that is judged. None when it is not in one certificate.
    pub(super) place: Option<usize>,
    pub(super) weight: String,
    pub(super) text: String,
}

/// A time, told as RFC 3339 writes it, in UTC.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment(pub(super) UnixTime);

impl Written {
    pub(super) fn of(certificate: &Certificate) -> Self {
        Self {
            subject: Some(certificate.subject().to_string()),
            issuer: Some(certificate.issuer().to_string()),
            serial: Some(certificate.serial().to_string()),
            not_before: Some(Moment(certificate.not_before())),
            not_after: Some(Moment(certificate.not_after())),
        }
    }
}

impl Known {
    /// Only the word.
    pub(super) const fn plain(status: Status) -> Self {
        Self { status, source: None, as_of: None, until: None, reason: None, since: None }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference to the field"
)]
fn as_word<S: Serializer>(renewal: &Option<Renewal>, serializer: S) -> Result<S::Ok, S::Error> {
    let word = renewal.map(|renewal| match renewal {
        Renewal::NotDue => "not-due",
        Renewal::DueByHolder => "due-by-holder",
        Renewal::DueBySponsorToo => "due-by-sponsor-too",
        Renewal::TooLate => "too-late",
    });
    word.serialize(serializer)
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference to the field"
)]
fn as_source<S: Serializer>(source: &Option<Source>, serializer: S) -> Result<S::Ok, S::Error> {
    let word = source.map(|source| match source {
        Source::List => "list",
        Source::Answer => "answer",
    });
    word.serialize(serializer)
}
