//! What findings come down to for a holder: one word for the bus, plain words for the prompt, and what to
//! do and whom to ask.
//!
//! Who may renew is national practice and may differ by site: the advice is the default text.

use crate::finding::{Check, Fact, Finding, Place};
use crate::x509::SignatureFault;

/// Why a certificate is not believed, as applications and holders are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The workstation's clock is wrong.
    Clock,
    /// The certificate is damaged or breaks the standard.
    Malformed,
    /// It leads to no authority that is trusted here.
    UntrustedIssuer,
    /// It can be forged.
    WeakAlgorithm,
    /// It begins in the future.
    NotYetValid,
    /// It is over.
    Expired,
    /// An authority's certificate is over or not begun.
    AuthorityNotCurrent,
    /// It was taken back.
    Revoked,
    /// Whether it was taken back is not known.
    NotChecked,
    /// It is for something else.
    WrongUsage,
    /// It does not say whose it is.
    UnclearHolder,
    /// It is not of a kind that this site takes.
    WrongPolicy,
}

/// One table for words and texts.
macro_rules! reasons {
    ($($name:ident = $word:literal, $plain:literal, $advice:literal;)*) => {
        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word on the bus and in the audit log.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What happened, for the holder.
            pub const fn plain(self) -> &'static str {
                match self { $(Self::$name => $plain),* }
            }

            /// What the holder can do.
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice),* }
            }
        }
    };
}

reasons! {
    Clock = "clock", "This computer's clock is wrong, so your card cannot be checked.",
        "Ask your service desk to correct the clock.";
    Malformed = "malformed", "The certificate on your card is damaged.",
        "Ask your Registration Authority to repair the card.";
    UntrustedIssuer = "untrusted-issuer", "Your card was not issued by an authority that is trusted here.",
        "Check that it is the right card. If it is, ask your service desk.";
    WeakAlgorithm = "weak-algorithm", "The certificate on your card is of an old kind that is no longer safe.",
        "Ask your Registration Authority for a new card or new certificates.";
    NotYetValid = "not-yet-valid", "The certificate on your card is not valid yet.",
        "Try again when it has begun. If it should have begun, ask your service desk to check the clock.";
    Expired = "expired", "The certificate on your card has expired.",
        "You cannot renew it yourself any more. Ask your Registration Authority, local smartcard \
         administrator or service desk.";
    AuthorityNotCurrent = "authority-not-current", "The certificate of the authority that issued your card is not valid today.",
        "Your card is not at fault. Ask your service desk.";
    Revoked = "revoked", "Your card has been cancelled.",
        "A cancelled card cannot be used again. Ask your Registration Authority for a new one.";
    NotChecked = "not-checked", "It cannot be checked at the moment whether your card has been cancelled.",
        "Try again in a few minutes. If it stays so, ask your service desk.";
    WrongUsage = "wrong-usage", "The certificate on your card is not for signing in.",
        "Check that it is the right card. If it is, ask your Registration Authority.";
    UnclearHolder = "unclear-holder", "The certificate on your card does not say clearly whose it is.",
        "Ask your Registration Authority to repair the card.";
    WrongPolicy = "wrong-policy", "Your card is not of a kind that is accepted here.",
        "Check that it is the right card. If it is, ask your service desk.";
}

impl Reason {
    /// What happened and what to do, for the holder.
    pub fn message(self) -> String {
        format!("{} {}", self.plain(), self.advice())
    }

    pub(crate) fn of(finding: &Finding) -> Self {
        let weak = matches!(
            finding.fact,
            Fact::Signature(SignatureFault::Weak) | Fact::Key(SignatureFault::Weak)
        );
        match (finding.check, &finding.fact) {
            (Check::Clock, _) => Self::Clock,
            (Check::Form, _) => Self::Malformed,
            (Check::Signatures, _) if weak => Self::WeakAlgorithm,
            (Check::Chain | Check::Signatures | Check::Extensions | Check::Names, _) => {
                Self::UntrustedIssuer
            }
            (Check::Dates, _) if finding.place != Place::Certificate(0) => {
                Self::AuthorityNotCurrent
            }
            (Check::Dates, Fact::NotYetValid { .. }) => Self::NotYetValid,
            (Check::Dates, _) => Self::Expired,
            (Check::Revocation, Fact::Revoked { .. }) => Self::Revoked,
            (Check::Revocation, _) => Self::NotChecked,
            (Check::Usage, _) => Self::WrongUsage,
            (Check::Holder, _) => Self::UnclearHolder,
            (Check::Policies, _) => Self::WrongPolicy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_word_of_its_own_and_advice() {
        for (number, reason) in Reason::ALL.iter().enumerate() {
            let same = |other: &Reason| other.word() == reason.word();
            assert_eq!(Reason::ALL.iter().position(same), Some(number));
            assert!(reason.plain().ends_with('.') && reason.advice().ends_with('.'));
        }
    }
}
