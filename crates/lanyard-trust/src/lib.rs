//! Certificates that are judged, not assumed: bytes and a time in, a verdict with all findings out.
//!
//! [`judge`] follows RFC 5280 §6 from a certificate to a configured anchor, asks lists and OCSP answers
//! whether anything was revoked, and for signing in looks at use, holder and clock too. All findings are
//! kept; the first that refuses is the holder's. [`CertificateTrusted`] is made there and nowhere else.
//!
//! Nothing here fetches, watches, waits or knows the time: files, addresses and the clock are the caller's.

mod anchors;
mod checks;
mod der;
mod finding;
mod judgement;
mod path;
mod pem;
mod reason;
mod renewal;
mod revocation;
mod settings;
mod signatures;
mod x509;

pub use anchors::{Anchors, FileProblem, Intermediates, Problem};
pub use der::{DerError, MalformedOid, Oid, UnixTime};
pub use finding::{Check, Fact, Finding, NameForm, Place, Weight};
pub use judgement::{CertificateTrusted, Evidence, Judgement, judge, judge_parsed};
pub use reason::Reason;
pub use renewal::{Expiry, Renewal};
pub use revocation::{
    CertIdHash, Crl, CrlError, CrlStore, Nonce, OcspAnswer, OcspError, OcspEvidence, OcspRequest,
    ResponseStatus, RevocationReason, RevocationStatus, Source, Unusable,
};
pub use settings::{
    ClockRule, ClockSettings, Demand, NonceRule, OcspAge, PolicySettings, Profile, RenewalWindows,
    RevocationMode, Settings,
};
pub use x509::{Algorithms, Certificate, CertificateError, Defect, Name, Serial, SignatureFault};
