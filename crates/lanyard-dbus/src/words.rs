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

pub use certificates::{CertificateState, RenewalState, RevocationState};

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
    /// `reason` in `Request.Details`: why a request ended so. More may come.
    Reason {
        NoCard = "no-card", "no card is in a reader";
        NoAgent = "no-agent", "nothing on this desktop can ask for the passcode";
        AgentGone = "agent-gone", "what asked for the passcode has gone";
        AgentFailed = "agent-failed", "what asks for the passcode failed";
        AgentWroteNothing = "agent-wrote-nothing", "no passcode was entered";
        AgentWroteTooMuch = "agent-wrote-too-much", "more was entered than a passcode can have";
        LastTryNotConfirmed = "last-try-not-confirmed", "one try is left, and it was not agreed to risk it";
        TriesChanged = "tries-changed", "another program spends the card's tries at the same time";
        AttemptUnderWay = "attempt-under-way", "the card's passcode is being asked for already, for something else";
        BlockedHere = "blocked-here", "this workstation saw three wrong passcodes in a row; once the card has \
                       its tries back, or an administrator releases it here, it can be used again";
        Empty = "empty", "no passcode was entered";
        TooShort = "too-short", "the passcode is too short";
        TooLong = "too-long", "the passcode is too long";
        WrongLength = "wrong-length", "the passcode has too few or too many digits";
        NotDigits = "not-digits", "the passcode must have digits only";
        NotLettersAndDigits = "not-letters-and-digits", "the passcode must have letters and digits only";
        RefusedByCard = "refused-by-card", "the card takes no passcode of this form";
        RepeatsItself = "repeats-itself", "the new passcode repeats itself: choose another";
        Ascending = "ascending", "the digits of the new passcode ascend: choose another";
        Descending = "descending", "the digits of the new passcode descend: choose another";
        PartOfUuid = "part-of-uuid", "the new passcode stands on the card: choose another";
        IsDate = "is-a-date", "the new passcode is a date: choose another";
        NotRepeated = "not-repeated", "the two new passcodes were not the same";
        SamePasscode = "same-passcode", "the new passcode is the current one";
        PinPadFailed = "pin-pad-failed", "the reader's own keys do not work";
        Mute = "mute", "the card does not answer";
        Unsupported = "unsupported", "not a card that Lanyard knows";
        Blank = "blank", "the card was never personalised";
        Unreadable = "unreadable", "the card's answers make no sense";
        UnclearAnswer = "unclear-answer", "the card said neither yes nor no";
        NoAnswer = "no-answer", "the card's answer was lost; a try may have been spent";
        NotLoggedOut = "not-logged-out", "the card could not be made to forget the passcode: take it out";
        Stopping = "stopping", "lanyardd is about to end";
        CardReset = "card-reset", "other programs reset the card again and again";
        KeyNotHeld = "key-not-held", "the card does not hold the key of its certificate: it may be a copy";
        UnsuitableKey = "unsuitable-key", "the certificate's key is too weak, or of an unknown kind";
        NoSignature = "no-signature", "the card did not prove its key";
        CertificateChanged = "certificate-changed", "the card has another certificate than before: try again";
        Clock = "clock", "the computer's clock is wrong";
        Malformed = "malformed", "the certificate is damaged or breaks the standard";
        UntrustedIssuer = "untrusted-issuer", "the certificate leads to no authority that is trusted here";
        WeakAlgorithm = "weak-algorithm", "the certificate can be forged";
        NotYetValid = "not-yet-valid", "the certificate is not valid yet";
        Expired = "expired", "the certificate has expired";
        AuthorityNotCurrent = "authority-not-current", "the certificate of an authority is not valid today";
        Revoked = "revoked", "the card was cancelled";
        NotChecked = "not-checked", "it is not known whether the card was cancelled";
        WrongUsage = "wrong-usage", "the certificate is not for signing people in";
        UnclearHolder = "unclear-holder", "the certificate does not say clearly whose it is";
        WrongPolicy = "wrong-policy", "the card is not of a kind that is accepted here";
        NotAtSeat = "not-at-seat", "this desktop is not the one in front of the reader now";
        Suspended = "suspended", "the workstation is about to sleep";
        SessionBusy = "session-busy", "something else is being recorded for the session: try again";
        Overtaken = "overtaken", "the session changed meanwhile: try again";
        Ledger = "ledger", "the record of tries cannot be kept, so no passcode is sent: tell your administrator";
        AuditLog = "audit-log", "the audit log cannot be written, so nothing is granted: tell your administrator";
        NoMemory = "no-memory", "there is no safe place for a passcode in memory";
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

    /// What `docs/dbus.md` tells people who write applications and agents.
    const DOCUMENT: &str = include_str!("../../../docs/dbus.md");

    fn row(word: &str) -> String {
        format!("\n| `{word}` |")
    }

    #[test]
    fn the_document_has_a_row_for_every_outcome_and_reason() {
        let words = Outcome::ALL.iter().map(|word| word.as_str());
        for word in words.chain(Reason::ALL.iter().map(|word| word.as_str())) {
            assert!(DOCUMENT.contains(&row(word)), "{word} is missing");
        }
    }

    #[test]
    fn the_document_has_a_row_for_every_error() {
        for (_, xml) in crate::INTERFACES {
            for error in xml.split("org.lanyard.Lanyard1.Error.").skip(1) {
                let name: String = error.chars().take_while(char::is_ascii_alphabetic).collect();
                assert!(DOCUMENT.contains(&row(&name)), "{name} is missing");
            }
        }
    }
}
