//! What is told of an attempt: the event for the audit log, the outcome and its reason for the clients.

use std::sync::Arc;

use lanyard_audit::Event;
use lanyard_card::{
    NotSent,
    piv::{EndedAtKeys, NotHeld, Tries, Unclear, Unsigned, Verdict},
};
use lanyard_dbus::{Outcome, Reason};
use lanyard_iso7816::{ChannelError, ExchangeError};
use lanyard_ledger::{LedgerError, Purpose, Settlement, Standing};
use lanyard_session::Proven;
use lanyard_ticket::Tickets;

use crate::engine::record;

/// What a card granted.
#[derive(Debug)]
pub(super) enum Granted {
    /// Everything that signing in takes: the three proofs of one insertion; and the session's tickets, unless no
    /// key could be made for them.
    Proved(Box<Proven>, Option<Arc<Tickets>>),
    /// It holds a key, but not that of the certificate that is believed.
    AnotherKey,
    /// The passcode was right, and nothing is proved by it.
    NotHeld(NotHeld),
    /// It has the new passcode.
    Changed,
}

/// Why an attempt was not begun.
#[derive(Debug)]
pub(super) enum NotBegun {
    /// The order was taken back, and the ledger is to be told.
    Recalled(Settlement),
    /// The card has another certificate than the one that is believed.
    AnotherCertificate,
    /// This workstation leaves fewer tries than were shown, or the last needs a yes.
    FewerHere,
    /// The ledger does not allow it, or could not be kept.
    Ledger(LedgerError),
}

/// What is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    pub(super) event: Event,
    pub(super) outcome: Outcome,
    pub(super) reason: Option<Reason>,
    /// What the card says of its tries now.
    pub(super) tries: Option<Tries>,
}

impl Judged {
    fn new(event: Event, outcome: Outcome, tries: Option<Tries>) -> Self {
        Self { event, outcome, reason: None, tries }
    }

    fn because(self, reason: Reason) -> Self {
        Self { reason: Some(reason), ..self }
    }

    /// The end of an attempt of which nothing else is to be said.
    pub(super) fn ended(purpose: Purpose, outcome: Outcome) -> Self {
        Self::new(record::ended(purpose), outcome, None)
    }

    pub(super) fn failed(purpose: Purpose, reason: Reason) -> Self {
        Self::ended(purpose, Outcome::Failed).because(reason)
    }

    /// What a card's verdict means; `left` is what it said of its tries when it was logged out.
    pub(super) fn of(verdict: &Verdict<Granted>, purpose: Purpose, left: Option<Tries>) -> Self {
        let ended = |outcome, tries| Self::new(record::ended(purpose), outcome, Some(tries));
        match verdict {
            Verdict::Accepted(granted) => Self { tries: left, ..Self::granted(granted) },
            Verdict::Refused(left) => {
                Self::new(Event::PasscodeRefused, Outcome::Refused, Some(*left))
            }
            Verdict::NowBlocked => {
                Self::new(Event::PasscodeNowBlocked, Outcome::NowBlocked, Some(Tries::Blocked))
            }
            Verdict::WasBlocked => {
                Self::new(Event::PasscodeWasBlocked, Outcome::WasBlocked, Some(Tries::Blocked))
            }
            Verdict::WrongFormat(left) => {
                ended(Outcome::WrongFormat, *left).because(Reason::RefusedByCard)
            }
            Verdict::EndedAtKeys(end, left) => {
                let (outcome, reason) = at_keys(*end);
                Self { reason, ..ended(outcome, *left) }
            }
            Verdict::Unclear(Unclear::Status(_), left) => {
                ended(Outcome::Failed, *left).because(Reason::UnclearAnswer)
            }
            Verdict::Unclear(Unclear::NoAnswer(error), Tries::Untold) => {
                Self::lost(purpose, *error, Reason::NoAnswer)
            }
            Verdict::Unclear(Unclear::NoAnswer(_), left) => {
                ended(Outcome::Failed, *left).because(Reason::PinPadFailed)
            }
        }
    }

    /// A try that was spent is called a refusal, however the card put it; and a third in a row blocks.
    pub(super) fn with_what_was_spent(self, shown: Tries, standing: Option<Standing>) -> Self {
        let spent = match (self.tries, shown) {
            (Some(Tries::Left(left)), Tries::Left(shown)) => left < shown,
            (Some(Tries::Blocked), _) => true,
            _ => false,
        };
        let blocked_here = standing.is_some_and(|standing| standing.blocked_here);
        match (self.outcome, self.tries) {
            (Outcome::Ok | Outcome::NotTrusted | Outcome::NowBlocked | Outcome::WasBlocked, _) => {
                self
            }
            (_, Some(Tries::Blocked)) => {
                Self::new(Event::PasscodeNowBlocked, Outcome::NowBlocked, self.tries)
            }
            (outcome, _) if blocked_here && (spent || outcome == Outcome::Refused) => {
                Self::new(Event::PasscodeRefused, Outcome::NowBlocked, self.tries)
                    .because(Reason::BlockedHere)
            }
            _ if spent => Self::new(Event::PasscodeRefused, Outcome::Refused, self.tries),
            _ => self,
        }
    }

    /// Nothing is granted while others may ride on the passcode.
    pub(super) fn not_logged_out(self) -> Self {
        match self.outcome {
            Outcome::Ok if self.event != Event::PasscodeChanged => {
                Self { outcome: Outcome::Failed, ..self }.because(Reason::NotLoggedOut)
            }
            _ => self,
        }
    }

    fn granted(granted: &Granted) -> Self {
        let accepted = |outcome| Self::new(Event::PasscodeAccepted, outcome, None);
        match granted {
            Granted::Proved(..) => accepted(Outcome::Ok),
            Granted::AnotherKey => {
                accepted(Outcome::NotTrusted).because(Reason::CertificateChanged)
            }
            Granted::Changed => Self::new(Event::PasscodeChanged, Outcome::Ok, None),
            Granted::NotHeld(NotHeld::WrongSignature) => {
                accepted(Outcome::NotTrusted).because(Reason::KeyNotHeld)
            }
            Granted::NotHeld(NotHeld::UnsuitableKey(_)) => {
                accepted(Outcome::NotTrusted).because(Reason::UnsuitableKey)
            }
            Granted::NotHeld(NotHeld::Unsigned(Unsigned::Exchange(ExchangeError::Channel(
                ChannelError::CardRemoved,
            )))) => accepted(Outcome::CardRemoved),
            Granted::NotHeld(NotHeld::Unsigned(Unsigned::Exchange(_))) => {
                accepted(Outcome::Failed).because(Reason::NoSignature)
            }
            Granted::NotHeld(NotHeld::Unsigned(Unsigned::Refused(_) | Unsigned::Malformed)) => {
                accepted(Outcome::NotTrusted).because(Reason::NoSignature)
            }
        }
    }

    /// Why nothing was sent, where that ends the attempt; `None` when the person must be asked again.
    pub(super) fn not_sent(not_sent: &NotSent<NotBegun>, purpose: Purpose) -> Option<Self> {
        let failed = |reason| Self::failed(purpose, reason);
        Some(match not_sent {
            NotSent::FewerTries(_) | NotSent::LastTry | NotSent::NotBegun(NotBegun::FewerHere) => {
                return None;
            }
            NotSent::NotBegun(NotBegun::AnotherCertificate) => failed(Reason::CertificateChanged),
            NotSent::NotBegun(NotBegun::Recalled(_)) => Self::ended(purpose, Outcome::Cancelled),
            NotSent::UnsuitableKey(_) => {
                Self::ended(purpose, Outcome::NotTrusted).because(Reason::UnsuitableKey)
            }
            NotSent::NoPlace(_) => failed(Reason::NoMemory),
            NotSent::Lost(ExchangeError::Channel(ChannelError::CardReset)) => {
                failed(Reason::CardReset)
            }
            NotSent::Lost(error) => Self::lost(purpose, *error, Reason::Unreadable),
            NotSent::NotSelected => failed(Reason::Unsupported),
            NotSent::Unreadable(_) => failed(Reason::Unreadable),
            NotSent::AnotherCard => Self::ended(purpose, Outcome::CardRemoved),
            NotSent::StaysVerified => failed(Reason::CardReset),
            NotSent::WasBlocked => {
                Self::new(Event::PasscodeWasBlocked, Outcome::WasBlocked, Some(Tries::Blocked))
            }
            NotSent::NotBegun(NotBegun::Ledger(error)) => Self::refused_by(error, purpose),
            NotSent::BegunForAnother(_) => failed(Reason::Ledger),
        })
    }

    fn refused_by(error: &LedgerError, purpose: Purpose) -> Self {
        let was_blocked = |tries| Self::new(Event::PasscodeWasBlocked, Outcome::WasBlocked, tries);
        match error {
            LedgerError::BlockedByCard => was_blocked(Some(Tries::Blocked)),
            LedgerError::BlockedHere { .. } => was_blocked(None).because(Reason::BlockedHere),
            LedgerError::AttemptUnderWay => {
                Self::ended(purpose, Outcome::Busy).because(Reason::AttemptUnderWay)
            }
            LedgerError::Disk { .. }
            | LedgerError::InUse
            | LedgerError::UnknownFormat { .. }
            | LedgerError::SerialTooLong { .. }
            | LedgerError::TooManyCards
            | LedgerError::SettledAlready => Self::failed(purpose, Reason::Ledger),
        }
    }

    /// No conversation with the card; `otherwise` when nobody can say more.
    fn lost(purpose: Purpose, error: ExchangeError, otherwise: Reason) -> Self {
        match error {
            ExchangeError::Channel(ChannelError::CardRemoved) => {
                Self::ended(purpose, Outcome::CardRemoved)
            }
            ExchangeError::Channel(ChannelError::Busy) => Self::ended(purpose, Outcome::Busy),
            ExchangeError::Channel(ChannelError::Mute) => Self::failed(purpose, Reason::Mute),
            ExchangeError::Channel(
                ChannelError::CardReset
                | ChannelError::ServiceUnavailable
                | ChannelError::Transport { .. },
            )
            | ExchangeError::TooShort(_)
            | ExchangeError::Endless => Self::failed(purpose, otherwise),
        }
    }
}

const fn at_keys(end: EndedAtKeys) -> (Outcome, Option<Reason>) {
    match end {
        EndedAtKeys::TimedOut => (Outcome::TimedOut, None),
        EndedAtKeys::Cancelled => (Outcome::Cancelled, None),
        EndedAtKeys::EntriesDiffer => (Outcome::WrongFormat, Some(Reason::NotRepeated)),
        EndedAtKeys::WrongLength => (Outcome::WrongFormat, Some(Reason::WrongLength)),
        EndedAtKeys::Misunderstood => (Outcome::Failed, Some(Reason::PinPadFailed)),
    }
}
