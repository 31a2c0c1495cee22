//! Why a request ended so: one table feeds enum, what people are told, and the reference.

use std::fmt;

use super::{Outcome, UnknownWord};

/// Each reason: its word, what it means for a person, the outcomes it comes with, and what it means for whoever
/// writes an application or looks after a workstation.
macro_rules! reasons {
    ($($variant:ident = $word:literal, $text:literal, [$($outcome:ident),*], $detail:literal;)*) => {
        words! {
            /// `reason` in `Request.Details`: why a request ended so. More may come.
            Reason { $($variant = $word, $text;)* }
        }

        impl Reason {
            /// The outcomes that it comes with.
            pub const fn outcomes(self) -> &'static [Outcome] {
                match self { $(Self::$variant => &[$(Outcome::$outcome),*],)* }
            }

            /// What it means, for whoever writes an application or looks after a workstation.
            pub const fn detail(self) -> &'static str {
                match self { $(Self::$variant => $detail,)* }
            }
        }
    };
}

reasons! {
    NoCard = "no-card", "no card is in a reader",
        [Failed], "no card is in a reader";
    NoAgent = "no-agent", "nothing on this desktop can ask for the passcode",
        [Failed], "nothing on this desktop can ask for the passcode: start an agent, or bring your own";
    AgentGone = "agent-gone", "what asked for the passcode has gone",
        [Failed], "the agent left the bus, or its object is gone";
    AgentFailed = "agent-failed", "what asks for the passcode failed",
        [Failed], "the agent answered with an error that is not `Cancelled`";
    AgentWroteNothing = "agent-wrote-nothing", "no passcode was entered",
        [Failed], "the agent answered and had written nothing";
    AgentWroteTooMuch = "agent-wrote-too-much", "more was entered than a passcode can have",
        [Failed], "the agent wrote more than 64 bytes";
    LastTryNotConfirmed = "last-try-not-confirmed", "one try is left, and it was not agreed to risk it",
        [Cancelled], "one try is left, and nobody said yes to risking it";
    TriesChanged = "tries-changed", "another program spends the card's tries at the same time",
        [Busy], "another program spent tries while the person was asked, several times";
    AttemptUnderWay = "attempt-under-way", "the card's passcode is being asked for already, for something else",
        [Busy], "the card's passcode is asked for already, for something else";
    BlockedHere = "blocked-here", "this workstation saw three wrong passcodes in a row; once the card has its tries back, or an administrator releases it here, it can be used again",
        [NowBlocked, WasBlocked], "three wrong ones in a row at this workstation; the card itself allows more";
    Empty = "empty", "no passcode was entered",
        [WrongFormat], "nothing but perhaps a newline was entered";
    TooShort = "too-short", "the passcode is too short",
        [WrongFormat], "shorter than the site allows";
    TooLong = "too-long", "the passcode is too long",
        [WrongFormat], "longer than the site allows";
    WrongLength = "wrong-length", "the passcode has too few or too many digits",
        [WrongFormat], "the reader's keys took too few or too many digits";
    NotDigits = "not-digits", "the passcode must have digits only",
        [WrongFormat], "the site allows digits only";
    NotLettersAndDigits = "not-letters-and-digits", "the passcode must have letters and digits only",
        [WrongFormat], "there is something else than letters and digits (ASCII)";
    RefusedByCard = "refused-by-card", "the card takes no passcode of this form",
        [WrongFormat], "the card itself takes no passcode of this form (`6A 80`)";
    RepeatsItself = "repeats-itself", "the new passcode repeats itself: choose another",
        [WrongFormat], "the new passcode is one character over and over";
    Ascending = "ascending", "the digits of the new passcode ascend: choose another",
        [WrongFormat], "the digits of the new passcode ascend";
    Descending = "descending", "the digits of the new passcode descend: choose another",
        [WrongFormat], "the digits of the new passcode descend";
    PartOfUuid = "part-of-uuid", "the new passcode stands on the card: choose another",
        [WrongFormat], "the new passcode is part of the holder's identifier";
    IsDate = "is-a-date", "the new passcode is a date: choose another",
        [WrongFormat], "the new passcode is a date, which the site refuses";
    NotRepeated = "not-repeated", "the two new passcodes were not the same",
        [WrongFormat], "the two new passcodes differ";
    SamePasscode = "same-passcode", "the new passcode is the current one",
        [WrongFormat], "the new passcode is the current one";
    PinPadFailed = "pin-pad-failed", "the reader's own keys do not work",
        [Failed], "the reader's own keys do not work; ask with `pin-pad` = `false`";
    Mute = "mute", "the card does not answer",
        [Failed], "the card does not answer";
    Unsupported = "unsupported", "not a card that Lanyard knows",
        [Failed], "not a card that Lanyard knows";
    Blank = "blank", "the card was never personalised",
        [Failed], "the card was never personalised";
    Unreadable = "unreadable", "the card's answers make no sense",
        [Failed], "the card's answers make no sense";
    UnclearAnswer = "unclear-answer", "the card said neither yes nor no",
        [Failed], "the card said neither yes nor no to the passcode";
    NoAnswer = "no-answer", "the card's answer was lost; a try may have been spent",
        [Failed], "the card's answer was lost; a try may have been spent";
    NotLoggedOut = "not-logged-out", "the card could not be made to forget the passcode: take it out",
        [Failed], "the card could not be made to forget the passcode, so nothing is granted: take it out";
    Stopping = "stopping", "lanyardd is about to end",
        [Failed], "the daemon is about to end";
    CardReset = "card-reset", "other programs reset the card again and again",
        [Failed], "other programs reset the card again and again";
    KeyNotHeld = "key-not-held", "the card does not hold the key of its certificate: it may be a copy",
        [NotTrusted], "the card does not hold the key of its certificate: it may be a copy";
    UnsuitableKey = "unsuitable-key", "the certificate's key is too weak, or of an unknown kind",
        [NotTrusted], "the certificate's key is too weak, or of an unknown kind";
    NoSignature = "no-signature", "the card did not prove its key",
        [NotTrusted, Failed], "the card did not sign";
    CertificateChanged = "certificate-changed", "the card has another certificate than before: try again",
        [Failed, NotTrusted], "the card has another certificate than the one that was judged: ask again";
    Clock = "clock", "the computer's clock is wrong",
        [NotTrusted], "the workstation's clock is earlier than the daemon's building, or went back";
    Malformed = "malformed", "the certificate is damaged or breaks the standard",
        [NotTrusted], "the certificate is damaged or breaks the standard";
    UntrustedIssuer = "untrusted-issuer", "the certificate leads to no authority that is trusted here",
        [NotTrusted], "it leads to no authority that is trusted here, or not by rules that authorities keep";
    WeakAlgorithm = "weak-algorithm", "the certificate can be forged",
        [NotTrusted], "it can be forged: SHA-1, or RSA of less than 2048 bits";
    NotYetValid = "not-yet-valid", "the certificate is not valid yet",
        [NotTrusted], "it begins in the future";
    Expired = "expired", "the certificate has expired",
        [NotTrusted], "it is over";
    AuthorityNotCurrent = "authority-not-current", "the certificate of an authority is not valid today",
        [NotTrusted], "an authority's certificate is over, or not begun";
    Revoked = "revoked", "the card was cancelled",
        [NotTrusted], "it, or an authority's, was revoked";
    NotChecked = "not-checked", "it is not known whether the card was cancelled",
        [NotTrusted], "whether it was revoked is not known, and the site demands it";
    WrongUsage = "wrong-usage", "the certificate is not for signing people in",
        [NotTrusted], "its key may not sign, or its extended usage is something else";
    UnclearHolder = "unclear-holder", "the certificate does not say clearly whose it is",
        [NotTrusted], "its subject names nobody, or more than one";
    WrongPolicy = "wrong-policy", "the card is not of a kind that is accepted here",
        [NotTrusted], "it has none of the policies that the site takes";
    NotAtSeat = "not-at-seat", "this desktop is not the one in front of the reader now",
        [Denied], "this desktop is not the one in front of the reader any more";
    Suspended = "suspended", "the workstation is about to sleep",
        [Failed], "the workstation is about to sleep";
    SessionBusy = "session-busy", "something else is being recorded for the session: try again",
        [Busy], "something else is being recorded for the session; try again";
    Overtaken = "overtaken", "the session changed meanwhile: try again",
        [Failed], "the session changed meanwhile; try again";
    Ledger = "ledger", "the record of tries cannot be kept, so no passcode is sent: tell your administrator",
        [Failed], "the record of tries cannot be kept, so no passcode is sent: an administrator";
    AuditLog = "audit-log", "the audit log cannot be written, so nothing is granted: tell your administrator",
        [Failed], "the audit log cannot be written, so nothing is granted: an administrator";
    NoMemory = "no-memory", "there is no safe place for a passcode in memory",
        [Failed], "there is no safe place for a passcode in memory (`RLIMIT_MEMLOCK`)";
}
