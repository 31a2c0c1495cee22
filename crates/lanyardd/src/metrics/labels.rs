//! The words that labels have: closed sets, the contract's where it has them.

use lanyard_dbus::{Error, Outcome, PcscState, UnusableReason};
use lanyard_session::{DirectoryAnswer, EndReason, Freshness};

/// A word of a closed set.
pub(crate) trait Word: Copy + PartialEq + 'static {
    /// All of them.
    const ALL: &'static [Self];

    /// As it is told.
    fn word(self) -> &'static str;
}

macro_rules! of_the_contract {
    ($($name:ty, $word:ident;)*) => {
        $(impl Word for $name {
            const ALL: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.$word()
            }
        })*
    };
}

of_the_contract! {
    EndReason, word;
    Outcome, as_str;
    PcscState, as_str;
    UnusableReason, as_str;
}

macro_rules! labels {
    ($($(#[$about:meta])* $name:ident { $($variant:ident = $word:literal, $text:literal;)* })*) => {
        $($(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name {
            $(#[doc = $text] $variant,)*
        }

        impl Word for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),*];

            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        })*
    };
}

labels! {
    /// What a request is for.
    Purpose {
        SignIn = "sign-in", "Signing in.";
        ChangePasscode = "change-passcode", "Changing the passcode.";
    }

    /// What became of a record.
    Written {
        Written = "written", "The audit log has it.";
        Failed = "failed", "It has not.";
    }

    /// What came of a question to a revocation service.
    Fetched {
        Had = "had", "An answer that counts.";
        Fresh = "fresh", "Nothing was asked: the answer of before is fresh.";
        Failed = "failed", "None.";
        Late = "late", "None in time.";
    }

    /// What the role directory answered.
    LookedUp {
        Fresh = "fresh", "Its latest word.";
        Stale = "stale", "An earlier one.";
        Failed = "failed", "Nothing.";
    }

    /// Why a call was turned away.
    Refused {
        Denied = "denied", "The caller may not.";
        Limited = "limited", "The caller has asked for too much at once.";
    }
}

impl From<lanyard_ledger::Purpose> for Purpose {
    fn from(purpose: lanyard_ledger::Purpose) -> Self {
        match purpose {
            lanyard_ledger::Purpose::SignIn => Self::SignIn,
            lanyard_ledger::Purpose::ChangePasscode => Self::ChangePasscode,
        }
    }
}

impl From<&lanyard_evidence::Outcome> for Fetched {
    fn from(outcome: &lanyard_evidence::Outcome) -> Self {
        use lanyard_evidence::Outcome;
        match outcome {
            Outcome::Had => Self::Had,
            Outcome::Fresh => Self::Fresh,
            Outcome::Failed(_) => Self::Failed,
            Outcome::Running => Self::Late,
        }
    }
}

impl<R> From<&DirectoryAnswer<R>> for LookedUp {
    fn from(answer: &DirectoryAnswer<R>) -> Self {
        match answer {
            DirectoryAnswer::Roles(_, Freshness::Fresh) => Self::Fresh,
            DirectoryAnswer::Roles(_, Freshness::Stale) => Self::Stale,
            DirectoryAnswer::Failed => Self::Failed,
        }
    }
}

impl Refused {
    /// Why a call was turned away, if that is what this is.
    pub(crate) const fn of(error: &Error) -> Option<Self> {
        match error {
            Error::AccessDenied(_) => Some(Self::Denied),
            Error::TooManyRequests(_) => Some(Self::Limited),
            Error::ZBus(_)
            | Error::CardRemoved(_)
            | Error::NotIdentified(_)
            | Error::CardBusy(_)
            | Error::NotRecorded(_)
            | Error::NoSuchCard(_)
            | Error::BadOption(_)
            | Error::AgentExists(_)
            | Error::NoSuchAgent(_)
            | Error::NoSession(_)
            | Error::NoSuchRole(_)
            | Error::SessionLocked(_)
            | Error::SessionBusy(_)
            | Error::NoRole(_)
            | Error::RoleUnsigned(_)
            | Error::RoleOver(_)
            | Error::NoTicketKey(_)
            | Error::ClockWrong(_)
            | Error::Cancelled(_) => None,
        }
    }
}
