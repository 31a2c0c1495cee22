//! What a judgement found: facts for administrators, each with its place and weight.
//!
//! What a holder is told stands in `reason`.

use std::fmt;

use crate::der::{Oid, UnixTime};
use crate::reason::Reason;
use crate::revocation::{RevocationReason, Unusable};
use crate::x509::{CertificateError, Defect, SignatureFault};

/// One fact about a certificate or its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which check found it; findings stand in the order of the checks.
    pub check: Check,
    /// Where.
    pub place: Place,
    /// What it means for the verdict.
    pub weight: Weight,
    /// What was found.
    pub fact: Fact,
}

/// The checks, in the order in which they are made and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Can the clock be right?
    Clock,
    /// Are the certificates well-formed?
    Form,
    /// Do authorities lead to an anchor?
    Chain,
    /// Are the signatures right and strong?
    Signatures,
    /// Is everything that is critical understood?
    Extensions,
    /// Are the names within what authorities may say?
    Names,
    /// Is it the time of every certificate?
    Dates,
    /// Was anything revoked?
    Revocation,
    /// May the key sign people in?
    Usage,
    /// Is exactly one holder named?
    Holder,
    /// Do the policies suit?
    Policies,
}

impl Check {
    /// Its name in a verdict that programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Form => "form",
            Self::Chain => "chain",
            Self::Signatures => "signatures",
            Self::Extensions => "extensions",
            Self::Names => "names",
            Self::Dates => "dates",
            Self::Revocation => "revocation",
            Self::Usage => "usage",
            Self::Holder => "holder",
            Self::Policies => "policies",
        }
    }
}

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Not in one certificate.
    Whole,
    /// In a certificate of the path: 0 is the one that is judged, each next one its issuer.
    Certificate(usize),
}

/// What a finding means for the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The certificate is not believed.
    Refuses,
    /// It is told, and no more.
    Notes,
}

impl Weight {
    /// Its name in a verdict that programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refuses => "refuses",
            Self::Notes => "notes",
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fact {
    /// It is earlier than the program.
    #[error("the clock says a time before this program was built, {built}")]
    ClockBeforeBuild {
        /// When that was.
        built: UnixTime,
    },
    /// It is earlier than it was.
    #[error("the clock went back: it was {last_seen} already")]
    ClockWentBack {
        /// The latest time seen.
        last_seen: UnixTime,
    },
    /// The bytes are no certificate.
    #[error(transparent)]
    Unreadable(CertificateError),
    /// The certificate breaks a rule of its form.
    #[error(transparent)]
    Defect(Defect),
    /// Nobody is trusted.
    #[error("no trust anchor is configured")]
    NoAnchor,
    /// No certificate of the issuer leads further.
    #[error("no trusted certificate of its issuer {issuer} is known")]
    UnknownIssuer {
        /// Who that is.
        issuer: String,
    },
    /// There are more possible paths than are looked at.
    #[error("too many paths or signatures to look at")]
    TooComplex,
    /// An issuer is no authority.
    #[error("it issued a certificate without being an authority")]
    NotAnAuthority,
    /// An issuer's key may not sign certificates.
    #[error("its key may not sign certificates")]
    MayNotSign,
    /// More authorities below it than it may have.
    #[error("more authorities stand below an authority than it may have")]
    PathTooLong,
    /// The signature on it is not to be believed.
    #[error("its signature: {0}")]
    Signature(SignatureFault),
    /// Its own key is not to be believed.
    #[error("its key: {0}")]
    Key(SignatureFault),
    /// A critical extension is not understood.
    #[error("the critical extension {0} is not understood")]
    UnknownCritical(Oid),
    /// A name is outside what an authority may name.
    #[error("a name lies outside what an authority above may name: {0}")]
    NameNotPermitted(NameForm),
    /// A name is within what an authority may not name.
    #[error("a name lies within what an authority above may not name: {0}")]
    NameExcluded(NameForm),
    /// A constraint on names cannot be applied.
    #[error("a constraint on names cannot be applied: {0}")]
    NameConstraint(NameForm),
    /// More names and constraints than are compared.
    #[error("too many names and constraints to compare")]
    TooManyNames,
    /// Its time has not come.
    #[error("not valid before {from}")]
    NotYetValid {
        /// When it comes.
        from: UnixTime,
    },
    /// Its time is over.
    #[error("expired at {since}")]
    Expired {
        /// Its last second.
        since: UnixTime,
    },
    /// Its issuer took it back.
    #[error("revoked at {since}: {reason}")]
    Revoked {
        /// Why.
        reason: RevocationReason,
        /// When.
        since: UnixTime,
    },
    /// Nobody knows whether it was taken back.
    #[error("revocation was not checked: {}", all(.0))]
    NotChecked(Vec<Unusable>),
    /// It may not be used for signing in.
    #[error("key usage digitalSignature is missing")]
    NoDigitalSignature,
    /// Its extended usage names other purposes alone.
    #[error("extended key usage allows neither client authentication nor smartcard logon")]
    OtherUsage,
    /// Nobody is named.
    #[error("the subject names no holder: neither a common name nor a UID")]
    NoHolder,
    /// More than one is named.
    #[error("the subject names more than one holder")]
    SeveralHolders,
    /// The name is no identifier.
    #[error("the subject's common name or UID is not of 12 digits")]
    MalformedHolder,
    /// None of the policies asked for holds, or none at all where one is demanded.
    #[error("no certificate policy holds that is asked for")]
    NoPolicy,
    /// `anyPolicy` is mapped (§6.1.4 (a)).
    #[error("anyPolicy is mapped to or from another policy")]
    AnyPolicyMapped,
}

/// The form of a name (RFC 5280 §4.2.1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NameForm(
    /// The number of its tag.
    pub u8,
);

impl fmt::Display for NameForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            0 => "other name",
            1 => "mail address",
            2 => "DNS name",
            3 => "X.400 address",
            4 => "directory name",
            5 => "EDI party name",
            6 => "URI",
            7 => "IP address",
            8 => "registered identifier",
            _ => "unknown form",
        })
    }
}

impl Finding {
    /// What it comes down to for the holder.
    pub fn reason(&self) -> Reason {
        Reason::of(self)
    }

    /// Whether the certificate is not believed because of it.
    pub fn refuses(&self) -> bool {
        self.weight == Weight::Refuses
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Whole => write!(f, "{}", self.fact),
            Place::Certificate(0) => write!(f, "the holder's certificate: {}", self.fact),
            Place::Certificate(above) => write!(f, "authority {above} above it: {}", self.fact),
        }
    }
}

fn all(unusable: &[Unusable]) -> String {
    let texts: Vec<String> = unusable.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

/// The findings of one path, as checks add them.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    /// A fact for which the certificate is not believed.
    pub(crate) fn refuse(&mut self, check: Check, place: Place, fact: Fact) {
        self.add(check, place, Weight::Refuses, fact);
    }

    pub(crate) fn add(&mut self, check: Check, place: Place, weight: Weight, fact: Fact) {
        self.0.push(Finding { check, place, weight, fact });
    }

    pub(crate) fn refusals(&self) -> usize {
        self.0.iter().filter(|finding| finding.refuses()).count()
    }

    /// In the order of the checks; within one, the holder's certificate first.
    pub(crate) fn in_order(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| (finding.check, finding.place));
        self.0
    }
}
