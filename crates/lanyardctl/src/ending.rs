//! How a command that was carried out may end otherwise than well: the exit codes that scripts depend on.
//!
//! 0 is done, 2 a command line that is not understood (clap's). `docs/commands.md` has the same table, and
//! a test compares them.

use std::process::ExitCode;

use lanyard_dbus::Outcome;

/// How a command ended, if not well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Anything that has no code of its own.
    Failed,
    /// The passcode was wrong, or could not be one.
    Refused,
    /// The card is blocked.
    Blocked,
    /// The person did not want to, or did nothing.
    Cancelled,
    /// Several cards or roles could be meant.
    ChoiceNeeded,
    /// The audit log is not whole.
    LogBroken,
    /// A certificate was judged, and is not believed.
    CertificateRefused,
    /// A certificate is being judged, and nothing is against it so far.
    CertificateUnsettled,
}

impl Ending {
    /// The exit code.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Refused => 3,
            Self::Blocked => 4,
            Self::Cancelled => 5,
            Self::ChoiceNeeded => 6,
            Self::LogBroken => 7,
            Self::CertificateRefused => 8,
            Self::CertificateUnsettled => 9,
        }
    }

    /// How a request with this outcome ends a command; none when it is done.
    pub(crate) const fn of(outcome: Outcome) -> Option<Self> {
        Some(match outcome {
            Outcome::Ok => return None,
            Outcome::Refused | Outcome::WrongFormat => Self::Refused,
            Outcome::NowBlocked | Outcome::WasBlocked => Self::Blocked,
            Outcome::Cancelled | Outcome::TimedOut => Self::Cancelled,
            Outcome::ChoiceNeeded => Self::ChoiceNeeded,
            Outcome::CardRemoved
            | Outcome::NotTrusted
            | Outcome::Busy
            | Outcome::Denied
            | Outcome::Failed => Self::Failed,
        })
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        ending.code().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_every_exit_code() {
        let document = include_str!("../../../docs/commands.md");
        for outcome in Outcome::ALL {
            let code = Ending::of(*outcome).map_or(0, Ending::code);
            let row = document.lines().find(|line| line.starts_with(&format!("| {code} |")));
            assert!(
                row.is_some_and(|row| row.contains(&format!("`{outcome}`"))),
                "{outcome}: {code}"
            );
        }
        for (ending, row) in [
            (Ending::LogBroken, "the audit log is not whole"),
            (Ending::CertificateRefused, "the certificate is refused"),
            (Ending::CertificateUnsettled, "the certificate is still being checked"),
        ] {
            assert!(document.contains(&format!("| {} | {row}", ending.code())), "{ending:?}");
        }
    }
}
