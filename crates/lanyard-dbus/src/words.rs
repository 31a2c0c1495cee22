//! The words that properties hold: one table each feeds enum, text, parser and documentation.

use std::fmt;

/// A word that this version does not know. A newer daemon may say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord(pub String);

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the word {:?} is not known to this version", self.0)
    }
}

impl std::error::Error for UnknownWord {}

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($variant:ident = $word:literal, $text:literal;)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`: ", $text)] $variant,)*
        }

        impl $name {
            /// Every word there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word as it stands on the bus.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What it means, for a person.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(UnknownWord(word.to_owned())),
                }
            }
        }
    };
}

mod advice;
mod certificates;
mod reasons;

pub use certificates::{CertificateState, RenewalState, RevocationState};
pub use reasons::Reason;

words! {
    /// `Manager.PcscState`: the state of the smartcard service.
    PcscState {
        Running = "running", "the smartcard service works";
        Unavailable = "unavailable", "the smartcard service does not run; it is waited for";
        Denied = "denied", "the smartcard service refuses Lanyard (polkit)";
    }
}

words! {
    /// `Card.State`: how far a card is.
    CardState {
        Reading = "reading", "being read";
        Ready = "ready", "ready to be used";
        Blocked = "blocked", "passcode blocked, or never set";
        Unusable = "unusable", "cannot be used";
    }
}

words! {
    /// `Card.Reason`: why a card is unusable. Empty in every other state.
    UnusableReason {
        Unsupported = "unsupported", "not a card that Lanyard knows";
        Blank = "blank", "the card was never personalised";
        Mute = "mute", "the card does not answer: turned round, dirty, or broken";
        Unreadable = "unreadable", "the card's answers make no sense";
        Busy = "busy", "another program keeps the card to itself";
        Denied = "denied", "the smartcard service refuses Lanyard this card (polkit)";
        CertificateNotYetValid = "certificate-not-yet-valid", "the card's certificate is not valid yet";
        CertificateExpired = "certificate-expired", "the card's certificate has expired";
        CertificateRevoked = "certificate-revoked", "the card was cancelled";
        CertificateUntrusted = "certificate-untrusted", "the card's certificate leads to nobody who is trusted here";
        CertificateWrongUsage = "certificate-wrong-usage", "the card's certificate is not for signing people in";
        CertificateNotChecked = "certificate-not-checked", "it is not known whether the card was cancelled";
        ClockWrong = "clock-wrong", "the computer's clock is wrong, so no certificate can be checked";
    }
}

words! {
    /// `Card.Kind`: what sort of card it is. Empty until it was read.
    CardKind {
        Piv = "piv", "a card with the PIV application (SP 800-73)";
        Unknown = "unknown", "a card without an application that Lanyard knows";
    }
}

words! {
    /// `Request.State`: how far a request is.
    RequestState {
        Waiting = "waiting", "for a person or a card";
        Completed = "completed", "there is an outcome";
    }
}

words! {
    /// `Request.Outcome`: how a request ended.
    Outcome {
        Ok = "ok", "done";
        Refused = "refused", "the passcode was wrong";
        NowBlocked = "now-blocked", "the passcode was wrong, and that was the last try";
        WasBlocked = "was-blocked", "the passcode is blocked; no try was made";
        WrongFormat = "wrong-format", "that cannot be a passcode; no try was spent";
        Cancelled = "cancelled", "cancelled";
        TimedOut = "timed-out", "nobody answered in time";
        CardRemoved = "card-removed", "the card was taken out";
        NotTrusted = "not-trusted", "the card or its certificate is not trusted";
        ChoiceNeeded = "choice-needed", "several cards could be meant";
        Busy = "busy", "another program keeps the card to itself";
        Denied = "denied", "not allowed";
        Failed = "failed", "it failed";
    }
}

words! {
    /// `purpose` in what an agent is told: which passcode is asked for.
    PasscodePurpose {
        Current = "current", "the passcode of the card";
        New = "new", "a new passcode";
        Repeat = "repeat", "the new passcode once more";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for state in CardState::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
        }
        for reason in UnusableReason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(*reason));
        }
        assert_eq!("retired".parse::<CardState>(), Err(UnknownWord("retired".to_owned())));
    }

    #[test]
    fn the_xml_explains_every_word() {
        let card = crate::INTERFACES[2].1;
        let manager = crate::INTERFACES[0].1;
        let words = CardState::ALL.iter().map(|word| word.as_str());
        let words = words.chain(UnusableReason::ALL.iter().map(|word| word.as_str()));
        let words = words.chain(CardKind::ALL.iter().map(|word| word.as_str()));
        for word in words {
            assert!(card.contains(&format!("\"{word}\"")), "{word} is missing");
        }
        let request = crate::INTERFACES[3].1;
        let agent = crate::INTERFACES[4].1;
        let words = Outcome::ALL.iter().map(|word| word.as_str());
        for word in words.chain(RequestState::ALL.iter().map(|word| word.as_str())) {
            assert!(request.contains(&format!("\"{word}\"")), "{word} is missing");
        }
        let words = CertificateState::ALL.iter().map(|word| word.as_str());
        let words = words.chain(RevocationState::ALL.iter().map(|word| word.as_str()));
        for word in words.chain(RenewalState::ALL.iter().map(|word| word.as_str())) {
            assert!(card.contains(&format!("\"{word}\"")), "{word} is missing");
        }
        for word in PasscodePurpose::ALL {
            assert!(agent.contains(&format!("\"{word}\"")), "{word} is missing");
        }
        for word in PcscState::ALL {
            assert!(manager.contains(&format!("\"{word}\"")), "{word} is missing");
        }
    }

    /// What `docs/dbus.md` tells people who write applications.
    const DOCUMENT: &str = include_str!("../../../docs/dbus.md");

    #[test]
    fn the_document_says_of_every_outcome_what_to_do() {
        for word in Outcome::ALL {
            assert!(DOCUMENT.contains(&format!("\n| `{word}` |")), "{word} is missing");
        }
    }
}
