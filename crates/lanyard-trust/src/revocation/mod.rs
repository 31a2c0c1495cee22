//! Was a certificate taken back? Lists (RFC 5280 §5 and §6.3) and answers (RFC 6960), read, kept and
//! judged. Fetching them is somebody else's duty.

mod entries;
mod list;
mod list_number;
mod ocsp_answer;
mod ocsp_judge;
mod ocsp_request;
mod scope;
mod signers;
mod sources;
mod store;

use std::fmt;

use crate::der::{Oid, UnixTime};
use crate::x509::SignatureFault;

pub use list::{Crl, CrlError};
pub use ocsp_answer::{OcspAnswer, OcspError, ResponseStatus};
pub use ocsp_request::{CertIdHash, Nonce, OcspRequest};
pub use store::CrlStore;

pub(crate) use sources::Sources;

/// An OCSP answer, and the number that was asked with.
#[derive(Clone, Debug)]
pub struct OcspEvidence {
    /// What came back.
    pub answer: OcspAnswer,
    /// The number in the request, if it had one.
    pub nonce: Option<Nonce>,
}

/// What is known about the revocation of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevocationStatus {
    /// It was not revoked.
    Good {
        /// What says so.
        source: Source,
        /// When that was true (`thisUpdate`).
        as_of: UnixTime,
        /// Until when it counts (`nextUpdate`).
        until: UnixTime,
    },
    /// It was.
    Revoked {
        /// What says so.
        source: Source,
        /// Why.
        reason: RevocationReason,
        /// When.
        since: UnixTime,
        /// When that was said (`thisUpdate`).
        as_of: UnixTime,
    },
    /// Nobody knows.
    NotChecked {
        /// What was there, and why it could not be used.
        why: Vec<Unusable>,
    },
}

impl RevocationStatus {
    /// How old the knowledge is, in seconds; none where there is none.
    pub const fn age_seconds(&self, now: UnixTime) -> Option<i64> {
        match self {
            Self::Good { as_of, .. } | Self::Revoked { as_of, .. } => {
                Some(now.seconds_since(*as_of))
            }
            Self::NotChecked { .. } => None,
        }
    }
}

/// What says that a certificate is revoked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A revocation list.
    List,
    /// An OCSP answer.
    Answer,
}

/// Why a certificate was revoked (RFC 5280 §5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevocationReason(
    /// The number of `CRLReason`.
    pub u8,
);

impl RevocationReason {
    pub(crate) const UNSPECIFIED: Self = Self(0);
    pub(crate) const REMOVE_FROM_CRL: Self = Self(8);

    /// The standard's word for it.
    pub const fn word(self) -> &'static str {
        match self.0 {
            1 => "keyCompromise",
            2 => "cACompromise",
            3 => "affiliationChanged",
            4 => "superseded",
            5 => "cessationOfOperation",
            6 => "certificateHold",
            8 => "removeFromCRL",
            9 => "privilegeWithdrawn",
            10 => "aACompromise",
            _ => "unspecified",
        }
    }
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why a list or an answer tells nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unusable {
    /// There is none.
    #[error("no revocation list of its issuer is there")]
    NoList,
    /// A newer one should be out.
    #[error("the list is stale: the next one was due at {until}")]
    Stale {
        /// `nextUpdate`.
        until: UnixTime,
    },
    /// It comes from the future.
    #[error("the list is of the future: {from}")]
    Future {
        /// `thisUpdate`.
        from: UnixTime,
    },
    /// It does not say how long it counts (RFC 5280 §5.1.2.5).
    #[error("the list does not say when the next one comes")]
    NoNextUpdate,
    /// It is for other certificates, points or reasons.
    #[error("the list is for other certificates or distribution points")]
    OtherScope,
    /// Lists are there for some reasons, not for all.
    #[error("the lists cover only some reasons of revocation")]
    SomeReasons,
    /// It tells changes to a list that is not there.
    #[error("a delta list without the list it changes")]
    DeltaAlone,
    /// A critical extension of it is not understood.
    #[error("the list has the critical extension {0}, which is not understood")]
    UnknownCritical(Oid),
    /// Nobody of the name of its issuer has signed it.
    #[error("the list's signer: {0}")]
    Signature(SignatureFault),
    /// No certificate of its issuer is known.
    #[error("no certificate of the list's signer is known")]
    UnknownSigner,
    /// Its signer may not sign lists.
    #[error("the list's signer may not sign lists")]
    MayNotSign,
    /// Its signer's own certificate is not trusted under the same anchor.
    #[error("the list's signer is not trusted under the same anchor")]
    UntrustedSigner,
    /// The answer is about another certificate.
    #[error("the answer is about another certificate")]
    OtherCertificate,
    /// A newer answer should be had.
    #[error("the answer is stale: {until}")]
    StaleAnswer {
        /// Until when it counted.
        until: UnixTime,
    },
    /// It comes from the future.
    #[error("the answer is of the future: {from}")]
    FutureAnswer {
        /// Its date.
        from: UnixTime,
    },
    /// It repeats another number than was asked with, or none.
    #[error("the answer does not repeat the number that was asked with")]
    OtherNonce,
    /// Its signer is neither the issuer nor authorised by it.
    #[error("the answer's signer is not authorised by the certificate's issuer")]
    UnauthorisedResponder,
    /// Its signature is wrong.
    #[error("the answer's signature: {0}")]
    AnswerSignature(SignatureFault),
    /// A critical extension of it is not understood.
    #[error("the answer has the critical extension {0}, which is not understood")]
    AnswerUnknownCritical(Oid),
    /// The responder does not know the certificate.
    #[error("the responder does not know the certificate")]
    NotKnown,
    /// The responder gave no answer.
    #[error("the responder gave no answer: {0}")]
    NoAnswer(ResponseStatus),
}
