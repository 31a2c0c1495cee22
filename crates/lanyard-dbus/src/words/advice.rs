//! What can be done about an outcome, for a person, where its reason does not say it.

use super::{Outcome, Reason};

impl Outcome {
    /// What can be done about it.
    pub const fn advice(self, reason: Option<Reason>) -> Option<&'static str> {
        match (self, reason) {
            (
                _,
                Some(Reason::BlockedHere | Reason::Ledger | Reason::AuditLog | Reason::NoMemory),
            ) => Some("Ask your service desk."),
            (Self::Refused, _) => Some("Ask again to try once more."),
            (Self::NowBlocked | Self::WasBlocked, None) => Some(
                "Ask your Registration Authority or local smartcard administrator to unlock the card.",
            ),
            (Self::CardRemoved, _) => Some("Put the card in, and leave it in until this is done."),
            // Where the certificate itself is why, the message says what to do.
            (Self::NotTrusted, _) => {
                Some("Do not use this card; show it to your Registration Authority.")
            }
            (Self::Busy, None) => Some("Try again when that has ended."),
            (
                Self::Ok
                | Self::NowBlocked
                | Self::WasBlocked
                | Self::WrongFormat
                | Self::Cancelled
                | Self::TimedOut
                | Self::ChoiceNeeded
                | Self::Busy
                | Self::Denied
                | Self::Failed,
                _,
            ) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_that_is_blocked_here_alone_is_not_sent_away_to_be_unlocked() {
        let advice = Outcome::WasBlocked.advice(None).unwrap();
        assert!(advice.contains("Registration Authority"), "{advice}");
        let here = Outcome::WasBlocked.advice(Some(Reason::BlockedHere));
        assert_eq!(here, Some("Ask your service desk."));
        assert!(
            Reason::BlockedHere.meaning().contains("this workstation saw three wrong passcodes")
        );
    }

    #[test]
    fn advice_is_whole_sentences() {
        for outcome in Outcome::ALL {
            for reason in Reason::ALL.iter().copied().map(Some).chain([None]) {
                let advice = outcome.advice(reason).unwrap_or("Nothing.");
                assert!(
                    advice.ends_with('.') && advice.starts_with(char::is_uppercase),
                    "{advice}"
                );
            }
        }
    }
}
