//! Why a ticket is not believed: one word for each reason, the same in every verifier.

use jiff::Timestamp;
use lanyard_roles::Finding;
use lanyard_trust::Reason;

/// What is signed by one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The ticket, by the session's key.
    Ticket,
    /// The statement, by the card.
    Statement,
}

/// What can be wrong with a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has another form.
    Malformed,
    /// It is longer than is read.
    TooLarge,
    /// `typ` is another.
    WrongType,
    /// `alg` is not that of the key.
    WrongAlgorithm,
    /// It is not by the key, or was changed.
    WrongSignature,
    /// It is issued in the future, or a clock is wrong.
    NotYetIssued,
    /// It is over.
    Expired,
    /// It would count for longer than it may.
    TooLong,
    /// It is about another holder than what it rests on.
    OtherHolder,
    /// It is of another session than the statement.
    OtherSession,
    /// It begins before the session, or would outlast it.
    OutsideSession,
    /// It is for somebody else.
    WrongAudience,
    /// It was not asked for with this number.
    WrongNonce,
    /// It is not the answer to the server's challenge.
    WrongChallenge,
}

/// Why a ticket is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The ticket or the card's statement is not as it must be.
    #[error("{}", self.word())]
    Signed(Part, Fault),
    /// The card's certificate is not believed.
    #[error("the certificate: {}", _0.plain())]
    Certificate(Reason),
    /// The role is not believed.
    #[error("the role: {_0}")]
    Role(Finding),
    /// The role opens later.
    #[error("the role opens at {at}")]
    RoleNotYetOpen {
        /// When.
        at: Timestamp,
    },
    /// The role is closed.
    #[error("the role has been closed since {at}")]
    RoleClosed {
        /// Since when.
        at: Timestamp,
    },
}

impl Part {
    pub(super) const fn is(self, fault: Fault) -> Refusal {
        Refusal::Signed(self, fault)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Statement => "statement",
        }
    }
}

impl Fault {
    const fn word(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::WrongType => "wrong-type",
            Self::WrongAlgorithm => "wrong-algorithm",
            Self::WrongSignature => "wrong-signature",
            Self::NotYetIssued => "not-yet-issued",
            Self::Expired => "expired",
            Self::TooLong => "too-long",
            Self::OtherHolder => "other-holder",
            Self::OtherSession => "other-session",
            Self::OutsideSession => "outside-session",
            Self::WrongAudience => "wrong-audience",
            Self::WrongNonce => "wrong-nonce",
            Self::WrongChallenge => "wrong-challenge",
        }
    }
}

impl Refusal {
    /// One word, for programs: what is wrong, then how, as `ticket-expired`.
    pub fn word(&self) -> String {
        match self {
            Self::Signed(part, fault) => format!("{}-{}", part.word(), fault.word()),
            Self::Certificate(reason) => format!("certificate-{}", reason.word()),
            Self::Role(finding) => format!("role-{}", finding.word()),
            Self::RoleNotYetOpen { .. } => "role-not-yet-open".to_owned(),
            Self::RoleClosed { .. } => "role-closed".to_owned(),
        }
    }
}
