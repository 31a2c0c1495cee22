//! Certificates that are judged, not assumed: bytes and a time in, a verdict with all findings out.
//!
//! [`judge`] follows RFC 5280 §6 from a certificate to a configured anchor, asks lists and OCSP answers
//! whether anything was revoked, and for signing in looks at use, holder and clock too. All findings are
//! kept; the first that refuses is the holder's. [`CertificateTrusted`] is made there and nowhere else.
//!
//! ```
//! use lanyard_trust::{Anchors, CrlStore, Evidence, Intermediates, Settings, UnixTime, judge};
//!
//! let now = UnixTime(1_788_220_800);
//! let (anchors, problems) = Anchors::load([("root.pem", &b"no certificate"[..])], now);
//! assert!(anchors.is_empty() && problems.len() == 1);
//!
//! let evidence = Evidence {
//!     anchors: &anchors,
//!     intermediates: &Intermediates::default(),
//!     from_card: &[],
//!     crls: &CrlStore::default(),
//!     ocsp: &[],
//!     responders: &[],
//! };
//! let judgement = judge(b"no certificate", &evidence, &Settings::default(), now);
//! assert!(judgement.trusted().is_none());
//! assert_eq!(judgement.first_refusal().unwrap().reason().word(), "malformed");
//! ```
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
