//! What can be recorded: events and outcomes, each a word.
//!
//! One line here adds an event: the word is in the log, the sentence is what people read. A word is never
//! given another meaning, since logs outlive versions; a reader of the log takes words it does not know.

/// One table for a closed set of words: the enum, its words, its sentences and its documentation.
macro_rules! words {
    ($(#[$doc:meta])* $visible:vis enum $name:ident { $($variant:ident = $word:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visible enum $name {
            $(#[doc = concat!("`", $word, "`: ", $text, ".")] $variant,)*
        }

        impl $name {
            /// Every one, in the order of the table.
            $visible const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word in the log.
            $visible const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The words for people.
            $visible const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

pub(crate) use words;

words! {
    /// What happened.
    pub enum Event {
        ServiceStarted = "service-started", "the service started";
        ServiceStopped = "service-stopped", "the service stopped";
        TermsAccepted = "terms-accepted", "the holder accepted the terms and conditions";
        PasscodeAccepted = "passcode-accepted", "the card accepted the passcode";
        PasscodeRefused = "passcode-refused", "the card refused the passcode";
        PasscodeNowBlocked = "passcode-now-blocked", "the card refused the passcode and is now blocked";
        PasscodeWasBlocked = "passcode-was-blocked", "the card was blocked before";
        AuthenticationEnded = "authentication-ended", "the authentication ended";
        PasscodeChangeBegun = "passcode-change-begun", "a change of the passcode began";
        PasscodeChanged = "passcode-changed", "the passcode was changed";
        PasscodeChangeEnded = "passcode-change-ended", "the change of the passcode ended";
        SessionStarted = "session-started", "a session started";
        RoleSelected = "role-selected", "a role was taken";
        SessionResumed = "session-resumed", "a locked session goes on";
        SessionRefreshed = "session-refreshed", "the holder of a session was proved again";
        SessionLocked = "session-locked", "a session was locked";
        SessionWithheld = "session-withheld", "what was recorded of a session was not given";
        SessionEnded = "session-ended", "a session ended";
        CardReleased = "card-released", "an administrator ended the block of the card at this workstation";
        LedgerSetAside = "ledger-set-aside", "the ledger of tries could not be read and was set aside";
        LedgerMissing = "ledger-missing", "the ledger of tries is gone: what was held against cards is not known";
    }
}

words! {
    /// How it ended: the words that requests on the bus end with.
    pub enum Outcome {
        Ok = "ok", "done";
        Refused = "refused", "refused by the card";
        NowBlocked = "now-blocked", "the card is now blocked";
        WasBlocked = "was-blocked", "the card was blocked before";
        WrongFormat = "wrong-format", "the passcode does not have the form that the card wants";
        Cancelled = "cancelled", "cancelled";
        TimedOut = "timed-out", "nobody answered in time";
        CardRemoved = "card-removed", "the card was removed";
        NotTrusted = "not-trusted", "card or certificate cannot be trusted";
        ChoiceNeeded = "choice-needed", "there were several cards to choose from";
        Busy = "busy", "another program kept the card";
        Denied = "denied", "the caller may not do this";
        Failed = "failed", "failed";
    }
}

impl Event {
    /// The event of a word; none for the words of later versions, and for the log's own marks.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.word() == word)
    }
}

impl Outcome {
    /// The outcome of a word; none for the words of later versions.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::mark::Kind;

    #[test]
    fn every_word_is_said_once_and_is_a_word() {
        let events = Event::ALL.iter().map(|event| event.word());
        let marks = Kind::ALL.iter().map(|kind| kind.word());
        let words: Vec<&str> = events.chain(marks).collect();
        let different: BTreeSet<&str> = words.iter().copied().collect();
        assert_eq!(words.len(), different.len());
        let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(words.iter().all(is_word));
        assert!(Outcome::ALL.iter().map(|outcome| outcome.word()).all(|word| is_word(&word)));
    }

    #[test]
    fn words_lead_back_to_what_they_mean() {
        assert!(Event::ALL.iter().all(|event| Event::of_word(event.word()) == Some(*event)));
        assert!(Outcome::ALL.iter().all(|end| Outcome::of_word(end.word()) == Some(*end)));
        assert_eq!(Event::of_word("torn-line-closed"), None);
        assert_eq!(Outcome::of_word("refused-later"), None);
    }
}
